import { reasonOf, SealmeterError } from '#core/errors.ts';

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

/**
 * What SQLite's result codes mean to us. The lower eight bits; what lies above them only says more precisely where.
 * @see SQLite result codes, https://www.sqlite.org/rescode.html
 */
const MEANINGS: ReadonlyMap<number, (file: string, thrown: Error) => SealmeterError> = new Map([
  // Our statements are constants and keep to the schema: an error or a broken constraint comes from the file.
  [1, pageDamaged], // SQLITE_ERROR
  [19, pageDamaged], // SQLITE_CONSTRAINT
  [20, pageDamaged], // SQLITE_MISMATCH
  [11, pageDamaged], // SQLITE_CORRUPT
  [5, locked], // SQLITE_BUSY
  [6, locked], // SQLITE_LOCKED
  [8, unwritable], // SQLITE_READONLY
  [14, unwritable], // SQLITE_CANTOPEN
  [10, writeFailed], // SQLITE_IOERR
  [13, writeFailed], // SQLITE_FULL
  [26, notAJournal], // SQLITE_NOTADB
]);

/** Turns what `node:sqlite` throws into an error of ours. */
export function journalError(file: string, thrown: unknown): unknown {
  return isSqliteError(thrown) ? (MEANINGS.get(thrown.errcode & 0xff)?.(file, thrown) ?? thrown) : thrown;
}

function pageDamaged(file: string, cause: Error): SealmeterError {
  return damaged(file, cause.message, cause);
}

function locked(file: string, cause: Error): SealmeterError {
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

interface SqliteError extends Error {
  readonly errcode: number;
}

const isSqliteError = (thrown: unknown): thrown is SqliteError =>
  thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number';
