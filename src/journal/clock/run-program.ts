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
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const options = { env: { ...process.env, LC_ALL: 'C' }, maxBuffer: MOST_OUTPUT };
    const child = execFile(program, [...args], options, (error, stdout) => {
      cancel();
      signal.removeEventListener('abort', stop);
      resolve(error === null ? stdout : undefined);
    });
    // Not by the option `signal` of execFile: where the program is not there, Node.js 24 sends it to process 0, and that
    // is our own whole process group.
    const stop = (): void => {
      if (child.pid !== undefined) child.kill('SIGKILL');
    };
    const cancel = clock.after(timeout, stop);
    signal.addEventListener('abort', stop, { once: true });
  });
}
