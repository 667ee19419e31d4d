import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { runProgram } from '../support/commands.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sealmeter = (...args: string[]) => runProgram(process.execPath, [join(place, 'bin', 'sealmeter.mjs'), ...args]);
let place = '';

/** As the Dockerfile puts it together. */
const SHIPPED = ['bin', 'certs', 'devices', 'openapi', 'package.json'];

describe('what a package or a container has: JavaScript in dist/ and nothing of src/ and scripts/', () => {
  before(async () => {
    place = mkdtempSync(join(tmpdir(), 'sealmeter-package-'));
    const { code, stderr } = await runProgram(process.execPath, [
      join(root, 'scripts', 'build.mjs'),
      join(place, 'dist'),
    ]);
    assert.equal(code, 0, stderr);
    for (const name of SHIPPED) cpSync(join(root, name), join(place, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  });

  after(() => rmSync(place, { recursive: true }));

  it('runs, and finds the files beside its code', async () => {
    const { code, stderr } = await sealmeter('pki', 'init', join(place, 'site'));
    assert.equal(code, 0, stderr);
  });

  it('loads all that a command needs', async () => {
    for (const command of ['demo', 'meter', 'simulate', 'get', 'verify']) {
      const { code, stdout, stderr } = await sealmeter(command, '--help');
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`sealmeter ${command}`));
    }
  });

  it('ends as the program ends', async () => {
    const { code, stderr } = await sealmeter('meter', '--config', join(place, 'none.yaml'));
    assert.equal(code, 2);
    assert.match(stderr, /none\.yaml/);
  });
});
