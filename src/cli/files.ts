import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SealmeterError } from '#core/errors.ts';

/** @throws SealmeterError `FILE_UNREADABLE` (configuration), naming the file and what stands in the way */
export function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    const problem = reason === 'ENOENT' ? 'does not exist' : `cannot be read (${reason})`;
    throw new SealmeterError('configuration', 'FILE_UNREADABLE', `${path} ${problem}`, {
      mend: reason === 'ENOENT' ? 'correct the path' : 'let the user that runs sealmeter read it',
      cause,
    });
  }
}

export const readText = (path: string): string => readFile(path).toString('utf8');

/** A reader sees the old content or the new one. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
