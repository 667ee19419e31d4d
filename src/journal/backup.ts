import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { SealmeterError } from '#core/errors.ts';
import { createPrivately, syncFile, syncFolder } from '#core/private-file.ts';
import { SQL } from './sql/statements.ts';
import { unwritable } from './store/journal-errors.ts';
import { ReadOnlySource } from './store/read-only-source.ts';

/**
 * Writes a copy of a journal, as it is at one moment, into a file of its own. The meter may go on writing meanwhile, and
 * is not held up. Whether the copy verifies is for `verifyJournal` to say.
 * @param folder the folder of a meter
 * @param file where the copy goes; it must not be there yet
 * @throws SealmeterError (configuration) `BACKUP_EXISTS`; (evidence) `JOURNAL_DAMAGED`; (internal) `JOURNAL_WRITE_FAILED`
 */
export function backupJournal(folder: string, file: string): void {
  if (existsSync(file)) {
    throw new SealmeterError('configuration', 'BACKUP_EXISTS', `${file} is there already`, {
      mend: 'give the backup a name of its own, or remove the file first',
    });
  }
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  createPrivately(unfinished, unwritable);
  using source = new ReadOnlySource(folder);
  source.database.run(SQL.copyInto, unfinished);
  // SQLite does not do this for a copy. @see https://www.sqlite.org/lang_vacuum.html, VACUUM INTO
  syncFile(unfinished);
  renameSync(unfinished, file);
  syncFolder(dirname(file));
}
