import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import { readCertificateFields } from '#das/certificate-fields.ts';
import { pinCertificate } from '#das/pin-certificate.ts';
import { readCertificate } from '#pki/certificate.ts';
import { makeSigningKey, type SigningKey } from '../support/signing-keys.ts';

const SUBJECTS = [
  '/CN=meter',
  '/C=DE/L=Köln/O=Utility, Inc. + Sons/OU=#1/CN=1sie0012345678.sm/serialNumber=7',
  '/DC=a/CN= b',
];

for (const subject of SUBJECTS) {
  it(`the fields of a certificate of ${subject} are those that the PKI reads`, () => {
    const { certificate } = makeSigningKey('ecdsa-p256-sha256', subject);
    const expected = readCertificate(certificate.raw);
    const { spki, ...fields } = readCertificateFields(certificate.raw);
    assert.deepEqual(fields, {
      subject: expected.subject.text,
      issuer: expected.issuer.text,
      notBefore: expected.notBefore,
      notAfter: expected.notAfter,
    });
    assert.deepEqual(spki, new Uint8Array(expected.publicKey.export({ format: 'der', type: 'spki' })));
  });
}

describe('pinning a certificate', () => {
  const [first, second] = [makeSigningKey(), makeSigningKey('ecdsa-p384-sha384')] as [SigningKey, SigningKey];

  it('gives every certificate of a PEM text the id that the signer uses', async () => {
    const pinned = await pinCertificate(utf8(first.certificatePem + second.certificatePem), webCrypto);
    assert.deepEqual(
      pinned.map(({ id }) => id),
      [first.signer.keyId, second.signer.keyId],
    );
  });

  it('takes DER too, by the crypto port of Node.js as well', async () => {
    const [pinned] = await pinCertificate(first.certificate.raw, nodeCrypto);
    assert.equal(pinned?.id, first.signer.keyId);
  });

  it('refuses a text without a certificate, and every certificate that ends early', async () => {
    await assert.rejects(pinCertificate(utf8('hello'), webCrypto), { code: 'CERTIFICATE_UNREADABLE' });
    for (let length = 0; length < first.certificate.raw.length; length += 1) {
      assert.throws(() => readCertificateFields(first.certificate.raw.subarray(0, length)), {
        code: 'CERTIFICATE_UNREADABLE',
      });
    }
  });
});
