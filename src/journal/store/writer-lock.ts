import { join } from 'node:path';
import { SqliteLock } from '#core/sqlite-lock.ts';
import { journalErrors } from './journal-errors.ts';

/**
 * Says that this process, and no other, writes the journal of a folder.
 * @throws SealmeterError (configuration) `JOURNAL_LOCKED`, `JOURNAL_UNWRITABLE`
 */
export const writerLock = (folder: string): SqliteLock => new SqliteLock(join(folder, 'journal.lock'), journalErrors);
