import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { makeCertificateRequest } from '#pki/certificate-request.ts';
import { readKeyPair } from '#pki/key-pair-files.ts';
import { KeyPairStore, resolvePair } from '#pki/key-pair-store.ts';
import type { PreparedRequest } from '#pki/prepared-request.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { exportKey, generateKey } from '#pki/signing-key.ts';
import { temporaryFolder } from './support/folder.ts';
import { type StoppedFiles, stopFilesAt } from './support/stopping-files.ts';
import { issueTo, makePki, profiles, type TestIdentity, type TestPki } from './support/test-pki.ts';

/** More steps than anything here has; each test ends at the first run that comes to its end. */
const MAX_STEPS = 200;

const pairIn = (folder: string) => ({ certificate: join(folder, 'tls.pem'), key: join(folder, 'tls.key') });

describe('a key pair store that is stopped at any step', () => {
  let pki: TestPki;
  let old: TestIdentity;
  let next: TestIdentity;
  let request: PreparedRequest;
  before(async () => {
    pki = await makePki('crash');
    const privateKey = generateKey('P-256');
    old = await issueTo(pki.sub, profiles['tls-server'], { name: 'old' });
    next = await issueTo(pki.sub, profiles['tls-server'], { name: 'next', privateKey });
    request = { der: await makeCertificateRequest(next.key, next.certificate.subject), key: exportKey(privateKey) };
  });

  /** A folder with the old pair in plain files. */
  async function oldFolder() {
    const folder = await temporaryFolder();
    const { certificate, key } = pairIn(folder.path);
    writeFileSync(certificate, certificatesToPem([old.certificate]));
    writeFileSync(key, exportKey(old.privateKey), { mode: 0o600 });
    return folder;
  }

  /** Stops the work at each of its steps in turn, each in a folder of its own, and looks at what is left. */
  async function stopEverywhere(
    prepare: (folder: string) => Promise<unknown>,
    work: (folder: string) => Promise<unknown>,
    check: (folder: string) => Promise<void>,
  ): Promise<void> {
    for (let step = 1; step < MAX_STEPS; step += 1) {
      await using folder = await oldFolder();
      await prepare(folder.path);
      const ended = await workUntil(stopFilesAt(step), () => work(folder.path));
      await check(folder.path);
      if (ended) {
        assert.ok(step > 10, 'the work has as many steps as it should');
        return;
      }
    }
    assert.fail(`more than ${MAX_STEPS} steps`);
  }

  async function workUntil(files: StoppedFiles, work: () => Promise<unknown>): Promise<boolean> {
    using guard = files;
    return (await Promise.race([work(), guard.stopped])) !== 'stopped';
  }

  const namesIn = async (folder: string): Promise<string> => {
    const { certificates } = await readKeyPair(await resolvePair(pairIn(folder)));
    return certificates[0].id === old.certificate.id ? 'old' : 'next';
  };

  it('while it takes in plain files, leaves that pair', async () => {
    const open = (folder: string) => KeyPairStore.open(pairIn(folder));
    await stopEverywhere(
      () => Promise.resolve(),
      open,
      async (folder) => {
        assert.equal(await namesIn(folder), 'old');
        await open(folder);
        assert.equal(await namesIn(folder), 'old');
        await readKeyPair(pairIn(folder));
      },
    );
  });

  it('while it keeps a key, leaves the current pair, and a whole request or none', async () => {
    await stopEverywhere(
      (folder) => KeyPairStore.open(pairIn(folder)),
      async (folder) => (await KeyPairStore.open(pairIn(folder))).keepPending(request),
      async (folder) => {
        assert.equal(await namesIn(folder), 'old');
        const store = await KeyPairStore.open(pairIn(folder));
        const pending = await store.pending();
        assert.ok(pending === undefined || existsSync(pending.keyFile));
        await store.keepPending(request);
        await store.install([next.certificate]);
        assert.equal(await namesIn(folder), 'next');
      },
    );
  });

  it('while it installs, leaves the old pair or the new, and a key that still waits or is in use', async () => {
    const outcomes = new Set<string>();
    await stopEverywhere(
      async (folder) => (await KeyPairStore.open(pairIn(folder))).keepPending(request),
      async (folder) => (await KeyPairStore.open(pairIn(folder))).install([next.certificate]),
      async (folder) => {
        const found = await namesIn(folder);
        const store = await KeyPairStore.open(pairIn(folder));
        const afterwards = await namesIn(folder);
        const waits = (await store.pending()) !== undefined;
        outcomes.add(`${found}, ${afterwards} after a restart`);
        assert.equal(afterwards, waits ? 'old' : 'next', 'the key is nowhere lost');
        assert.ok(found === 'old' || afterwards === 'next', 'there is no way back');
        await readKeyPair(pairIn(folder));
        const left = readdirSync(join(folder, 'tls.versions')).filter((name) => name.includes('new'));
        assert.deepEqual(left, []);
      },
    );
    assert.deepEqual([...outcomes].toSorted(), [
      'next, next after a restart',
      'old, next after a restart',
      'old, old after a restart',
    ]);
  });
});

describe('a key pair store whose program is killed', () => {
  it('has a whole pair, whenever that is', async () => {
    await using folder = await temporaryFolder();
    const files = pairIn(folder.path);
    const program = fileURLToPath(new URL('support/install-for-ever.ts', import.meta.url));
    for (let round = 0; round < 6; round += 1) {
      const child = spawn(process.execPath, [program, files.certificate, files.key], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      for (let installed = 0; installed <= round; installed += 1) await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await ended;
      await readKeyPair(await resolvePair(files));
      await KeyPairStore.open(files);
      await readKeyPair(files);
    }
  });
});
