import { type DatabaseMode, SqliteDatabase } from '#core/sqlite-database.ts';
import { journalErrors } from './journal-errors.ts';

/** A connection to the database of a journal. */
export class Database extends SqliteDatabase {
  /** @throws SealmeterError `JOURNAL_UNWRITABLE`, `JOURNAL_NOT_ONE`, `JOURNAL_DAMAGED`, `JOURNAL_LOCKED` */
  constructor(file: string, mode: DatabaseMode) {
    super(file, mode, journalErrors);
  }
}
