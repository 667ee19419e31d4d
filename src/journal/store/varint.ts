const MORE = 0x80n;

/** Writes LEB128 numbers one after the other. */
export class VarintWriter {
  readonly #bytes: number[] = [];

  unsigned(value: bigint): this {
    let rest = value;
    for (; rest >= MORE; rest >>= 7n) this.#bytes.push(Number(rest & 0x7fn) | 0x80);
    this.#bytes.push(Number(rest));
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Reads LEB128 numbers one after the other, out of bytes whose hash has been checked. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  #position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes;
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  unsigned(): bigint {
    const start = this.#position;
    this.skip();
    // Up to four octets fit a number, which is much faster than a bigint.
    return this.#position - start <= 4 ? BigInt(this.#small(start)) : this.#large(start);
  }

  skip(): void {
    while (((this.#bytes[this.#position] ?? 0) & 0x80) !== 0) this.#position += 1;
    this.#position += 1;
  }

  #small(start: number): number {
    let value = 0;
    for (let index = this.#position - 1; index >= start; index -= 1) {
      value = (value << 7) | ((this.#bytes[index] ?? 0) & 0x7f);
    }
    return value;
  }

  #large(start: number): bigint {
    let value = 0n;
    for (let index = this.#position - 1; index >= start; index -= 1) {
      value = (value << 7n) | BigInt((this.#bytes[index] ?? 0) & 0x7f);
    }
    return value;
  }
}

/** Signed numbers as unsigned ones that stay small: 0, -1, 1, -2, … become 0, 1, 2, 3, … */
export const zigzag = (value: bigint): bigint => (value >= 0n ? 2n * value : -2n * value - 1n);

export const unzigzag = (value: bigint): bigint => ((value & 1n) === 0n ? value / 2n : -(value + 1n) / 2n);
