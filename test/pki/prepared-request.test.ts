import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { silentLog } from '#core/log.ts';
import { readCertificateRequest } from '#pki/certificate-request.ts';
import { parseName } from '#pki/distinguished-name.ts';
import type { Enroller } from '#pki/enroller.ts';
import { enrol } from '#pki/enrolment.ts';
import { issueCertificate } from '#pki/issue.ts';
import { KeyPairStore } from '#pki/key-pair-store.ts';
import { writePem } from '#pki/pem.ts';
import { newTokenKeyRequest, type PreparedRequest, softwareRequest, tokenRequest } from '#pki/prepared-request.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { SoftHsm } from '../support/softhsm.ts';
import { temporaryFolder } from './support/folder.ts';
import { openssl } from './support/openssl.ts';
import { makePki, NOW, profiles } from './support/test-pki.ts';

const wish = { subject: parseName('CN=meter7,O=test'), altNames: [] };

/** openssl takes it for a request whose signature is right. */
async function assertVerified({ der }: PreparedRequest): Promise<void> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'request.pem');
  writeFileSync(file, writePem('CERTIFICATE REQUEST', der));
  assert.match(openssl('req', '-in', file, '-verify', '-noout').output, /verify OK/);
}

describe('a prepared request', () => {
  for (const curve of ['P-256', 'P-384', 'P-192'] as const) {
    it(`has a new ${curve} key in PKCS#8, and is signed with it`, async () => {
      const prepared = await softwareRequest(() => curve)(wish);
      await assertVerified(prepared);
      const { publicKey } = readCertificateRequest(prepared.der);
      assert.ok(createPublicKey(createPrivateKey(prepared.key)).equals(publicKey));
      assert.match(prepared.key, /^-----BEGIN PRIVATE KEY-----/);
    });
  }

  it('may be signed by a key on a token, old or new, which stays there', async () => {
    using hsm = new SoftHsm();
    const { label, serial, pin } = hsm.addToken('meter 7');
    const token = { label, serial };
    const source = { module: hsm.module, token, readPin: () => Promise.resolve(pin) };
    hsm.addKey({ label, serial, pin }, '0a1b');

    const old = await tokenRequest(source, '0a1b')(wish);
    await assertVerified(old);
    assert.equal(old.key, `pkcs11:token=meter%207;serial=${serial};id=%0a%1b;type=private\n`);
    const again = await tokenRequest(source, '0a1b')(wish);
    assert.ok(readCertificateRequest(again.der).publicKey.equals(readCertificateRequest(old.der).publicKey));

    const fresh = await newTokenKeyRequest(source, { algorithm: 'ecdsa-p384-sha384', label: 'signature' })(wish);
    await assertVerified(fresh);
    assert.match(fresh.key, /;id=(%[0-9a-f]{2}){8};type=private\n$/);
    assert.ok(!readCertificateRequest(fresh.der).publicKey.equals(readCertificateRequest(old.der).publicKey));
  });

  it('of a key on a token is enrolled, and not taken twice', async () => {
    using hsm = new SoftHsm();
    await using folder = await temporaryFolder();
    const { label, serial, pin } = hsm.addToken('meter');
    hsm.addKey({ label, serial, pin }, '01');
    const source = { module: hsm.module, token: { label, serial }, readPin: () => Promise.resolve(pin) };
    const { root, sub } = await makePki('token');
    const files = { certificate: join(folder.path, 'signature.pem'), key: join(folder.path, 'signature.key') };
    const issue: Enroller = {
      name: 'test CA',
      async enrol({ content }) {
        const leaf = await issueCertificate(sub, { ...content, profile: profiles.signature, now: NOW });
        return { state: 'issued', issued: { leaf, issuers: [sub.certificate] } };
      },
    };
    const plan = {
      wish,
      purpose: 'signature',
      store: await KeyPairStore.open(files),
      prepare: tokenRequest(source, '01'),
      anchors: () => [root.certificate],
      clock: new FakeClock(NOW),
      log: silentLog,
    } as const;
    const result = await enrol({ ...plan, enrollers: [issue] });
    assert.equal(result.state, 'installed');
    assert.match(readFileSync(files.key, 'utf8'), /^pkcs11:/);
    const current = await plan.store.current();
    assert.ok(current);

    // The key is the same, so the CA could answer with what it issued before.
    const [leaf] = current.certificates;
    const repeat: Enroller = {
      name: 'CA with a memory',
      enrol: () => Promise.resolve({ state: 'issued', issued: { leaf, issuers: [sub.certificate] } }),
    };
    await assert.rejects(enrol({ ...plan, enrollers: [repeat] }), {
      code: 'ENROLMENT_FAILED',
      message: /is in use already/,
    });
    assert.equal((await enrol({ ...plan, enrollers: [repeat, issue] })).state, 'installed');
    await KeyPairStore.open(files);
  });
});
