import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { utf8 } from '#core/bytes.ts';
import { type SignatureAlgorithmId, signatureAlgorithms } from '#crypto/algorithms.ts';
import { certificateId, nodeCrypto } from '#crypto/node-crypto.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { makeSigningKey } from '../support/signing-keys.ts';

const meter = makeSigningKey();
const message = utf8('what the meter said');

describe('the software signer', () => {
  for (const { id, signatureSize, hash } of signatureAlgorithms) {
    it(`signs with ${id}, as OpenSSL verifies it`, async () => {
      const { signer, certificate } = makeSigningKey(id as SignatureAlgorithmId);
      const signature = await signer.sign(message);
      const key = { key: certificate.publicKey, dsaEncoding: 'ieee-p1363' } as const;
      assert.equal(signer.algorithm.id, id);
      assert.equal(signature.length, signatureSize);
      assert.ok(verify(hash.replace('-', ''), message, key, signature));
    });
  }

  it('pads r and s that happen to be short', async () => {
    const shortOnes = new Set<string>();
    for (let round = 0; shortOnes.size < 2 && round < 10_000; round += 1) {
      const data = utf8(`${round}`);
      const signature = await meter.signer.sign(data);
      if (signature[0] !== 0 && signature[32] !== 0) continue;
      shortOnes.add(signature[0] === 0 ? 'r' : 's');
      assert.equal(signature.length, 64);
      assert.ok(nodeCrypto.verify(meter.publicKey, data, signature));
    }
    assert.deepEqual([...shortOnes].sort(), ['r', 's']);
  });

  it('is named for its certificate', () => {
    assert.equal(meter.signer.keyId, certificateId(meter.certificate.raw));
    assert.equal(meter.signer.keyId, `sha256:${meter.certificate.fingerprint256.replaceAll(':', '').toLowerCase()}`);
  });

  it('takes the first of several certificates', () => {
    const certificatePem = meter.certificatePem + makeSigningKey().certificatePem;
    const { keyId } = softwareSigner({ privateKeyPem: meter.privateKeyPem, certificatePem });
    assert.equal(keyId, meter.signer.keyId);
  });

  it('shows its key to nobody', () => {
    const { d = '' } = createPrivateKey(meter.privateKeyPem).export({ format: 'jwk' });
    const everything = inspect(meter.signer, { depth: 9, showHidden: true }) + JSON.stringify(meter.signer);
    assert.ok(d !== '' && !everything.includes(d) && !everything.includes('KeyObject'));
    assert.deepEqual(Object.keys(meter.signer), ['algorithm', 'keyId', 'sign']);
  });

  it('refuses the certificate of another key', () => {
    const { certificatePem } = makeSigningKey();
    assert.throws(() => softwareSigner({ privateKeyPem: meter.privateKeyPem, certificatePem }), {
      code: 'PRIVATE_KEY_NOT_OF_CERTIFICATE',
      fault: 'configuration',
    });
  });

  const { certificatePem } = meter;
  const encrypted = createPrivateKey(meter.privateKeyPem)
    .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'secret' })
    .toString();
  for (const [what, privateKeyPem] of [
    ['nothing', ''],
    ['a certificate', certificatePem],
    ['a key with a passphrase', encrypted],
    ['a damaged key', meter.privateKeyPem.replace('M', '!')],
  ] as const) {
    it(`refuses ${what} for a key, and says nothing of what stood there`, () => {
      assert.throws(
        () => softwareSigner({ privateKeyPem, certificatePem }),
        (error: Error) => {
          assert.equal((error as { code?: string }).code, 'PRIVATE_KEY_UNREADABLE');
          assert.equal(error.cause, undefined);
          return true;
        },
      );
    });
  }

  it('refuses what is no certificate', () => {
    assert.throws(() => softwareSigner({ privateKeyPem: meter.privateKeyPem, certificatePem: meter.privateKeyPem }), {
      code: 'CERTIFICATE_UNREADABLE',
      fault: 'configuration',
    });
  });

  it('refuses a key that is not for ECDSA', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const privateKeyPem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    assert.throws(() => softwareSigner({ privateKeyPem, certificatePem }), { fault: 'configuration' });
  });
});
