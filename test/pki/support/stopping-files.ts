import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** The calls that change what is on the disk, or come just before or after something that does. */
const CALLS = ['mkdir', 'open', 'rename', 'rm', 'symlink', 'writeFile'] as const;

type AnyCall = (...parameters: readonly unknown[]) => Promise<unknown>;

export interface StoppedFiles extends Disposable {
  /** Resolves when the program has come to the step at which it is to stop. */
  readonly stopped: Promise<'stopped'>;
}

/**
 * Lets the file system stop answering at a step, as a power cut would: a step is the moment after a call, and, where a
 * file was opened, the moment before the next: what was written to the file in between makes the two differ. Whoever
 * waits for the answer waits for ever. Disposing gives the file system back.
 */
export function stopFilesAt(step: number): StoppedFiles {
  const { promise: stopped, resolve } = Promise.withResolvers<'stopped'>();
  const calls = fs as unknown as Record<string, AnyCall>;
  const originals = CALLS.map((name) => [name, calls[name] as AnyCall] as const);
  let steps = 0;
  let written = false;
  const pass = async (opened?: unknown): Promise<void> => {
    steps += 1;
    if (steps < step) return;
    if (isHandle(opened)) await opened.close(); // or the garbage collector complains
    resolve('stopped');
    await new Promise(() => {});
  };
  for (const [name, original] of originals) {
    calls[name] = async (...parameters) => {
      if (written) await pass();
      const result = await original(...parameters);
      written = name === 'open';
      await pass(result);
      return result;
    };
  }
  syncBuiltinESMExports();
  return {
    stopped,
    [Symbol.dispose]() {
      for (const [name, original] of originals) calls[name] = original;
      syncBuiltinESMExports();
    },
  };
}

const isHandle = (value: unknown): value is fs.FileHandle =>
  typeof value === 'object' && value !== null && 'close' in value;
