import { equalBytes } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import { formatInstant, type Instant, parseInstant } from '#core/time.ts';
import { AccessRefusal } from '#cosem/access-result.ts';
import type { Book } from '#cosem/events.ts';
import type { Order } from '#cosem/time-span.ts';
import type { Chain } from './chains.ts';
import { type EventData, type EventName, type EventsOf, eventOfCode, eventRow, type FieldKind } from './event-codes.ts';
import { SQL } from './sql/statements.ts';
import { type RowSource, readChain, readChainBackwards } from './store/chain-reader.ts';
import type { ChainState } from './store/chain-states.ts';
import { rowHash } from './store/hash-chain.ts';
import { damaged } from './store/journal-errors.ts';
import type { JournalSource } from './store/journal-source.ts';
import type { Ledger } from './store/ledger.ts';
import { RowReader } from './store/row.ts';

/** An event that is to be written, with the data that the table of events asks for. The table also knows its book. */
export type NewEvent = {
  [Name in EventName]: {
    readonly name: Name;
    readonly data: EventData<Name>;
    /** Whose part of the consumer book it belongs to. */
    readonly consumer?: Name extends EventsOf<'consumer'> ? string : never;
  };
}[EventName];

type EventField = string | bigint | Instant;

/** An event as it stands in its book, proven to be what was written. */
export interface LoggedEvent {
  readonly book: Book;
  /** Empty in the other books. */
  readonly consumer: string;
  /** From 1, without gaps: in each book, and in the consumer book for each consumer. */
  readonly number: number;
  readonly at: Instant;
  readonly code: number;
  /** `undefined` for a code that a newer version has written. */
  readonly name: EventName | undefined;
  readonly data: Readonly<Record<string, EventField>>;
  /** The data as they are written: a JSON object of texts. */
  readonly text: string;
  readonly previous: Uint8Array;
  readonly hash: Uint8Array;
}

/** Which events of one book. Numbers are inclusive. */
export interface EventRange {
  readonly book: Book;
  /** Needed for the consumer book: nobody reads the parts of all consumers at once. */
  readonly consumer?: string;
  readonly first?: number;
  readonly last?: number;
}

/** Reads the event logs of a journal. */
export class EventReader {
  readonly #source: JournalSource;

  constructor(source: JournalSource) {
    this.#source = source;
  }

  /** The consumers that have events. */
  consumers(): readonly string[] {
    return this.#source
      .states()
      .filter(({ chain }) => chain.kind === 'consumer')
      .map(({ chain }) => chain.subject);
  }

  /** How many events a book has: all of them, or those that concern a device because they name it or none. */
  count({ book, consumer = '' }: Pick<EventRange, 'book' | 'consumer'>, device?: string): number {
    const state = this.#source.state({ kind: book, subject: consumer });
    if (state === undefined) return 0;
    const { id, first, name } = state;
    const { database } = this.#source;
    const row =
      device === undefined
        ? database.get(SQL.countAllEvents, id, first)
        : database.get(SQL.countEvents, id, first, device);
    return new RowReader(row ?? {}, name).number('count');
  }

  /**
   * A page at a time.
   * @throws SealmeterError (evidence) `JOURNAL_DAMAGED` at the first row that is missing or not what it was
   */
  read(
    { book, consumer = '', first = 1, last = Number.MAX_SAFE_INTEGER }: EventRange,
    order: Order = 'oldest-first',
  ): Generator<LoggedEvent, void, undefined> {
    const readRows = order === 'oldest-first' ? readChain : readChainBackwards;
    return readRows(this.#source, { kind: book, subject: consumer }, { first, last }, EVENT_ROWS);
  }
}

function readRow({ name: chain, chain: { kind, subject } }: ChainState, row: SqliteRow): LoggedEvent {
  const where = `${chain} ${String(row['number'])}`;
  const reader = new RowReader(row, where);
  const stored = {
    number: reader.number('number'),
    at: reader.instant('at'),
    code: reader.number('code'),
    previous: reader.bytes('previous'),
    hash: reader.bytes('hash'),
  };
  const data = reader.text('data');
  if (kind === 'captures') throw new TypeError(`${chain} is no book`);
  if (!equalBytes(hashOfEvent(chain, { ...stored, data }), stored.hash)) {
    throw damaged(where, 'it is not what its hash says');
  }
  const name = eventOfCode(stored.code);
  return { book: kind, consumer: subject, ...stored, name, data: parseData(name, data), text: data };
}

const EVENT_ROWS: RowSource<LoggedEvent> = { page: SQL.events, lastUpTo: SQL.lastEventUpTo, read: readRow };

export interface EventWriterParts {
  readonly clock: Clock;
  /** After so many entries of the calibration book, parameters can no longer be changed. */
  readonly calibrationCapacity: number;
}

/** Writes the event logs. */
export class EventWriter {
  readonly #ledger: Ledger;
  readonly #parts: EventWriterParts;

  constructor(ledger: Ledger, parts: EventWriterParts) {
    this.#ledger = ledger;
    this.#parts = parts;
  }

  /**
   * Writes an event into its book, and returns its number there when the disk has it.
   * @throws AccessRefusal `CALIBRATION_BOOK_FULL` for a change of parameters when that book is full
   * @throws SealmeterError (internal) `JOURNAL_WRITE_FAILED`
   * @throws TypeError for an event without its consumer, or with data that the table does not have
   */
  append(event: NewEvent, at = this.#parts.clock.now()): number {
    return this.#ledger.commit(() => this.#append(event, at));
  }

  /**
   * Whether a parameter may be changed now. To be asked before the change is made: its event would be refused.
   * @throws AccessRefusal `CALIBRATION_BOOK_FULL`
   */
  assertRoomForChange(): void {
    const written = this.#ledger.state({ kind: 'calibration', subject: '' })?.last.number ?? 0;
    if (written >= this.#parts.calibrationCapacity) throw full(written);
  }

  #append(event: NewEvent, at: Instant): number {
    const { book, code, isChange } = eventRow(event.name);
    if (book === 'calibration' && isChange === true) this.assertRoomForChange();
    const state = this.#ledger.extend(chainOf(event, book));
    const row = {
      number: state.next,
      at,
      code,
      data: formatData(event),
      previous: state.last.hash,
    };
    const hash = hashOfEvent(state.name, row);
    this.#ledger.database.run(SQL.insertEvent, state.id, row.number, row.at, code, row.data, row.previous, hash);
    this.#ledger.advance(state, { head: { number: row.number, hash } });
    if (book === 'calibration' && row.number === this.#parts.calibrationCapacity) this.#noteFull(at);
    return row.number;
  }

  /** What happens by itself is written even after this: to lose it would be worse than a book that is too long. */
  #noteFull(at: Instant): void {
    this.#append({ name: 'calibration-book-full', data: { capacity: BigInt(this.#parts.calibrationCapacity) } }, at);
  }
}

function chainOf({ name, consumer = '' }: NewEvent, book: Book): Chain {
  if ((book === 'consumer') !== (consumer !== '')) throw new TypeError(`event ${name}: consumer "${consumer}"`);
  return { kind: book, subject: consumer };
}

interface HashedEvent {
  readonly number: number;
  readonly at: Instant;
  readonly code: number;
  readonly data: string;
  readonly previous: Uint8Array;
}

const hashOfEvent = (chain: string, { number, at, code, data, previous }: HashedEvent): Uint8Array =>
  rowHash('event', [previous, chain, number, at, code, data]);

/** How a field is written in JSON, and read again. Integers are texts, since JSON's numbers are not exact everywhere. */
const FIELDS: Readonly<
  Record<FieldKind, { format(value: unknown): string | undefined; parse(text: string): EventField | undefined }>
> = {
  text: { format: (value) => (typeof value === 'string' ? value : undefined), parse: (text) => text },
  integer: {
    format: (value) => (typeof value === 'bigint' ? value.toString() : undefined),
    parse: (text) => (/^-?\d+$/.test(text) ? BigInt(text) : undefined),
  },
  instant: {
    format: (value) => (typeof value === 'number' ? formatInstant(value as Instant) : undefined),
    parse: parseInstant,
  },
};

/** A JSON object with the fields in the order of the table. */
function formatData({ name, data }: NewEvent): string {
  const given: Readonly<Record<string, unknown>> = data;
  const { fields } = eventRow(name);
  if (Object.keys(given).length !== Object.keys(fields).length) throw new TypeError(`event ${name}: wrong fields`);
  const written = Object.entries(fields).map(([field, kind]) => {
    const text = FIELDS[kind].format(given[field]);
    if (text === undefined) throw new TypeError(`event ${name}: ${field} is no ${kind}`);
    return [field, text];
  });
  return JSON.stringify(Object.fromEntries(written));
}

/** The text has been proven by its hash, so it is what {@link formatData} wrote, be it of a newer version. */
function parseData(name: EventName | undefined, text: string): Readonly<Record<string, EventField>> {
  const fields = name === undefined ? {} : eventRow(name).fields;
  const written = JSON.parse(text) as Readonly<Record<string, string>>;
  return Object.fromEntries(
    Object.entries(written).map(([field, value]) => [field, FIELDS[fields[field] ?? 'text'].parse(value) ?? value]),
  );
}

const full = (entries: number): AccessRefusal =>
  new AccessRefusal('CALIBRATION_BOOK_FULL', `the calibration book holds ${entries} entries`);
