import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Usage } from './usage.ts';

/** A server of the bench in a process of its own, so that its memory and processor time are its own. */
export interface ServerProcess extends AsyncDisposable {
  /** What follows `ready`. */
  readonly ready: string;
  usage(): Promise<Usage>;
}

/** Starts a script that says `ready …` and then answers with its usage. */
export async function startServer(script: string, args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (word: string): Promise<string> => {
    const { value } = (await lines.next()) as { value: string | undefined };
    if (value?.startsWith(`${word} `) !== true)
      throw new Error(`${script} says "${value}" where "${word} …" is expected`);
    return value.slice(word.length + 1);
  };
  return {
    ready: await next('ready'),
    async usage() {
      child.stdin.write('usage\n');
      return JSON.parse(await next('usage')) as Usage;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}

/** The service itself, started by its own launcher, as it is in operation. What it uses, the system tells. */
export async function startService(configuration: string): Promise<ServerProcess> {
  const launcher = fileURLToPath(new URL('../bin/sealmeter.mjs', import.meta.url));
  const child = spawn(process.execPath, [launcher, 'meter', '--config', configuration], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    ready: line.replace(/^ready /, ''),
    usage: () => Promise.resolve(usageOf(child.pid ?? 0)),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Of sysconf(_SC_CLK_TCK), which is 100 on Linux. */
const MICROSECONDS_PER_TICK = 10_000;

/** @see proc_pid_stat(5), proc_pid_status(5) */
function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return { cpu: (user + system) * MICROSECONDS_PER_TICK, resident: kilobytes * 1_024 };
}
