import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivately, makeFolder } from '#core/private-file.ts';
import { SqliteDatabase } from '#core/sqlite-database.ts';
import { SqliteLock } from '#core/sqlite-lock.ts';
import { migrate, type SqliteSchema, versionOf } from '#core/sqlite-schema.ts';
import { SETTINGS, unsoundness, WRITER_SETTINGS } from '#core/sqlite-settings.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { damaged, foreign, newer, storeErrors, unwritable } from './store-errors.ts';

/** The database in a store's folder. */
export const databaseIn = (folder: string): string => join(folder, 'das.db');

/** Up to this size the whole file is walked when it is opened; a larger one would delay the start. */
const CHECKED_AT_START = 64 * 1024 * 1024;

export const SCHEMA: SqliteSchema = { applicationId: APPLICATION_ID, migrations: MIGRATIONS, foreign, newer };

/** The database of a store, which this process alone writes. */
export class StoreFile implements Disposable {
  readonly database: SqliteDatabase;
  readonly #lock: SqliteLock;

  /**
   * Makes what is not there, and takes an older file to today's schema.
   * @throws SealmeterError (configuration) `DAS_STORE_LOCKED`, `DAS_STORE_UNWRITABLE`, `DAS_STORE_FOREIGN`,
   *   `DAS_STORE_NEWER`; (evidence) `DAS_STORE_DAMAGED`
   */
  constructor(folder: string) {
    makeFolder(folder, unwritable);
    using opening = new DisposableStack();
    this.#lock = opening.use(new SqliteLock(join(folder, 'das.lock'), storeErrors));
    const file = databaseIn(folder);
    createPrivately(file, unwritable);
    this.database = opening.use(new SqliteDatabase(file, 'write', storeErrors));
    prepare(this.database);
    opening.move();
  }

  [Symbol.dispose](): void {
    this.database[Symbol.dispose]();
    this.#lock[Symbol.dispose]();
  }
}

/**
 * Of a file that is made now. Most documents have 1.5 to 9 kB: on pages of 4 kB, the usual size, many would leave a third
 * of their page empty.
 */
const PAGE_SIZE = 'PRAGMA page_size = 8192;';

function prepare(database: SqliteDatabase): void {
  versionOf(database, SCHEMA);
  database.execute(PAGE_SIZE + SETTINGS + WRITER_SETTINGS);
  migrate(database, SCHEMA);
  if (statSync(database.file).size > CHECKED_AT_START) return;
  const problem = unsoundness(database);
  if (problem !== undefined) throw damaged(database.file, problem);
}
