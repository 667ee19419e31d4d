import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
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

  it('has the page of the DAS, and the one to be opened from disk', () => {
    for (const name of ['index.html', 'verify.html']) assert.ok(existsSync(join(place, 'dist', 'page', name)), name);
  });

  it('says which Node.js it needs where the machine has an old one', async () => {
    const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.5' } })";
    const as20 = ['--import', `data:text/javascript,${encodeURIComponent(old)}`];
    const { code, stderr } = await runProgram(process.execPath, [...as20, join(place, 'bin', 'sealmeter.mjs'), 'get']);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^sealmeter: Node\.js 20\.19\.5 is older than 24\.12 \[NODE_TOO_OLD\]\n {2}install Node\.js 24\.12/,
    );
  });

  it('ends as the program ends', async () => {
    const { code, stderr } = await sealmeter('meter', '--config', join(place, 'none.yaml'));
    assert.equal(code, 2);
    assert.match(stderr, /none\.yaml/);
  });

  describe('where there was no compiler, so that npm has left the binding to PKCS#11 out', () => {
    /** The binding, and what it is compiled from. */
    const COMPILED = ['graphene-pk11', 'pkcs11js'];

    before(() => {
      const modules = join(place, 'node_modules');
      rmSync(modules);
      mkdirSync(modules);
      for (const name of readdirSync(join(root, 'node_modules')).filter((each) => !COMPILED.includes(each))) {
        symlinkSync(join(root, 'node_modules', name), join(modules, name));
      }
    });

    it('that is all which is compiled at installation, and nothing else needs it', () => {
      const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
        packages: Record<string, { hasInstallScript?: boolean; optional?: boolean }>;
      };
      const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
      assert.deepEqual(
        scripted.map(([name, { optional }]) => [name, optional]),
        [['node_modules/pkcs11js', true]],
      );
      assert.equal(packages['node_modules/graphene-pk11']?.optional, true);
    });

    it('the rest runs, and signs with a key in a file', async () => {
      const site = join(place, 'uncompiled');
      const made = await sealmeter('pki', 'init', site);
      assert.equal(made.code, 0, made.stderr);
      const signed = await sealmeter('sign-request', 'GET', 'https://127.0.0.1/cosem/ldevs/', '--dir', site);
      assert.equal(signed.code, 0, signed.stderr);
      assert.match(signed.stdout, /^Signature: /m);
    });

    it('asking for a token says what is missing', async () => {
      const { code, stderr } = await sealmeter('token', 'list', '--module', '/usr/lib/softhsm/libsofthsm2.so');
      assert.equal(code, 2);
      assert.match(stderr, /support for PKCS#11 tokens is not installed.*\[TOKEN_SUPPORT_MISSING\]\n.*build-essential/);
    });
  });
});
