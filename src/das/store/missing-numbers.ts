import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { NumberRange } from '#das/reading-store.ts';
import { RowReader } from './row.ts';
import type { Source } from './sources.ts';
import { SQL } from './statements.ts';
import { LARGEST_INTEGER } from './value-text.ts';

/** The ranges of numbers, lowest first, of which a source has nothing. */
export function missingNumbers(
  database: SqliteDatabase,
  source: Source | undefined,
  within: NumberRange,
  limit: number,
): readonly NumberRange[] {
  const first = source === undefined ? within.first : most(within.first, forgottenIn(database, source));
  // One less than there is, so that the number after the last one can still be counted.
  const last = within.last < LARGEST_INTEGER ? within.last : LARGEST_INTEGER - 1n;
  if (first > last) return [];
  if (source === undefined) return [{ first, last }];
  return database.all(SQL.holes, source.id, first, last, limit).map((row) => {
    const reader = new RowReader(row, 'documents');
    return { first: reader.bigint('first'), last: reader.bigint('last') };
  });
}

/** The first number that was not removed for its age. */
const forgottenIn = (database: SqliteDatabase, source: Source): bigint =>
  new RowReader(database.get(SQL.forgottenNumbers, source.id) ?? {}, 'sources').bigint('forgotten_numbers');

const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
