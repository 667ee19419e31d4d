import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { certificatesToPem } from '#pki/public-files.ts';
import { program } from '../../support/programs.ts';
import type { ExampleDoor } from './example-door.ts';
import { clients, root } from './tls-parties.ts';

export interface Transcript {
  readonly status: number | null;
  /** What it said, on both streams. */
  readonly output: string;
}

/** `openssl s_client`, as the client `das`, from a folder that is gone with the scope that holds it. */
export async function sClient({ port }: Pick<ExampleDoor, 'port'>, das = clients.das, anchor = root) {
  const folder = await mkdtemp(join(tmpdir(), 'sealmeter-tls-'));
  await writeFile(join(folder, 'das.pem'), das.cert);
  await writeFile(join(folder, 'das.key'), das.key, { mode: 0o600 });
  await writeFile(join(folder, 'root.pem'), certificatesToPem([anchor]));
  const who = ['-cert', 'das.pem', '-cert_chain', 'das.pem', '-key', 'das.key', '-CAfile', 'root.pem'];
  const common = ['s_client', '-connect', `127.0.0.1:${port}`, '-verify_return_error', ...who];
  return {
    /** Connects, types `input`, and waits until the connection ends. */
    async run(parameters: readonly string[], input = 'Q\n'): Promise<Transcript> {
      const child = spawn(program('openssl'), [...common, ...parameters], { cwd: folder });
      child.stdin.on('error', () => {});
      child.stdin.end(input);
      const output = Promise.all([text(child.stdout), text(child.stderr)]);
      const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
      return { status, output: (await output).join('') };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
