import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { SqliteErrors } from '#core/sqlite-database.ts';

const RESTORE = 'stop the DAS and put a backup in the place of the file; what meters still have is collected again';

/** A row, a page or the file is not what it was. Nothing of it is shown. */
export const damaged = (where: string, problem: string, cause?: unknown): SealmeterError =>
  new SealmeterError('evidence', 'DAS_STORE_DAMAGED', `${where}: ${problem}`, { mend: RESTORE, cause });

export const unwritable = (path: string, cause: unknown): SealmeterError =>
  new SealmeterError(
    'configuration',
    'DAS_STORE_UNWRITABLE',
    `${path} cannot be opened or written: ${reasonOf(cause)}`,
    { mend: 'see that the folder belongs to the user of the DAS and is not on a read-only file system', cause },
  );

export const foreign = (file: string, cause?: unknown): SealmeterError =>
  new SealmeterError('configuration', 'DAS_STORE_FOREIGN', `${file} is no store of a DAS`, {
    mend: 'give the DAS a folder of its own',
    cause,
  });

export const newer = (file: string): SealmeterError =>
  new SealmeterError('configuration', 'DAS_STORE_NEWER', `${file} was written by a newer sealmeter`, {
    mend: 'use at least the version of sealmeter that wrote it',
  });

export const backupExists = (file: string): SealmeterError =>
  new SealmeterError('configuration', 'DAS_BACKUP_EXISTS', `${file} is there already`, {
    mend: 'give the backup a name of its own, or remove the file first',
  });

export const ended = (reason: string): SealmeterError =>
  new SealmeterError('internal', 'DAS_STORE_ENDED', `the thread of the store has ended: ${reason}`, {
    mend: 'start the DAS again; nothing that was acknowledged is lost',
  });

/** Turns what SQLite finds into errors of ours. */
export const storeErrors: SqliteErrors = {
  damaged: (file, cause) => damaged(file, reasonOf(cause), cause),
  locked: (file, cause) =>
    new SealmeterError('configuration', 'DAS_STORE_LOCKED', `${file} is being written by another process`, {
      mend: 'stop the other DAS, or give this one a folder of its own',
      cause,
    }),
  unwritable,
  'write-failed': (file, cause) =>
    new SealmeterError(
      'internal',
      'DAS_STORE_WRITE_FAILED',
      `${file} could not be written or read: ${reasonOf(cause)}`,
      {
        mend: 'make room on the disk, or replace it if it reports errors; nothing that was acknowledged is lost',
        cause,
      },
    ),
  'no-database': foreign,
};
