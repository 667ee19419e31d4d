import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from '../../support/programs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SOURCE = fileURLToPath(new URL('faulty-disk.c', import.meta.url));

/** Compiles the library of `faulty-disk.c`, for LD_PRELOAD. */
export function faultyDisk(): string {
  const library = join(temporaryFolder(), 'faulty-disk.so');
  execFileSync(program('gcc'), ['-shared', '-fPIC', '-O2', '-o', library, SOURCE, '-ldl']);
  return library;
}

/** Something that changed the folder. */
export interface DiskOperation {
  readonly kind: 'created' | 'written' | 'truncated' | 'flushed' | 'renamed' | 'removed';
  readonly path: string;
  /** Where it was written; to what size it was truncated. */
  readonly offset: number;
  /** What was written; the new name. */
  readonly data: Buffer;
}

const KINDS: Readonly<Record<string, DiskOperation['kind']>> = {
  C: 'created',
  W: 'written',
  T: 'truncated',
  S: 'flushed',
  R: 'renamed',
  U: 'removed',
};

/** Reads what the library has recorded. */
export function readTrace(file: string): readonly DiskOperation[] {
  const bytes = readFileSync(file);
  const operations: DiskOperation[] = [];
  let position = 0;
  const take = (length: number): Buffer => {
    position += length;
    return bytes.subarray(position - length, position);
  };
  while (position < bytes.length) {
    const kind = KINDS[take(1).toString()];
    if (kind === undefined) throw new Error(`the trace is broken at ${position}`);
    const path = take(take(4).readUInt32LE()).toString();
    const offset = Number(take(8).readBigUInt64LE());
    operations.push({ kind, path, offset, data: take(take(4).readUInt32LE()) });
  }
  return operations;
}
