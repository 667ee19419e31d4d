import { createPrivately } from './private-file.ts';
import { SqliteDatabase, type SqliteErrors } from './sqlite-database.ts';

/**
 * Says that this process, and no other, writes what the lock file stands for. The lock is an exclusive transaction on an
 * empty SQLite file that never ends: the operating system lets go of it with the process, however that dies, so that no
 * stale lock can be left behind.
 */
export class SqliteLock implements Disposable {
  readonly #database: SqliteDatabase;

  /** @throws SealmeterError as `errors` says `locked` and `unwritable` */
  constructor(file: string, errors: SqliteErrors) {
    createPrivately(file, errors.unwritable);
    this.#database = new SqliteDatabase(file, 'write', errors);
    try {
      this.#database.execute('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    } catch (error) {
      this.#database[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }
}
