import type { SqliteDatabase } from './sqlite-database.ts';

/** On every connection: damage is noticed rather than used, and the file can make nothing run. */
export const SETTINGS = `
  PRAGMA trusted_schema = OFF;
  PRAGMA cell_size_check = ON;
`;

/**
 * On the writer's: a commit has reached the disk when it returns, readers never wait, and the log that makes both
 * possible stays small.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous: in WAL mode FULL, not NORMAL, is durable
 */
export const WRITER_SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 1000;
  PRAGMA journal_size_limit = 4194304;
`;

/** Walks every page, and compares the indexes with the tables. @returns what is wrong first, if anything is */
export function unsoundness(database: SqliteDatabase): string | undefined {
  const found = Object.values(database.get('PRAGMA integrity_check(1)') ?? {})[0];
  return found === 'ok' ? undefined : String(found);
}
