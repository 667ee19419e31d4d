import { SealmeterError } from './errors.ts';

// No `node:` import here: the verifier runs in a browser too.

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** Reads hex in either case. `undefined` for an odd length or another character. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}

/** Few enough bytes to be the arguments of one call; a multiple of three, so that base64 of the pieces adds up. */
const BASE64_CHUNK = 3 * 1024;

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += BASE64_CHUNK) {
    // `apply` on the array itself: three times as fast as a loop over its bytes, and it stands in every seal.
    text += btoa(Reflect.apply(String.fromCharCode, undefined, bytes.subarray(start, start + BASE64_CHUNK)));
  }
  return text;
}

/**
 * Reads canonical base64 only: padded, no white space, no stray bits in the last character.
 * Anything else is `undefined`, so that two texts can never mean the same bytes.
 */
export function fromBase64(text: string): Uint8Array | undefined {
  const binary = binaryOf(text);
  if (binary === undefined || btoa(binary) !== text) return undefined;
  // A counted loop: `Uint8Array.from` walks the string's iterator and takes ten times as long, once per signature.
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

function binaryOf(base64: string): string | undefined {
  try {
    return atob(base64);
  } catch {
    return undefined;
  }
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** `undefined` where the bytes are not UTF-8; a byte order mark stays visible as U+FEFF. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Reads big-endian values one after the other and keeps its own position. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#advance(8));
  }

  float32(): number {
    return this.#view.getFloat32(this.#advance(4));
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  /** A copy, so that it outlives the buffer. (The `slice` of a Node.js Buffer would be a view.) */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return new Uint8Array(this.#bytes.subarray(start, start + length));
  }

  #advance(length: number): number {
    if (length > this.remaining) {
      throw new SealmeterError('peer', 'BYTES_TRUNCATED', `${length} more bytes expected, ${this.remaining} there`);
    }
    const start = this.#position;
    this.#position += length;
    return start;
  }
}

/** Writes big-endian values one after the other. */
export class ByteWriter {
  readonly #parts: number[] = [];

  uint8(value: number): this {
    this.#parts.push(value & 0xff);
    return this;
  }

  uint16(value: number): this {
    return this.uint8(value >>> 8).uint8(value);
  }

  uint32(value: number): this {
    return this.uint16(value >>> 16).uint16(value);
  }

  bytes(value: Uint8Array): this {
    this.#parts.push(...value);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#parts);
  }
}

/** Of a part of a text, which would keep all of the text in memory. */
export const copyOfText = (part: string): string => fromUtf8(utf8(part)) ?? '';
