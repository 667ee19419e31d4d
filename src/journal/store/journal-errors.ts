import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { SqliteErrors } from '#core/sqlite-database.ts';

/** A row, a page or a file of the journal is not what it was. Nothing of it is served. */
export class JournalDamage extends SealmeterError {
  override readonly name = 'JournalDamage';
  /** `captures/1sie0012345678.sm 17`, or the file where no row can be named. */
  readonly where: string;
  readonly problem: string;

  constructor(where: string, problem: string, cause?: unknown) {
    super('evidence', 'JOURNAL_DAMAGED', `${where}: ${problem}`, {
      mend: 'see what is wrong with "sealmeter journal verify", then restore a backup with "sealmeter journal restore"',
      cause,
    });
    this.where = where;
    this.problem = problem;
  }
}

export const damaged = (where: string, problem: string, cause?: unknown): JournalDamage =>
  new JournalDamage(where, problem, cause);

/** Turns what SQLite finds into errors of ours. */
export const journalErrors: SqliteErrors = {
  damaged: pageDamaged,
  locked,
  unwritable,
  'write-failed': writeFailed,
  'no-database': notAJournal,
};

function pageDamaged(file: string, cause: unknown): SealmeterError {
  return damaged(file, reasonOf(cause), cause);
}

function locked(file: string, cause: unknown): SealmeterError {
  return new SealmeterError('configuration', 'JOURNAL_LOCKED', `${file} is being written by another process`, {
    mend: 'stop the other meter process, or give this one a folder of its own',
    cause,
  });
}

export function writeFailed(file: string, cause: unknown): SealmeterError {
  const message = `${file} could not be written or read: ${reasonOf(cause)}`;
  return new SealmeterError('internal', 'JOURNAL_WRITE_FAILED', message, {
    mend: 'make room on the disk, or replace it if it reports errors; nothing that was acknowledged is lost',
    cause,
  });
}

export function unwritable(path: string, cause: unknown): SealmeterError {
  return new SealmeterError(
    'configuration',
    'JOURNAL_UNWRITABLE',
    `${path} cannot be opened or written: ${reasonOf(cause)}`,
    {
      mend: 'see that the folder exists, belongs to the user of the service and is not on a read-only file system',
      cause,
    },
  );
}

export function notAJournal(file: string, cause?: unknown): SealmeterError {
  return new SealmeterError('configuration', 'JOURNAL_NOT_ONE', `${file} is no journal of sealmeter`, {
    mend: 'give the folder of a meter, or a file that "sealmeter journal backup" has written',
    cause,
  });
}
