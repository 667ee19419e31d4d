import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import type { DocumentKind, MeterId, Standing } from '#das/reading-store.ts';
import { RowReader } from './row.ts';
import { SQL } from './statements.ts';

/** A meter's documents of one kind: which numbers are here, and which document has the highest one. */
export interface Source {
  readonly id: number;
  readonly kind: DocumentKind;
  lowest: bigint | undefined;
  highest: bigint | undefined;
  documents: bigint;
  /** The row of the document with the highest number. */
  last: number | undefined;
}

/** Only these have numbers that never repeat. */
export const isNumbered = (kind: DocumentKind): boolean => kind === 'live' || kind === 'capture';

/** The sources of a store, kept in memory for the writer. What a transaction has changed is forgotten if it fails. */
export class Sources {
  readonly #database: SqliteDatabase;
  readonly #known = new Map<string, Source>();
  readonly #changed = new Set<Source>();

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  find(meter: MeterId, kind: DocumentKind): Source | undefined {
    const name = `${kind} ${meter}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const row = this.#database.get(SQL.source, meter, kind);
    if (row === undefined) return undefined;
    const source = sourceOf(row, kind);
    this.#known.set(name, source);
    return source;
  }

  /** The first document makes the source. Only within a transaction. */
  forWriting(meter: MeterId, kind: DocumentKind): Source {
    const known = this.find(meter, kind);
    if (known !== undefined) return known;
    this.#database.run(SQL.insertSource, meter, kind);
    return this.forWriting(meter, kind);
  }

  /** Takes note of a document that was added. Only within a transaction. */
  extend(source: Source, number: bigint, row: number): void {
    source.documents += 1n;
    if (source.lowest === undefined || number < source.lowest) source.lowest = number;
    if (source.highest === undefined || number >= source.highest) {
      source.highest = number;
      source.last = row;
    }
    this.#changed.add(source);
  }

  /** Writes what has changed. The last thing in a transaction. */
  write(): void {
    for (const { id, lowest, highest, documents, last } of this.#changed) {
      this.#database.run(SQL.updateSource, lowest ?? null, highest ?? null, documents, last ?? null, id);
    }
    this.#changed.clear();
  }

  /** After a failure, and after others than the writer of documents have changed the rows. */
  forget(): void {
    this.#known.clear();
    this.#changed.clear();
  }

  standings(meter?: MeterId): readonly Standing[] {
    const rows =
      meter === undefined ? this.#database.all(SQL.standings) : this.#database.all(SQL.standingsOfMeter, meter);
    return rows.map(standingOf);
  }
}

function sourceOf(row: SqliteRow, kind: DocumentKind): Source {
  const reader = new RowReader(row, 'sources');
  return {
    id: reader.number('id'),
    kind,
    lowest: reader.optionalBigint('lowest'),
    highest: reader.optionalBigint('highest'),
    documents: reader.bigint('documents'),
    last: reader.isNull('last') ? undefined : reader.number('last'),
  };
}

function standingOf(row: SqliteRow): Standing {
  const reader = new RowReader(row, 'sources');
  const kind = reader.text('kind') as DocumentKind;
  const lowestNumber = reader.optionalBigint('lowest');
  const highestNumber = reader.optionalBigint('highest');
  const isCounted = isNumbered(kind) && lowestNumber !== undefined && highestNumber !== undefined;
  return {
    meter: reader.text('meter'),
    kind,
    lowestNumber,
    highestNumber,
    missing: isCounted ? highestNumber - lowestNumber + 1n - reader.bigint('documents') : 0n,
    lastAt: reader.optionalInstant('at'),
    lastReceivedAt: reader.optionalInstant('received_at'),
    lastDocument: reader.isNull('hash') ? undefined : reader.hex('hash'),
    lastRejectedAt: reader.optionalInstant('last_rejected_at'),
  };
}
