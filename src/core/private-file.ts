import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** How the owner of a path says that it cannot be made. */
type Refusal = (path: string, cause: unknown) => Error;

const OWNER_ONLY = 0o600;

/**
 * Makes an empty file that only its owner may read, unless it is there already. SQLite would let everybody read it, and
 * gives what it makes beside a file the mode of that file.
 *
 * A file that is there is not even opened: closing it again would let go of every lock that this process holds on it.
 * @see POSIX.1-2017 fcntl(), F_SETLK
 */
export function createPrivately(file: string, refusal: Refusal): void {
  try {
    closeSync(openSync(file, 'ax', OWNER_ONLY));
    syncFolder(dirname(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw refusal(file, error);
  }
}

export function makeFolder(folder: string, refusal: Refusal): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw refusal(folder, error);
  }
}

/** Makes sure that files which were made, renamed or removed in a folder stay so. */
export function syncFolder(folder: string): void {
  syncOpened(openSync(folder, 'r'));
}

/** Makes sure that what another program has written is on the disk. */
export function syncFile(file: string): void {
  syncOpened(openSync(file, 'r+'));
}

function syncOpened(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
