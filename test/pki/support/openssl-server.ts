import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import { program } from '../../support/programs.ts';

export interface OpensslServer extends AsyncDisposable {
  readonly port: number;
}

/** Starts an openssl command that serves, on a port of its own choice. */
export async function startOpensslServer(...parameters: readonly string[]): Promise<OpensslServer> {
  const child = spawn(program('openssl'), parameters);
  return {
    port: await portOf(child),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** It says `ACCEPT 127.0.0.1:39227`, and some commands their process behind it. */
async function portOf({ stdout, spawnargs }: ChildProcess): Promise<number> {
  let text = '';
  for await (const part of stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(part);
    const port = /^ACCEPT .*:(\d+)(?: PID=\d+)?\n/m.exec(text)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`${spawnargs.join(' ')} did not start: ${text}`);
}
