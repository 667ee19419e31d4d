import { type FileHandle, open } from 'node:fs/promises';

import { SealmeterError } from '#core/errors.ts';

const OWNER_ONLY = 0o600;
const GROUP_AND_OTHERS = 0o077;
/** A P-384 key has some 300 characters. */
const MAX_KEY_FILE = 16 * 1024;

/** Writes a new private key file that only its owner can read. Never writes over another. */
export async function writeKeyFile(path: string, pem: string): Promise<void> {
  await using file = await open(path, 'wx', OWNER_ONLY);
  await file.writeFile(pem);
}

/**
 * Reads a private key file as PEM, and refuses one that others on the machine can read.
 * @throws SealmeterError (configuration) `KEY_FILE_MISSING`, `KEY_FILE_EXPOSED`, `KEY_FILE_UNREADABLE`
 */
export async function readKeyFile(path: string): Promise<string> {
  await using file = await openKeyFile(path);
  const status = await file.stat();
  if ((status.mode & GROUP_AND_OTHERS) !== 0) {
    const octal = (status.mode & 0o777).toString(8).padStart(4, '0');
    throw keyFileError('EXPOSED', path, `may be read by others (mode ${octal})`, `chmod 600 ${path}`);
  }
  if (!status.isFile() || status.size > MAX_KEY_FILE) {
    throw keyFileError(
      'UNREADABLE',
      path,
      'cannot be a key',
      `give a PEM file with one key, up to ${MAX_KEY_FILE} bytes`,
    );
  }
  return await file.readFile('utf8');
}

async function openKeyFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw missing
      ? keyFileError('MISSING', path, 'does not exist', 'make it with `sealmeter pki`, or correct the path', cause)
      : keyFileError('UNREADABLE', path, 'cannot be opened', 'let the user that runs sealmeter own it', cause);
  }
}

const keyFileError = (
  what: 'MISSING' | 'EXPOSED' | 'UNREADABLE',
  path: string,
  problem: string,
  mend: string,
  cause?: unknown,
): SealmeterError =>
  new SealmeterError('configuration', `KEY_FILE_${what}`, `private key file ${path} ${problem}`, { mend, cause });
