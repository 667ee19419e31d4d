import { execFile } from 'node:child_process';
import type { Clock } from '#core/clock.ts';
import type { Duration } from '#core/time.ts';

export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly timeout: Duration;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** More than any of the programs that are asked here has to say. */
const MOST_OUTPUT = 64 * 1024;

/** What a program writes to stdout; `undefined` where it is not there, fails, takes too long or says too much. */
export function outputOf({ program, args, timeout, clock, signal }: ProgramCall): Promise<string | undefined> {
  const tooLong = new AbortController();
  const cancel = clock.after(timeout, () => tooLong.abort());
  const options = {
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: MOST_OUTPUT,
    killSignal: 'SIGKILL' as const,
    signal: AbortSignal.any([signal, tooLong.signal]),
  };
  return new Promise((resolve) => {
    execFile(program, [...args], options, (error, stdout) => {
      cancel();
      resolve(error === null ? stdout : undefined);
    });
  });
}
