import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; a non-zero exit is a result, not an error. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { cwd?: string; input?: string } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      { cwd: options.cwd, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    // Nothing to write is not written: a program that has ended already would make an error of it.
    child.stdin?.end(options.input);
  });
}

/** `sealmeter …` to its end. */
export const sealmeter = (args: readonly string[], options: { cwd?: string; input?: string } = {}): Promise<Ended> =>
  runProgram(process.execPath, [MAIN, ...args], options);

/** A `sealmeter` server command that has said that it is ready. Disposing stops it as systemd would. */
export interface RunningCommand extends AsyncDisposable {
  /** What follows `ready`. */
  readonly ready: string;
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** All that it has said on stderr so far. */
  said(): string;
  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

export async function startCommand(args: readonly string[]): Promise<RunningCommand> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = once(child, 'exit');
  const ready = await readyLine(child.stdout);
  if (ready === undefined) {
    await ended;
    throw new Error(`sealmeter ${args.join(' ')} ended before it was ready:\n${said}`);
  }
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  };
  return {
    ready,
    child,
    said: () => said,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGTERM');
    },
  };
}

/** `undefined` where the output ends without it. */
async function readyLine(stdout: Readable): Promise<string | undefined> {
  let text = '';
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const [, ready] = /^ready (.+)\n/m.exec(text) ?? [];
    if (ready !== undefined) return ready;
  }
  return undefined;
}
