import { type ChildProcess, spawn } from 'node:child_process';

import type { Clock } from '#core/clock.ts';
import type { Duration } from '#core/time.ts';
import { EnrolmentError } from '#pki/enrolment-problems.ts';

export interface ProgramResult {
  readonly succeeded: boolean;
  /** Of both streams, the last part. */
  readonly output: string;
}

const MAX_OUTPUT = 64 * 1024;

/**
 * Runs openssl to its end, or to ours: with the time it is killed. Nothing of our environment reaches it, so that no
 * configuration file and no proxy that it might name has a say.
 * @throws EnrolmentError `CMP_PROGRAM_MISSING`, `CMP_TOO_SLOW`
 */
export async function runOpenssl(
  program: string,
  parameters: readonly string[],
  {
    clock,
    timeout,
    signal,
  }: { readonly clock: Clock; readonly timeout: Duration; readonly signal?: AbortSignal | undefined },
): Promise<ProgramResult> {
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'], env: {} });
  // A program that is not there has no process id, and a signal to none goes to our own whole process group.
  const kill = (): boolean => child.pid !== undefined && child.kill('SIGKILL');
  let late = false;
  const cancel = clock.after(timeout, () => {
    late = kill();
  });
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const result = await endOf(child, program);
    if (late) throw new EnrolmentError('CMP_TOO_SLOW', `openssl cmp did not end within ${timeout} ms`);
    return result;
  } finally {
    cancel();
    signal?.removeEventListener('abort', kill);
  }
}

async function endOf(child: ChildProcess, program: string): Promise<ProgramResult> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-MAX_OUTPUT);
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) => reject(missing(program, cause)));
    child.on('close', resolve);
  });
  return { succeeded: status === 0, output };
}

const missing = (program: string, cause: Error): EnrolmentError =>
  new EnrolmentError('CMP_PROGRAM_MISSING', `${program} cannot be run: ${cause.message}`, cause);
