import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startCommand } from '../support/commands.ts';
import { freePort } from '../support/free-port.ts';
import { program } from '../support/programs.ts';
import { SoftHsm } from '../support/softhsm.ts';

for (const name of ['curl', 'openssl']) program(name);

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

test("the operator's page works as it stands, from the first installation to the restored backup", {
  timeout: 240_000,
}, async () => {
  using hsm = new SoftHsm();
  const token = hsm.addToken('meter');
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-operations-'));
  await using simulator = await startCommand(['simulate', 'pac3200']);
  const [host = '', port = ''] = simulator.ready.split(':');
  mkdirSync(join(folder, 'site'));
  writeFileSync(join(folder, 'site', 'pin'), `${token.pin}\n`, { mode: 0o600 });

  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines = '']) => lines);
  assert.ok(blocks.length >= 12);
  // The page's ports may be taken here, and nobody waits minutes in a test.
  const lines = blocks
    .map((block, index) => `echo "--- block ${index + 1}" >&2\n${block}`)
    .join('\n')
    .replaceAll('127.0.0.1:8889', `127.0.0.1:${await freePort()}`)
    .replaceAll('127.0.0.1:9443', `127.0.0.1:${await freePort()}`)
    .replaceAll('8880', `${await freePort()}`)
    .replaceAll('port: 8443', `port: ${await freePort()}`)
    .replace('management: {', 'revocation: { recheckAfter: 1 s }\ncapture: { period: 1 s }\nmanagement: {');
  const served = /port: (\d+) \}\ntls:/.exec(lines)?.[1] ?? '';
  const script = [
    'set -euo pipefail',
    "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT",
    lines.replaceAll('127.0.0.1:8443', `127.0.0.1:${served}`),
  ].join('\n');

  // A program, not a function: what the page sends signals to is then the service itself.
  const command = join(folder, 'bin', 'sealmeter');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, { mode: 0o755 });
  const child = spawn('/bin/bash', ['-c', script], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      MODULE: hsm.module,
      MODBUS_HOST: host,
      MODBUS_PORT: port,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  assert.equal(code, 0, said.slice(-6_000));
  rmSync(folder, { recursive: true });
});
