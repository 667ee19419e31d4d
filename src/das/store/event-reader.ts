import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import type { DocumentId, MeterId, StoredEvent } from '#das/reading-store.ts';
import { RowReader } from './row.ts';
import { SQL } from './statements.ts';
import { LARGEST_INTEGER } from './value-text.ts';

interface EventQuery {
  readonly meter: MeterId;
  readonly book: string;
  readonly before?: bigint;
  readonly limit: number;
}

export type ProvenEvent = StoredEvent & { readonly document: DocumentId };

/** A page of a book, the newest entry first. */
export function readEvents(database: SqliteDatabase, query: EventQuery): readonly ProvenEvent[] {
  const { meter, book, before = LARGEST_INTEGER, limit } = query;
  return database.all(SQL.events, meter, book, before, limit).map(eventOf);
}

function eventOf(row: SqliteRow): ProvenEvent {
  const reader = new RowReader(row, 'events');
  return {
    book: reader.text('book'),
    number: reader.bigint('number'),
    at: reader.instant('at'),
    code: reader.number('code'),
    event: reader.text('event'),
    text: reader.text('text'),
    document: reader.hex('hash'),
  };
}
