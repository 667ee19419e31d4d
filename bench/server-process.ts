import { execFileSync, spawn } from 'node:child_process';
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

/** The service itself, as a package has it, started as its launcher starts it. What it uses, the system tells. */
export const startService = (configuration: string): Promise<ServerProcess> => startByLauncher('meter', configuration);

/** The same of a DAS. */
export const startDas = (configuration: string): Promise<ServerProcess> => startByLauncher('das', configuration);

async function startByLauncher(role: 'meter' | 'das', configuration: string): Promise<ServerProcess> {
  buildOnce();
  const child = spawn(process.execPath, [pathOf('./built-server.mjs'), role, '--config', configuration], {
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

let isBuilt = false;

/** dist/, as a package or a container has it: that is what runs at a meter. */
function buildOnce(): void {
  if (!isBuilt) execFileSync(process.execPath, ['--no-warnings', pathOf('../scripts/build.mjs')], { stdio: 'ignore' });
  isBuilt = true;
}

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

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
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const memory = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1_024;
  return { cpu: (user + system) * MICROSECONDS_PER_TICK, resident: memory('VmRSS'), peak: memory('VmHWM') };
}
