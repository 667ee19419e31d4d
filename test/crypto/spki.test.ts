import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { concatBytes } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { algorithmOfSpki, spkiOfCertificate, spkiOfPoint } from '#crypto/spki.ts';
import { makeSigningKey } from '../support/signing-keys.ts';

const { certificate } = makeSigningKey('ecdsa-p384-sha384', `/O=${'long '.repeat(12)}/CN=meter`);
const spki = certificate.publicKey.export({ format: 'der', type: 'spki' });

describe('the public key inside a certificate', () => {
  it('is found as OpenSSL finds it', () => {
    assert.deepEqual(spkiOfCertificate(certificate.raw), new Uint8Array(spki));
    assert.equal(algorithmOfSpki(spki).id, 'ecdsa-p384-sha384');
  });

  it('is found in a certificate without a version field (X.509 v1)', () => {
    assert.deepEqual(spkiOfCertificate(withoutVersion(certificate.raw)), new Uint8Array(spki));
  });

  it('is not found in a certificate that ends early or has more behind it', () => {
    for (let length = 0; length < certificate.raw.length; length += 1) {
      assert.throws(() => spkiOfCertificate(certificate.raw.subarray(0, length)), { code: 'CERTIFICATE_UNREADABLE' });
    }
    const longer = concatBytes(certificate.raw, Uint8Array.of(0));
    assert.throws(() => spkiOfCertificate(longer), { code: 'CERTIFICATE_UNREADABLE' });
  });

  const emptySequence = [0x30, 0];
  const beforeKey = [...emptySequence, ...emptySequence, ...emptySequence, ...emptySequence, ...emptySequence];
  for (const { name, body } of [
    { name: 'whose key reaches beyond its body', body: sequence([...beforeKey, 0x30, 1]) },
    { name: 'whose key is longer than itself', body: sequence([...beforeKey, 0x30, 100]) },
    { name: 'whose key has a length of four bytes', body: sequence([...beforeKey, 0x30, 0x84, 0, 0, 0, 0]) },
    { name: 'whose key is no sequence', body: sequence([...beforeKey, 0x31, 0]) },
    { name: 'that ends before its key', body: sequence(beforeKey) },
  ]) {
    it(`is not found in a certificate ${name}`, () => {
      const certificate = Uint8Array.from(sequence([...body, 0x05, 0]));
      assert.throws(() => spkiOfCertificate(certificate), { code: 'CERTIFICATE_UNREADABLE' });
    });
  }

  it('is found in a certificate that is as small as can be', () => {
    const certificate = Uint8Array.from(sequence(sequence([...beforeKey, 0x30, 1, 7])));
    assert.deepEqual(spkiOfCertificate(certificate), Uint8Array.of(0x30, 1, 7));
  });

  it('is not found in other bytes, which cause no other exception', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.throws(() => spkiOfCertificate(concatBytes(Uint8Array.of(0x30, bytes.length), bytes)), SealmeterError);
      }),
    );
  });
});

describe('the public key made of a point', () => {
  const algorithm = algorithmOfSpki(spki);
  const point = new Uint8Array(spki.subarray(-97));

  it('is what OpenSSL makes of it', () => {
    assert.deepEqual(spkiOfPoint(algorithm, point), new Uint8Array(spki));
  });

  it('is not made of a compressed, short or long point', () => {
    const compressed = concatBytes(Uint8Array.of(2), point.subarray(1));
    for (const wrong of [compressed, point.subarray(0, -1), concatBytes(point, Uint8Array.of(0)), Uint8Array.of()]) {
      assert.throws(() => spkiOfPoint(algorithm, wrong), { code: 'KEY_UNSUPPORTED' });
    }
  });
});

/** A DER SEQUENCE of up to 127 bytes. */
function sequence(content: readonly number[]): readonly number[] {
  return [0x30, content.length, ...content];
}

/** Takes `A0 03 02 01 02` out; both lengths around it are in the form 82 xx xx. */
function withoutVersion(der: Uint8Array): Uint8Array {
  const shorten = (position: number): Uint8Array => {
    const length = (der[position] ?? 0) * 256 + (der[position + 1] ?? 0) - 5;
    return Uint8Array.of(length >> 8, length & 0xff);
  };
  return concatBytes(der.subarray(0, 2), shorten(2), der.subarray(4, 6), shorten(6), der.subarray(13));
}
