import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
