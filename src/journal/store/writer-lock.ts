import { join } from 'node:path';
import { Database } from './database.ts';
import { createPrivately } from './private-file.ts';

/**
 * Says that this process, and no other, writes the journal of a folder. The lock is an exclusive transaction on an empty
 * SQLite file that never ends: the operating system lets go of it with the process, however that dies, so that no stale
 * lock can be left behind.
 */
export class WriterLock implements Disposable {
  readonly #database: Database;

  /** @throws SealmeterError (configuration) `JOURNAL_LOCKED`, `JOURNAL_UNWRITABLE` */
  constructor(folder: string) {
    const file = join(folder, 'journal.lock');
    createPrivately(file);
    this.#database = new Database(file, 'write');
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
