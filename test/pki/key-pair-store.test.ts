import assert from 'node:assert/strict';

import { existsSync, lstatSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { CertificateList } from '#pki/certificate.ts';
import { makeCertificateRequest } from '#pki/certificate-request.ts';
import { readKeyPair } from '#pki/key-pair-files.ts';
import { KeyPairStore, resolvePair } from '#pki/key-pair-store.ts';
import { statusOfFolder } from '#pki/pki-status.ts';
import { certificatesToPem, readCertificateFile } from '#pki/public-files.ts';
import { exportKey, generateKey } from '#pki/signing-key.ts';
import { temporaryFolder } from './support/folder.ts';
import { issueTo, makePki, NOW, profiles, type TestIdentity, type TestPki } from './support/test-pki.ts';

describe('a key pair store', () => {
  let pki: TestPki;
  before(async () => {
    pki = await makePki('store');
  });

  const pairIn = (folder: string) => ({ certificate: join(folder, 'tls.pem'), key: join(folder, 'tls.key') });

  /** A key that waits in the store, and the certificate for it. */
  async function prepare(store: KeyPairStore): Promise<CertificateList> {
    const privateKey = generateKey('P-256');
    const identity = await issueTo(pki.sub, profiles['tls-server'], { privateKey });
    const der = await makeCertificateRequest(identity.key, identity.certificate.subject);
    await store.keepPending({ der, key: exportKey(privateKey) });
    return [identity.certificate, pki.sub.certificate];
  }

  function writePlain({ certificate, key }: ReturnType<typeof pairIn>, identity: TestIdentity, of = identity): void {
    rmSync(certificate, { force: true });
    rmSync(key, { force: true });
    writeFileSync(certificate, certificatesToPem([identity.certificate]));
    writeFileSync(key, exportKey(of.privateKey), { mode: 0o600 });
  }

  it('is empty at first', async () => {
    await using folder = await temporaryFolder();
    const store = await KeyPairStore.open(pairIn(folder.path));
    assert.equal(await store.current(), undefined);
    assert.equal(await store.pending(), undefined);
    assert.ok(!existsSync(pairIn(folder.path).certificate));
  });

  it('installs a pair under both names, with the key for its owner only', async () => {
    await using folder = await temporaryFolder();
    const files = pairIn(folder.path);
    const store = await KeyPairStore.open(files);
    const certificates = await prepare(store);
    const installed = await store.install(certificates);
    assert.equal(await store.pending(), undefined);
    const pair = await readKeyPair(files);
    assert.deepEqual(
      pair.certificates.map(({ id }) => id),
      certificates.map(({ id }) => id),
    );
    assert.equal(statSync(files.key).mode & 0o777, 0o600);
    assert.deepEqual(await resolvePair(files), installed.files);
  });

  it('keeps a key that waits over a restart', async () => {
    await using folder = await temporaryFolder();
    const certificates = await prepare(await KeyPairStore.open(pairIn(folder.path)));
    const store = await KeyPairStore.open(pairIn(folder.path));
    const pending = await store.pending();
    assert.ok(pending);
    assert.ok(pending.content.publicKey.equals(certificates[0].publicKey));
    assert.equal(statSync(pending.keyFile).mode & 0o777, 0o600);
    await store.install(certificates);
    await readKeyPair(pairIn(folder.path));
  });

  it('takes in the plain files of before, and changes both at once later', async () => {
    await using folder = await temporaryFolder();
    const files = pairIn(folder.path);
    const old = await issueTo(pki.sub, profiles['tls-server']);
    writePlain(files, old);
    const store = await KeyPairStore.open(files);
    assert.equal((await store.current())?.certificates[0].id, old.certificate.id);
    assert.ok(lstatSync(files.certificate).isSymbolicLink() && lstatSync(files.key).isSymbolicLink());
    await readKeyPair(files);
    const certificates = await prepare(store);
    assert.equal((await readKeyPair(files)).certificates[0].id, old.certificate.id, 'until the new one is there');
    await store.install(certificates);
    assert.equal((await readKeyPair(files)).certificates[0].id, certificates[0].id);
  });

  it('takes in plain files that somebody put in the place of the links', async () => {
    await using folder = await temporaryFolder();
    const files = pairIn(folder.path);
    const store = await KeyPairStore.open(files);
    await store.install(await prepare(store));
    const other = await issueTo(pki.sub, profiles['tls-server']);
    writePlain(files, other);
    const reopened = await KeyPairStore.open(files);
    assert.equal((await reopened.current())?.certificates[0].id, other.certificate.id);
    assert.ok(lstatSync(files.key).isSymbolicLink());
  });

  it('refuses plain files that are no pair, and leaves them alone', async () => {
    await using folder = await temporaryFolder();
    const files = pairIn(folder.path);
    const [one, other] = [
      await issueTo(pki.sub, profiles['tls-server']),
      await issueTo(pki.sub, profiles['tls-server']),
    ];
    writePlain(files, one, other);
    await assert.rejects(KeyPairStore.open(files), { code: 'PKI_KEY_OF_ANOTHER' });
    assert.ok(lstatSync(files.key).isFile());
  });

  it('takes in a certificate whose key is on a token', async () => {
    await using folder = await temporaryFolder();
    const files = pairIn(folder.path);
    const { certificate } = await issueTo(pki.sub, profiles.signature);
    writeFileSync(files.certificate, certificatesToPem([certificate]));
    const store = await KeyPairStore.open(files);
    assert.equal((await store.current())?.certificates[0].id, certificate.id);
    assert.ok(!existsSync(files.key));
  });

  it('keeps two earlier pairs', async () => {
    await using folder = await temporaryFolder();
    const store = await KeyPairStore.open(pairIn(folder.path));
    const ids: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { certificates } = await store.install(await prepare(store));
      ids.push(certificates[0].id);
    }
    const versions = join(folder.path, 'tls.versions');
    assert.deepEqual(readdirSync(versions).toSorted(), ['0003', '0004', '0005', 'current']);
    const [kept] = await readCertificateFile(join(versions, '0003', 'certificate.crt'));
    assert.equal(kept.id, ids[2]);
  });

  it('goes on from the earlier pair when the newest version is taken away', async () => {
    await using folder = await temporaryFolder();
    const store = await KeyPairStore.open(pairIn(folder.path));
    const { certificates } = await store.install(await prepare(store));
    await store.install(await prepare(store));
    rmSync(join(folder.path, 'tls.versions', '0002'), { recursive: true });
    await KeyPairStore.open(pairIn(folder.path));
    assert.equal((await readKeyPair(pairIn(folder.path))).certificates[0].id, certificates[0].id);
  });

  it('holds when its folder is moved', async () => {
    await using folder = await temporaryFolder();
    await using elsewhere = await temporaryFolder();
    const store = await KeyPairStore.open(pairIn(folder.path));
    await store.install(await prepare(store));
    const moved = join(elsewhere.path, 'meter');
    renameSync(folder.path, moved);
    await readKeyPair(pairIn(moved));
    renameSync(moved, folder.path);
  });

  it('shows a list of certificates only those in use', async () => {
    await using folder = await temporaryFolder();
    const store = await KeyPairStore.open(pairIn(folder.path));
    await store.install(await prepare(store));
    await store.install(await prepare(store));
    await prepare(store);
    assert.deepEqual(
      (await statusOfFolder(folder.path, NOW)).map(({ file }) => file),
      ['tls.pem'],
    );
  });

  it('never shows a half pair to a reader that resolves its names, while it installs', async () => {
    await using folder = await temporaryFolder();
    const files = pairIn(folder.path);
    const store = await KeyPairStore.open(files);
    await store.install(await prepare(store));
    let read = 0;
    const installing = new AbortController();
    const reader = (async () => {
      while (!installing.signal.aborted) {
        await readKeyPair(await resolvePair(files));
        read += 1;
      }
    })();
    for (let round = 0; round < 10; round += 1) await store.install(await prepare(store));
    installing.abort();
    await reader;
    assert.ok(read > 10, `${read} times`);
  });
});
