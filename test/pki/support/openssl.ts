import { spawn, spawnSync } from 'node:child_process';

import { program } from '../../support/programs.ts';

export interface OpensslResult {
  readonly status: number | null;
  readonly output: string;
}

/** Runs the openssl program and returns what it said, on both streams. */
export function openssl(...parameters: readonly string[]): OpensslResult {
  const { status, stdout, stderr } = spawnSync(program('openssl'), parameters, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

/** The same without blocking, for an openssl that talks to a server of this very process. */
export async function opensslAsync(...parameters: readonly string[]): Promise<OpensslResult> {
  const child = spawn(program('openssl'), parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}

/** Has `openssl req` make a key for what it makes. */
export const newKey = (file: string, curve: 'P-256' | 'P-384' = 'P-256'): readonly string[] => [
  '-newkey',
  'ec',
  '-pkeyopt',
  `ec_paramgen_curve:${curve}`,
  '-noenc',
  '-keyout',
  file,
];
