import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { SealmeterError } from '#core/errors.ts';
import { makeCertificateRequest, readCertificateRequest } from '#pki/certificate-request.ts';
import { parseName } from '#pki/distinguished-name.ts';
import { readPem, writePem } from '#pki/pem.ts';
import { readPublicFile } from '#pki/public-files.ts';
import { curveNames, generateKey, keyOfSigner, softwareKey } from '#pki/signing-key.ts';
import { makeSigningKey } from '../support/signing-keys.ts';
import { temporaryFolder } from './support/folder.ts';
import { newKey, openssl } from './support/openssl.ts';

const subject = parseName('CN=1sie0012345678.sm,O=test');
const altNames = [{ dns: 'meter.example' }, { ip: '192.0.2.1' }];

describe('a certificate request', () => {
  for (const curve of curveNames) {
    it(`with a ${curve} key is read back, and openssl verifies it`, async () => {
      const key = softwareKey(generateKey(curve));
      const der = await makeCertificateRequest(key, subject, altNames);
      const request = readCertificateRequest(der);
      assert.equal(request.subject.text, subject.text);
      assert.ok(request.publicKey.equals(key.publicKey));
      assert.deepEqual(request.altNames, altNames);

      await using folder = await temporaryFolder();
      const file = join(folder.path, 'request.pem');
      writeFileSync(file, writePem('CERTIFICATE REQUEST', der));
      const { output } = openssl('req', '-in', file, '-verify', '-noout', '-text');
      assert.match(output, /verify OK/);
      assert.match(output, /DNS:meter\.example, IP Address:192\.0\.2\.1/);
    });
  }

  it('may be signed by a key that somebody else holds', async () => {
    const { signer, certificate } = makeSigningKey();
    const der = await makeCertificateRequest(keyOfSigner(signer, certificate.publicKey), subject);
    assert.ok(readCertificateRequest(der).publicKey.equals(certificate.publicKey));
    assert.deepEqual(readCertificateRequest(der).altNames, []);
  });

  it('of openssl is read', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'request.pem');
    const key = newKey(join(folder.path, 'k'));
    const made = openssl(
      'req',
      '-new',
      ...key,
      '-subj',
      '/O=test/CN=x',
      '-addext',
      'subjectAltName=DNS:a.b',
      '-out',
      file,
    );
    assert.equal(made.status, 0, made.output);
    const [der] = readPem('CERTIFICATE REQUEST', new TextDecoder().decode(await readPublicFile(file)));
    assert.ok(der);
    const request = readCertificateRequest(der);
    assert.equal(request.subject.text, 'CN=x,O=test');
    assert.deepEqual(request.altNames, [{ dns: 'a.b' }]);
  });

  it('is refused when it is not signed with its own key', async () => {
    const key = softwareKey(generateKey('P-256'));
    const thief = { ...softwareKey(generateKey('P-256')), publicKey: key.publicKey };
    const der = await makeCertificateRequest(thief, subject);
    assert.throws(() => readCertificateRequest(der), { code: 'PKI_REQUEST_UNPROVEN', fault: 'evidence' });
  });

  it('is refused with any byte changed', async () => {
    const der = await makeCertificateRequest(softwareKey(generateKey('P-256')), subject, altNames);
    for (const [position, byte] of der.entries()) {
      const changed = der.with(position, byte ^ (1 << (position % 8)));
      assert.throws(() => readCertificateRequest(changed), SealmeterError, `byte ${position}`);
    }
  });
});
