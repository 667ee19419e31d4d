import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SealmeterError } from '#core/errors.ts';

/** The program that runs. */
export interface Program {
  readonly version: string;
  /** Of all of its own files; what it depends on is fixed by `package-lock.json`, which is not among them. */
  readonly sha256: Uint8Array;
}

/** `src/`, or in a published package `dist/`. */
const CODE = dirname(dirname(fileURLToPath(import.meta.url)));

/** Which program this is: its version, and a hash that is another one when a byte of it is. */
export function readProgram(): Program {
  const hash = createHash('sha256');
  const files = readdirSync(CODE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${relative(CODE, file)} ${content.length}\n`).update(content);
  }
  return { version: readVersion(), sha256: new Uint8Array(hash.digest()) };
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(CODE), 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new SealmeterError('internal', 'PROGRAM_UNKNOWN', 'package.json names no version', {
    mend: 'install sealmeter again',
  });
}
