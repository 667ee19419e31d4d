import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type RunningCommand, runProgram, startCommand } from '../support/commands.ts';
import { program } from '../support/programs.ts';

for (const name of ['curl', 'openssl', 'xmlsec1']) program(name);

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The shell lines below a heading of the README. */
function linesBelow(heading: string): string {
  const section = readme.split(`### ${heading}\n`)[1]?.split(/^##/m)[0] ?? '';
  const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines]) => lines);
  assert.ok(blocks.length > 0, `the README has lines to copy below "${heading}"`);
  return blocks.join('\n');
}

describe("what the README's tour says to type", { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-readme-'));
  let demo: RunningCommand;
  before(async () => {
    demo = await startCommand(['demo', '--dir', join(folder, '.sealmeter'), '--port', '0']);
  });
  after(async () => {
    await demo.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  /** The lines as they stand, but for the port and for where the command lies. */
  const type = (lines: string, cwd: string) => {
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
    const script = lines
      .replaceAll('127.0.0.1:8443', new URL(demo.ready).host)
      .replaceAll('npx sealmeter', `"${process.execPath}" "${main}"`);
    return runProgram('/bin/bash', ['-euo', 'pipefail', '-c', script], { cwd });
  };

  test('reads a value unsigned, with curl', async () => {
    const { code, stdout, stderr } = await type(linesBelow('An unsigned request, with curl'), folder);
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /^<attribute xmlns="urn:k461-dke-de:cor-1" id="2"><long64-unsigned [^>]+>1234\d\d</,
      'as the README shows',
    );
  });

  test('reads and verifies a sealed document, with openssl, curl and xmlsec1 alone', async () => {
    const heading = 'A signed request, with openssl and curl alone';
    const { code, stdout, stderr } = await type(linesBelow(heading), join(folder, '.sealmeter'));
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout + stderr, /^OK$|Signature is OK/m);
  });

  test('does the same with our command, from where the lines before have led', async () => {
    const { code, stdout, stderr } = await type(linesBelow('The same, with our command'), join(folder, '.sealmeter'));
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /\nproven\n/);
    assert.match(stdout, /<SignatureValue>/);
  });
});
