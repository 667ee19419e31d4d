import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncFile, syncFolder } from '#core/private-file.ts';
import { headsFiles } from './heads-file.ts';
import { DATABASE_FILE } from './journal-file.ts';

/** Where a journal is made ready that is to take the place of another. */
const BEING_MADE = 'restoring';
/** The same folder when it is ready. From then on the exchange goes on to its end, whatever happens in between. */
const READY = 'restored';
/** In it: the name of the folder for what is replaced. */
const REPLACED_AS = 'replaced-as';

/** The database first: as long as it waits, nothing else has been put in place. */
const NEW_FILES = [DATABASE_FILE, `${DATABASE_FILE}-wal`, ...headsFiles];
const OLD_FILES = [...NEW_FILES, `${DATABASE_FILE}-shm`];

/** An empty folder for the journal that is to come. */
export function prepareSwap(folder: string): string {
  const staging = join(folder, BEING_MADE);
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { mode: 0o700 });
  return staging;
}

/** Puts what was made ready into its place. What was there before is moved into a folder beside it, never removed. */
export function swap(folder: string): string {
  const staging = join(folder, BEING_MADE);
  const replacedAs = freeName(folder);
  writeFileSync(join(staging, REPLACED_AS), replacedAs);
  syncFile(join(staging, REPLACED_AS));
  syncFolder(staging);
  renameSync(staging, join(folder, READY));
  syncFolder(folder);
  finishSwap(folder);
  return join(folder, replacedAs);
}

/** Goes on with an exchange that a crash has interrupted, if there is one. */
export function finishSwap(folder: string): void {
  const ready = join(folder, READY);
  if (!existsSync(ready)) return;
  const replaced = join(folder, readFileSync(join(ready, REPLACED_AS), 'utf8'));
  if (existsSync(join(ready, DATABASE_FILE))) {
    mkdirSync(replaced, { recursive: true, mode: 0o700 });
    moveAll(OLD_FILES, folder, replaced);
  }
  moveAll(NEW_FILES, ready, folder);
  rmSync(ready, { recursive: true });
  syncFolder(folder);
}

function moveAll(names: readonly string[], from: string, to: string): void {
  for (const name of names) if (existsSync(join(from, name))) renameSync(join(from, name), join(to, name));
  syncFolder(to);
  syncFolder(from);
}

function freeName(folder: string): string {
  for (let count = 1; ; count += 1) {
    const name = `replaced-${count}`;
    if (!existsSync(join(folder, name))) return name;
  }
}
