import { spawnSync } from 'node:child_process';

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
