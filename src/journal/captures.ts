import { equalBytes } from '#core/bytes.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import { type Duration, Instant } from '#core/time.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import { stateBits } from '#cosem/state.ts';
import type { Order } from '#cosem/time-span.ts';
import { type Column, fittedTo } from './capture-columns.ts';
import { capturesOf } from './chains.ts';
import { SQL } from './sql/statements.ts';
import { type RowSource, readChain, readChainBackwards } from './store/chain-reader.ts';
import type { ChainState } from './store/chain-states.ts';
import { Documents } from './store/documents.ts';
import { rowHash } from './store/hash-chain.ts';
import { damaged } from './store/journal-errors.ts';
import type { JournalSource } from './store/journal-source.ts';
import { Layouts } from './store/layouts.ts';
import type { Ledger } from './store/ledger.ts';
import { RowReader } from './store/row.ts';
import { isWithin, numbersWithin, type TimeWindow, wholeSpan } from './store/time-window.ts';
import { CapturedValues, encodeValues } from './store/value-codec.ts';

/** A sample that is to be journaled. */
export interface NewCapture {
  /** The logical device. */
  readonly device: string;
  /** The moment of the clock that it was taken for; the sample's own time where it was taken out of turn. */
  readonly captureTime: Instant;
  readonly snapshot: Snapshot;
  /** `columnsOf` the device's rows. */
  readonly columns: readonly Column[];
  /** The sealed document. `undefined` where the signer was away: then the next checkpoint is all that seals the row. */
  readonly document: Uint8Array | undefined;
}

/** A journaled sample, proven to be the one that was journaled. */
export interface Capture {
  readonly device: string;
  /** From 1, without gaps, for each logical device. */
  readonly number: number;
  readonly captureTime: Instant;
  readonly sampledAt: Instant;
  readonly sampleNumber: bigint;
  /** Sixteen digits; `cosem/state.ts` says what they mean. */
  readonly state: string;
  readonly values: CapturedValues;
  /** SHA-256 of the sealed document, where there is one. */
  readonly documentHash: Uint8Array | undefined;
  readonly previous: Uint8Array;
  readonly hash: Uint8Array;
}

/** Which captures of a device. Numbers are inclusive; a time window includes its start and excludes its end. */
export interface CaptureRange {
  readonly device: string;
  readonly first?: number;
  readonly last?: number;
  readonly from?: Instant;
  readonly to?: Instant;
}

/** The whole of time, as ECMAScript has it. */
const EARLIEST = Instant(-8.64e15);
const LATEST = Instant(8.64e15);

/** Reads the captures of a journal. */
export class CaptureReader {
  readonly #source: JournalSource;
  readonly #layouts: Layouts;
  readonly #documents: Documents;
  readonly #rows: RowSource<Capture> = {
    page: SQL.captures,
    lastUpTo: SQL.lastCaptureUpTo,
    read: (state, row) => this.#readRow(state, row),
  };

  constructor(source: JournalSource) {
    this.#source = source;
    this.#layouts = new Layouts(source.database);
    this.#documents = new Documents(source.database);
  }

  /** The devices that have captures. */
  devices(): readonly string[] {
    return this.#source
      .states()
      .filter(({ chain }) => chain.kind === 'captures')
      .map(({ chain }) => chain.subject);
  }

  /**
   * The captures of a range, a page at a time: a year takes no more memory than a day.
   * @throws SealmeterError (evidence) `JOURNAL_DAMAGED` at the first row that is missing or not what it was
   */
  *read(range: CaptureRange, order: Order = 'oldest-first'): Generator<Capture, void, undefined> {
    const { device, first = 1, last = Number.MAX_SAFE_INTEGER, from = EARLIEST, to = LATEST } = range;
    const chain = capturesOf(device);
    const state = this.#source.state(chain);
    if (state === undefined) return;
    const window = { from, to };
    const isWindow = range.from !== undefined || range.to !== undefined;
    const numbers = isWindow ? numbersWithin(this.#source.database, state, window) : { first, last };
    if (numbers === undefined) return;
    const bounds = { first: Math.max(first, numbers.first), last: Math.min(last, numbers.last) };
    const readRows = order === 'oldest-first' ? readChain : readChainBackwards;
    for (const capture of readRows(this.#source, chain, bounds, this.#rows)) {
      if (isWithin(window, capture.captureTime)) yield capture;
    }
  }

  /** The columns that captures of a range have, in the order of their first appearance. */
  columns({ device, first = 1, last = Number.MAX_SAFE_INTEGER }: CaptureRange): readonly Column[] {
    const state = this.#source.state(capturesOf(device));
    if (state === undefined) return [];
    const rows = this.#source.database.all(SQL.layoutsOf, state.id, first, last);
    return rows.flatMap((row) => this.#layouts.read(new RowReader(row, state.name).number('layout')).columns);
  }

  /** How many captures of a device there are that were taken for a moment of this period. */
  count(device: string, period: Duration): number {
    const state = this.#source.state(capturesOf(device));
    if (state === undefined) return 0;
    const row = this.#source.database.get(SQL.countCaptures, state.id, state.first, period) ?? {};
    return new RowReader(row, state.name).number('count');
  }

  /** From the earliest capture of a device to just after the latest; `undefined` where there is none. */
  timeSpan(device: string): TimeWindow | undefined {
    const state = this.#source.state(capturesOf(device));
    return state === undefined ? undefined : wholeSpan(this.#source.database, state);
  }

  /** The last capture of a device. */
  last(device: string): Capture | undefined {
    const number = this.#source.state(capturesOf(device))?.last.number ?? 0;
    const [capture] = this.read({ device, first: number });
    return capture;
  }

  /** The sealed document of a capture, byte for byte. */
  document({ device, number, documentHash }: Capture): Uint8Array | undefined {
    const state = this.#source.state(capturesOf(device));
    if (documentHash === undefined || state === undefined) return undefined;
    return this.#documents.read(state.id, number, documentHash, `${state.name} ${number}`);
  }

  #readRow(state: ChainState, row: SqliteRow): Capture {
    const capture = this.#provenRow(state, row);
    if (capture !== undefined) return capture;
    // The columns may be remembered from a commit that was taken back.
    this.#layouts.forget();
    const again = this.#provenRow(state, row);
    if (again === undefined) throw damaged(`${state.name} ${String(row['number'])}`, 'it is not what its hash says');
    return again;
  }

  #provenRow({ name, chain }: ChainState, row: SqliteRow): Capture | undefined {
    const reader = new RowReader(row, `${name} ${String(row['number'])}`);
    const layout = this.#layouts.read(reader.number('layout'));
    const sampledAt = reader.instant('sampled_at');
    const measured = reader.bytes('measured');
    const capture = {
      device: chain.subject,
      number: reader.number('number'),
      captureTime: reader.instant('capture_time'),
      sampledAt,
      sampleNumber: reader.bigint('sample_number'),
      state: reader.text('state'),
      values: new CapturedValues(layout, measured, sampledAt),
      ...apart(reader.bytes('hashes')),
    };
    const hash = hashOfCapture(name, { ...capture, layoutHash: layout.hash, measured });
    return equalBytes(hash, capture.hash) ? capture : undefined;
  }
}

/** Adds captures to a journal. */
export class CaptureWriter {
  readonly #ledger: Ledger;
  readonly #layouts: Layouts;
  readonly #documents: Documents;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#layouts = new Layouts(ledger.database);
    this.#documents = new Documents(ledger.database);
  }

  /**
   * Adds one capture, and returns its number when the disk has it.
   * @throws SealmeterError (internal) `JOURNAL_WRITE_FAILED`, and then nothing was added that will be read as
   *   acknowledged; the next attempt may succeed
   * @throws RangeError for a sample that is not newer than the last one of the device
   */
  append(capture: NewCapture): number {
    return this.#ledger.commit(() => this.#append(capture));
  }

  #append({ device, captureTime, snapshot, columns, document }: NewCapture): number {
    const state = this.#ledger.extend(capturesOf(device));
    const { at: sampledAt, sequenceNumber: sampleNumber, sample } = snapshot;
    if (sampleNumber <= state.samplesUsed) {
      throw new RangeError(`${device}: sample ${sampleNumber} is not newer than ${state.samplesUsed}`);
    }
    const fitted = fittedTo(columns, sample);
    const layout = this.#layouts.keep(fitted);
    const stored = document === undefined ? undefined : this.#documents.keep(state.id, document);
    const row = {
      number: state.next,
      captureTime,
      sampledAt,
      sampleNumber,
      state: stateBits(snapshot.state),
      layoutHash: layout.hash,
      measured: encodeValues(fitted, sample.values, sampledAt),
      documentHash: stored?.hash,
      previous: state.last.hash,
    };
    const hash = hashOfCapture(state.name, row);
    this.#ledger.database.run(
      SQL.insertCapture,
      state.id,
      row.number,
      captureTime,
      sampledAt,
      sampleNumber,
      row.state,
      layout.id,
      row.measured,
      row.previous,
      hash,
      stored?.hash ?? null,
      stored?.template ?? null,
      stored?.delta ?? null,
    );
    this.#ledger.advance(state, { head: { number: row.number, hash }, sampleNumber });
    return row.number;
  }
}

/** Of SHA-256. */
const HASH_SIZE = 32;

/** What `SQL.captures` has joined. Hashes of another length do not prove their row. */
function apart(hashes: Uint8Array): Pick<Capture, 'previous' | 'hash' | 'documentHash'> {
  return {
    previous: hashes.subarray(0, HASH_SIZE),
    hash: hashes.subarray(HASH_SIZE, 2 * HASH_SIZE),
    documentHash: hashes.length > 2 * HASH_SIZE ? hashes.subarray(2 * HASH_SIZE) : undefined,
  };
}

type HashedCapture = Omit<Capture, 'device' | 'values' | 'hash'> & {
  readonly layoutHash: Uint8Array;
  readonly measured: Uint8Array;
};

/** Over all that a row says; what it refers to (columns, document) by its hash. */
const hashOfCapture = (chain: string, row: HashedCapture): Uint8Array =>
  rowHash('capture', [
    row.previous,
    chain,
    row.number,
    row.captureTime,
    row.sampledAt,
    row.sampleNumber,
    row.state,
    row.layoutHash,
    row.measured,
    row.documentHash,
  ]);
