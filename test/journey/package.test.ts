import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { runProgram } from '../support/commands.ts';
import { curlIdentity } from '../support/curl-identity.ts';
import { deviceAt, writeMeterConfiguration } from '../support/meter-configuration.ts';
import { program } from '../support/programs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sealmeter = (...args: string[]) => runProgram(process.execPath, [join(place, 'bin', 'sealmeter.mjs'), ...args]);
let place = '';

const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

/** What the Dockerfile copies into the image, but for what is built and what is installed. */
const SHIPPED = [...dockerfile.matchAll(/^COPY --from=build (.+) \.\/.*$/gm)]
  .flatMap(([, paths = '']) => paths.split(' '))
  .map((path) => path.replace('/build/', ''))
  .filter((name) => name !== 'dist' && name !== 'node_modules');

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

/** The packages that are installed without those for development. */
const PRODUCTION = Object.entries(packages)
  .filter(
    ([path, { dev, devOptional, link }]) =>
      /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && !dev && !devOptional && !link,
  )
  .map(([path]) => path.replace('node_modules/', ''))
  .filter((name) => existsSync(join(root, 'node_modules', name)));

function install(names: readonly string[]): void {
  rmSync(join(place, 'node_modules'), { recursive: true, force: true });
  for (const name of names) {
    const target = join(place, 'node_modules', name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), target);
  }
}

describe('what a package or a container has: JavaScript in dist/ and nothing of src/ and scripts/', () => {
  before(async () => {
    place = mkdtempSync(join(tmpdir(), 'sealmeter-package-'));
    const { code, stderr } = await runProgram(process.execPath, [
      join(root, 'scripts', 'build.mjs'),
      join(place, 'dist'),
    ]);
    assert.equal(code, 0, stderr);
    for (const name of SHIPPED) cpSync(join(root, name), join(place, name), { recursive: true });
    install(PRODUCTION);
  });

  after(() => rmSync(place, { recursive: true }));

  it('runs, and finds the files beside its code', async () => {
    const { code, stderr } = await sealmeter('pki', 'init', join(place, 'site'));
    assert.equal(code, 0, stderr);
  });

  it('loads all that a command needs', async () => {
    for (const command of ['demo', 'meter', 'das', 'simulate', 'get', 'verify', 'doctor']) {
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

  it('serves, with the description of its API and the devices that it knows', async () => {
    const site = join(place, 'site');
    const config = writeMeterConfiguration(site, { devices: [deviceAt('127.0.0.1:9')] });
    const meter = spawn(process.execPath, [join(place, 'bin', 'sealmeter.mjs'), 'meter', '--config', config], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(meter, 'exit');
    const ready = once(createInterface({ input: meter.stdout }), 'line') as Promise<[string]>;
    const [line] = await Promise.race([ready, ended.then(() => assert.fail('it does not serve'))]);
    const url = line.replace('ready ', '');
    const { stdout } = await runProgram(program('curl'), ['--silent', ...curlIdentity(site), `${url}/openapi.yaml`]);
    meter.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null], 'it stops in order');
    assert.match(stdout, /^openapi: 3\./);
  });

  it('is watched, in a container, by a command that there is, and serves as nobody in particular', async () => {
    const image = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    assert.match(image, /^USER 10001:10001$/m);
    const [, check = ''] = /^HEALTHCHECK .* CMD (\[.*\])$/m.exec(image) ?? [];
    const [node, main, ...args] = JSON.parse(check) as string[];
    assert.deepEqual([node, main], ['node', '/opt/sealmeter/bin/sealmeter.mjs']);
    const { code, stderr } = await sealmeter(...args);
    assert.equal(code, 2);
    assert.match(stderr, /\/site\/meter\.yaml does not exist/);
  });

  it('ends as the program ends', async () => {
    const { code, stderr } = await sealmeter('meter', '--config', join(place, 'none.yaml'));
    assert.equal(code, 2);
    assert.match(stderr, /none\.yaml/);
  });

  describe('where there was no compiler, so that npm has left the binding to PKCS#11 out', () => {
    /** The binding, and what it is compiled from. */
    const COMPILED = ['graphene-pk11', 'pkcs11js'];

    before(() => install(PRODUCTION.filter((name) => !COMPILED.includes(name))));

    it('that is all which is compiled at installation, and nothing else needs it', () => {
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
