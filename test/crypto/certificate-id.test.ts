import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { parseCertificateId } from '#crypto/certificate-id.ts';
import { certificateId } from '#crypto/node-crypto.ts';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('a certificate is named by the SHA-256 of its bytes', () => {
  assert.equal(certificateId(utf8('abc')), `sha256:${ABC}`);
  assert.equal(parseCertificateId(`sha256:${ABC}`), `sha256:${ABC}`);
});

for (const text of [
  '',
  ABC,
  `sha256:${ABC.toUpperCase()}`,
  `sha256:${ABC.slice(1)}`,
  `sha256:${ABC}\n`,
  `sha1:${ABC}`,
]) {
  test(`${JSON.stringify(text)} names no certificate`, () => assert.equal(parseCertificateId(text), undefined));
}
