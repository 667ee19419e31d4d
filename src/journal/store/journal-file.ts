import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { SealmeterError } from '#core/errors.ts';
import { createPrivately } from '#core/private-file.ts';
import { latestVersion, migrate, SCHEMA_SQL, type SqliteSchema, versionOf } from '#core/sqlite-schema.ts';
import { SETTINGS, unsoundness, WRITER_SETTINGS } from '#core/sqlite-settings.ts';
import { APPLICATION_ID, MIGRATIONS } from '#journal/sql/schema.ts';
import { SQL } from '#journal/sql/statements.ts';
import { Database } from './database.ts';
import { damaged, notAJournal, unwritable } from './journal-errors.ts';
import { RowReader } from './row.ts';

/** The name of the database in a journal's folder. */
export const DATABASE_FILE = 'journal.db';

export const JOURNAL_SCHEMA: SqliteSchema = {
  applicationId: APPLICATION_ID,
  migrations: MIGRATIONS,
  begin: (database) => database.run(SQL.insertJournalId, randomBytes(16)),
  foreign: notAJournal,
  newer,
};

/** Up to this size the whole file is walked when it is opened; a larger one would delay the start. */
const CHECKED_AT_START = 64 * 1024 * 1024;

/**
 * Opens the database of a journal to write it, makes it where there is none, and takes an older one to today's schema.
 * @throws SealmeterError `JOURNAL_NOT_ONE`, `JOURNAL_NEWER`, `JOURNAL_DAMAGED`, `JOURNAL_UNWRITABLE`
 */
export function openForWriting(file: string): Database {
  createPrivately(file, unwritable);
  return opened(new Database(file, 'write'), (database) => {
    versionOf(database, JOURNAL_SCHEMA);
    database.execute(SETTINGS + WRITER_SETTINGS);
    migrate(database, JOURNAL_SCHEMA);
    assertSchema(database);
    if (statSync(file).size <= CHECKED_AT_START) assertSound(database);
  });
}

/**
 * Opens the database of a journal, or a backup of one, to read it. Nothing of it is changed, and another process may be
 * writing it.
 * @throws SealmeterError as {@link openForWriting}, and `JOURNAL_OLDER` for one that only a writer can bring up to date
 */
export function openForReading(file: string): Database {
  try {
    return openToRead(file, 'read');
  } catch (error) {
    const isReadOnlyPlace = error instanceof SealmeterError && error.code === 'JOURNAL_UNWRITABLE';
    // Without its log, the file would lack what was committed last.
    if (!isReadOnlyPlace || sizeOf(`${file}-wal`) > 0) throw error;
    return openToRead(file, 'read-immutable');
  }
}

function openToRead(file: string, mode: 'read' | 'read-immutable'): Database {
  return opened(new Database(file, mode), (database) => {
    database.execute(SETTINGS);
    if (versionOf(database, JOURNAL_SCHEMA) < latestVersion(JOURNAL_SCHEMA)) throw older(file);
    assertSchema(database);
  });
}

function opened(database: Database, prepare: (database: Database) => void): Database {
  try {
    prepare(database);
    return database;
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

/** Which journal this is. Given once, at random. */
export function journalId(database: Database): Uint8Array {
  const row = database.get(SQL.journalId);
  if (row === undefined) throw damaged(database.file, 'it does not say which journal it is');
  return new RowReader(row, 'journals').bytes('id');
}

/** A trigger that was dropped or a flipped bit in its text would let things happen that must not. */
function assertSchema(database: Database): void {
  using model = new Database(':memory:', 'write');
  migrate(model, JOURNAL_SCHEMA);
  if (JSON.stringify(database.all(SCHEMA_SQL)) !== JSON.stringify(model.all(SCHEMA_SQL))) {
    throw damaged(database.file, 'its tables and triggers are not those of a journal');
  }
}

/** @throws SealmeterError (evidence) `JOURNAL_DAMAGED` with what SQLite found first */
export function assertSound(database: Database): void {
  const problem = unsoundness(database);
  if (problem !== undefined) throw damaged(database.file, problem);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function newer(file: string): SealmeterError {
  return new SealmeterError('configuration', 'JOURNAL_NEWER', `${file} was written by a newer sealmeter`, {
    mend: 'use at least the version of sealmeter that wrote it',
  });
}

function older(file: string): SealmeterError {
  return new SealmeterError('configuration', 'JOURNAL_OLDER', `${file} has the form of an older sealmeter`, {
    mend: 'start the meter once: it brings its journal up to date; or restore the backup',
  });
}
