import { join } from 'node:path';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import { makeFolder } from '#core/private-file.ts';
import type { SqliteErrors } from '#core/sqlite-database.ts';
import { SqliteLock } from '#core/sqlite-lock.ts';

/**
 * Says that this process, and no other, runs the demo of a folder. To be held before anything is written there: another
 * one's configuration must not change under its feet.
 * @throws SealmeterError (configuration) `DEMO_RUNNING`, `DEMO_FOLDER_UNUSABLE`
 */
export function lockDemo(folder: string): SqliteLock {
  makeFolder(folder, unusable);
  return new SqliteLock(join(folder, 'demo.lock'), errors);
}

function unusable(path: string, cause: unknown): SealmeterError {
  return new SealmeterError('configuration', 'DEMO_FOLDER_UNUSABLE', `${path}: ${reasonOf(cause)}`, {
    mend: 'give the demo another folder with --dir, or make this one writable',
    cause,
  });
}

const errors: SqliteErrors = {
  locked: (file, cause) =>
    new SealmeterError('configuration', 'DEMO_RUNNING', `a demo runs in this folder already: ${file} is locked`, {
      mend: 'stop it first, or give this one a folder and a port of its own with --dir and --port',
      cause,
    }),
  damaged: unusable,
  unwritable: unusable,
  'write-failed': unusable,
  'no-database': unusable,
};
