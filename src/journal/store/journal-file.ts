import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { SealmeterError } from '#core/errors.ts';
import { APPLICATION_ID, MIGRATIONS, type Migration } from '#journal/sql/schema.ts';
import { PRAGMA, SETTINGS, setApplicationId, setVersion, WRITER_SETTINGS } from '#journal/sql/settings.ts';
import { SQL } from '#journal/sql/statements.ts';
import { Database } from './database.ts';
import { damaged, notAJournal } from './journal-errors.ts';
import { createPrivately } from './private-file.ts';
import { RowReader } from './row.ts';

/** The name of the database in a journal's folder. */
export const DATABASE_FILE = 'journal.db';

/** Up to this size the whole file is walked when it is opened; a larger one would delay the start. */
const CHECKED_AT_START = 64 * 1024 * 1024;

/**
 * Opens the database of a journal to write it, makes it where there is none, and takes an older one to today's schema.
 * @throws SealmeterError `JOURNAL_NOT_ONE`, `JOURNAL_NEWER`, `JOURNAL_DAMAGED`, `JOURNAL_UNWRITABLE`
 */
export function openForWriting(file: string): Database {
  createPrivately(file);
  return opened(new Database(file, 'write'), (database) => {
    versionOf(database, MIGRATIONS);
    database.execute(SETTINGS + WRITER_SETTINGS);
    migrate(database, MIGRATIONS);
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
    if (versionOf(database, MIGRATIONS) < latest(MIGRATIONS)) throw older(file);
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

/**
 * Takes a file through the steps that it has not seen. A new file sees them all.
 * @throws SealmeterError `JOURNAL_NOT_ONE`, `JOURNAL_NEWER`
 */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  const version = versionOf(database, migrations);
  if (version === latest(migrations)) return;
  database.transaction(() => {
    for (const { to, sql } of migrations.filter(({ to }) => to > version)) database.execute(sql + `;${setVersion(to)}`);
    if (version > 0) return;
    database.execute(setApplicationId(APPLICATION_ID));
    database.run(SQL.insertJournalId, randomBytes(16));
  });
}

/** 0 for a file that is empty yet. */
function versionOf(database: Database, migrations: readonly Migration[]): number {
  const version = pragma(database, PRAGMA.version);
  const isEmpty = version === 0 && database.all(SQL.schema).length === 0;
  if (!isEmpty && pragma(database, PRAGMA.applicationId) !== APPLICATION_ID) throw notAJournal(database.file);
  if (version > latest(migrations)) throw newer(database.file);
  return version;
}

const latest = (migrations: readonly Migration[]): number => migrations.at(-1)?.to ?? 0;

/** The first column of a pragma's only row. */
export function pragma(database: Database, statement: string): number {
  return Number(Object.values(database.get(statement) ?? {})[0]);
}

/** A trigger that was dropped or a flipped bit in its text would let things happen that must not. */
function assertSchema(database: Database): void {
  using model = new Database(':memory:', 'write');
  migrate(model, MIGRATIONS);
  if (JSON.stringify(database.all(SQL.schema)) !== JSON.stringify(model.all(SQL.schema))) {
    throw damaged(database.file, 'its tables and triggers are not those of a journal');
  }
}

/** @throws SealmeterError (evidence) `JOURNAL_DAMAGED` with what SQLite found first */
export function assertSound(database: Database): void {
  const found = Object.values(database.get(PRAGMA.integrityCheck) ?? {})[0];
  if (found !== 'ok') throw damaged(database.file, String(found));
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
