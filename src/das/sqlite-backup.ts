import { SqliteDatabase } from '#core/sqlite-database.ts';
import { versionOf } from '#core/sqlite-schema.ts';
import { SQL } from './store/statements.ts';
import { writeBackup } from './store/store-backup.ts';
import { storeErrors } from './store/store-errors.ts';
import { databaseIn, SCHEMA } from './store/store-file.ts';

/**
 * Copies the store of a folder, as it is at one moment, into a new file. A DAS in another process may go on writing it.
 * @throws SealmeterError (configuration) `DAS_BACKUP_EXISTS`, `DAS_STORE_UNWRITABLE`, `DAS_STORE_FOREIGN`,
 *   `DAS_STORE_NEWER`; (evidence) `DAS_STORE_DAMAGED`; (internal) `DAS_STORE_WRITE_FAILED`
 */
export async function backUpSqliteStore(folder: string, file: string): Promise<void> {
  using database = new SqliteDatabase(databaseIn(folder), 'read', storeErrors);
  versionOf(database, SCHEMA);
  await writeBackup(file, (target) => {
    database.run(SQL.copyInto, target);
  });
}
