import type { Measured, MissingReason } from '#core/sample.ts';
import { addTime, type Instant, Milliseconds, timeBetween } from '#core/time.ts';
import type { Column } from '#journal/capture-columns.ts';
import { unzigzag, VarintReader, VarintWriter, zigzag } from './varint.ts';

/*
 * The values of one sample, in the order of the columns; scaler, unit and type stand in the columns. Numbers are LEB128.
 *
 *   per column:  1 to 6              there is no value: why
 *                8 + zigzag(value)   the value
 *   then, over the columns that have a value:
 *   per run:     count, zigzag(milliseconds from the sample's time to the reading's)
 *
 * The values of a block of registers were read at one time, so the runs are few.
 */

/** What stands for a missing value. What has been written once keeps its code. */
const MISSING_CODES = {
  unreachable: 1n,
  refused: 2n,
  'not-measured': 3n,
  'out-of-range': 4n,
  'input-missing': 5n,
  'not-yet-read': 6n,
} as const satisfies Readonly<Record<MissingReason, bigint>>;

const FIRST_VALUE_CODE = 8n;

const reasonsByCode: ReadonlyMap<bigint, MissingReason> = new Map(
  Object.entries(MISSING_CODES).map(([reason, code]) => [code, reason as MissingReason]),
);

const NOT_YET_READ: Measured = { kind: 'missing', reason: 'not-yet-read' };

export function encodeValues(
  columns: readonly Column[],
  values: ReadonlyMap<string, Measured>,
  sampledAt: Instant,
): Uint8Array {
  const measured = columns.map(({ key }) => values.get(key) ?? NOT_YET_READ);
  const writer = new VarintWriter();
  for (const one of measured) writer.unsigned(codeOf(one));
  for (const { count, readAt } of runsOf(measured)) {
    writer.unsigned(BigInt(count)).unsigned(zigzag(BigInt(timeBetween(sampledAt, readAt))));
  }
  return writer.done();
}

const codeOf = (measured: Measured): bigint =>
  measured.kind === 'missing' ? MISSING_CODES[measured.reason] : FIRST_VALUE_CODE + zigzag(measured.quantity.value);

interface Run {
  readonly readAt: Instant;
  count: number;
}

function runsOf(measured: readonly Measured[]): readonly Run[] {
  const runs: Run[] = [];
  for (const one of measured) {
    if (one.kind === 'missing') continue;
    const run = runs.at(-1);
    if (run?.readAt === one.readAt) run.count += 1;
    else runs.push({ readAt: one.readAt, count: 1 });
  }
  return runs;
}

/** What the values of one capture are read with: its columns, and where each key stands among them. */
export interface Layout {
  readonly columns: readonly Column[];
  /** The columns as they are hashed. */
  readonly text: string;
  readonly indexes: ReadonlyMap<string, number>;
  readonly hash: Uint8Array;
}

/**
 * The values of a capture, by key. Decodes only what it is asked for: a profile of three columns need not read two hundred.
 */
export class CapturedValues implements ReadonlyMap<string, Measured> {
  readonly columns: readonly Column[];
  /** The same as a text, and the values of all of them in bytes: what the hash of a capture covers. */
  readonly layout: string;
  readonly encoded: Uint8Array;
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #sampledAt: Instant;

  constructor({ columns, text, indexes }: Layout, encoded: Uint8Array, sampledAt: Instant) {
    this.columns = columns;
    this.#indexes = indexes;
    this.layout = text;
    this.encoded = encoded;
    this.#sampledAt = sampledAt;
  }

  get size(): number {
    return this.columns.length;
  }

  has(key: string): boolean {
    return this.#indexes.has(key);
  }

  /** `undefined` for a key that the device did not have at that time. */
  get(key: string): Measured | undefined {
    const index = this.#indexes.get(key);
    const column = index === undefined ? undefined : this.columns[index];
    return index === undefined || column === undefined ? undefined : this.#measured(column, index);
  }

  keys(): MapIterator<string> {
    return this.#indexes.keys();
  }

  values(): MapIterator<Measured> {
    return this.#all().values();
  }

  entries(): MapIterator<[string, Measured]> {
    return this.#all().entries();
  }

  [Symbol.iterator](): MapIterator<[string, Measured]> {
    return this.entries();
  }

  forEach(callback: (value: Measured, key: string, map: ReadonlyMap<string, Measured>) => void): void {
    for (const [key, value] of this) callback(value, key, this);
  }

  #all(): ReadonlyMap<string, Measured> {
    return new Map(this.columns.map((column, index) => [column.key, this.#measured(column, index)]));
  }

  #measured({ scaler, unit }: Column, index: number): Measured {
    const code = new VarintReader(this.encoded, this.#offset(index)).unsigned();
    const reason = reasonsByCode.get(code);
    if (reason !== undefined) return { kind: 'missing', reason };
    const value = unzigzag(code - FIRST_VALUE_CODE);
    return { kind: 'value', quantity: { value, scaler, unit }, readAt: this.#readAt(index) };
  }

  /** Where a column's number begins; behind the last one, where the runs do. */
  #offset(index: number): number {
    return offsetsOf(this.encoded, this.columns.length)[index] ?? 0;
  }

  #readAt(index: number): Instant {
    const runs = new VarintReader(this.encoded, this.#offset(this.columns.length));
    let end = Number(runs.unsigned());
    // Mostly everything was read at one time; only otherwise it matters how many values stand before this one.
    const ordinal = index < end ? index : this.#valuesBefore(index);
    while (end <= ordinal && !runs.isAtEnd) {
      runs.skip();
      end += Number(runs.unsigned());
    }
    return addTime(this.#sampledAt, Milliseconds(Number(unzigzag(runs.unsigned()))));
  }

  #valuesBefore(index: number): number {
    let count = 0;
    for (let before = 0; before < index; before += 1) {
      if ((this.encoded[this.#offset(before)] ?? 0) >= FIRST_VALUE_CODE) count += 1;
    }
    return count;
  }
}

/** Where the numbers of one row begin: rows are read one after the other, and a year of them would leave 50 MB of such lists. */
let indexed: Uint8Array | undefined;
let offsets = new Uint32Array(256);

/** Where each number begins, and behind the last one where the runs do. Holds until the next call. */
function offsetsOf(encoded: Uint8Array, columns: number): Readonly<Uint32Array> {
  if (indexed === encoded) return offsets;
  if (offsets.length <= columns) offsets = new Uint32Array(2 * columns);
  let count = 1;
  for (let position = 0; count <= columns && position < encoded.length; position += 1) {
    if (((encoded[position] ?? 0) & 0x80) !== 0) continue;
    offsets[count] = position + 1;
    count += 1;
  }
  offsets.fill(0, count, columns + 1);
  indexed = encoded;
  return offsets;
}
