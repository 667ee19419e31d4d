import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createPrivately, syncFile, syncFolder } from '#core/private-file.ts';
import type { Awaitable } from '#crypto/crypto-port.ts';
import { backupExists, unwritable } from './store-errors.ts';

/**
 * Has a copy written; it appears under its name only when it is whole.
 * @throws SealmeterError (configuration) `DAS_BACKUP_EXISTS`, `DAS_STORE_UNWRITABLE`
 */
export async function writeBackup(file: string, copyInto: (target: string) => Awaitable<void>): Promise<void> {
  if (existsSync(file)) throw backupExists(file);
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  createPrivately(unfinished, unwritable);
  await copyInto(unfinished);
  syncFile(unfinished);
  renameSync(unfinished, file);
  syncFolder(dirname(file));
}
