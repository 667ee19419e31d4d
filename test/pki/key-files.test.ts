import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { readKeyFile, writeKeyFile } from '#pki/key-files.ts';
import { exportKey, generateKey, parsePrivateKey } from '#pki/signing-key.ts';
import { temporaryFolder } from './support/folder.ts';

const pem = exportKey(generateKey('P-256'));

describe('a private key file', () => {
  it('is written for its owner alone, and read back', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'tls.key');
    await writeKeyFile(path, pem);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal(await readKeyFile(path), pem);
  });

  it('is never written over', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'tls.key');
    await writeKeyFile(path, pem);
    await assert.rejects(writeKeyFile(path, 'another'), { code: 'EEXIST' });
    assert.equal(await readKeyFile(path), pem);
  });

  for (const mode of [0o640, 0o604, 0o620, 0o644, 0o660]) {
    it(`is refused with mode ${mode.toString(8)}, and the mend is chmod`, async () => {
      await using folder = await temporaryFolder();
      const path = join(folder.path, 'tls.key');
      await writeFile(path, pem);
      await chmod(path, mode);
      await assert.rejects(readKeyFile(path), {
        fault: 'configuration',
        code: 'KEY_FILE_EXPOSED',
        message: new RegExp(`mode 0${mode.toString(8)}`),
        mend: `chmod 600 ${path}`,
      });
    });
  }

  it('is refused where there is none', async () => {
    await assert.rejects(readKeyFile('/nowhere/tls.key'), { fault: 'configuration', code: 'KEY_FILE_MISSING' });
  });

  it('is refused where it is huge, or a folder', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'tls.key');
    await writeFile(path, 'x'.repeat(20_000), { mode: 0o600 });
    await assert.rejects(readKeyFile(path), { code: 'KEY_FILE_UNREADABLE' });
    await chmod(folder.path, 0o700);
    await assert.rejects(readKeyFile(folder.path), { code: 'KEY_FILE_UNREADABLE' });
  });
});

describe('a private key', () => {
  it('is read', () => assert.equal(exportKey(parsePrivateKey(pem)), pem));

  it('is refused when it is none, without a word of it in the error', () => {
    const broken = pem.replace('MIG', 'MIX');
    assert.throws(
      () => parsePrivateKey(broken),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'PRIVATE_KEY_UNREADABLE');
        assert.equal(error.cause, undefined);
        assert.ok(!error.message.includes('MIX'));
        return true;
      },
    );
  });

  it('is refused on a curve that we do not use', () => {
    for (const key of [generateKeyPairSync('ed25519'), generateKeyPairSync('ec', { namedCurve: 'secp256k1' })]) {
      assert.throws(() => parsePrivateKey(exportKey(key.privateKey)), { code: 'KEY_UNSUPPORTED' });
    }
  });
});
