import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { rootCertificates } from 'node:tls';

import fc from 'fast-check';

import { concatBytes, toHex, utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { readCertificate, readCertificates } from '#pki/certificate.ts';
import { MESSAGE_LIMITS } from '#pki/der.ts';
import { certificatesToPem, readCertificateFile } from '#pki/public-files.ts';
import { curveOf } from '#pki/signing-key.ts';
import { temporaryFolder } from './support/folder.ts';
import { newKey, openssl } from './support/openssl.ts';
import { issueTo, makePki, profiles, type TestIdentity, type TestPki } from './support/test-pki.ts';

let pki: TestPki;
let server: TestIdentity;

before(async () => {
  pki = await makePki('certificate');
  server = await issueTo(pki.sub, profiles['tls-server'], { name: 'meter, 7' });
});

describe('a certificate is read', () => {
  it('as node:crypto reads it', () => {
    const theirs = new X509Certificate(server.certificate.der);
    const ours = readCertificate(server.certificate.der);
    assert.equal(ours.serial, theirs.serialNumber.toLowerCase());
    assert.equal(ours.notBefore, theirs.validFromDate.getTime());
    assert.equal(ours.notAfter, theirs.validToDate.getTime());
    assert.equal(ours.id, `sha256:${theirs.fingerprint256.replaceAll(':', '').toLowerCase()}`);
    assert.ok(ours.publicKey.equals(theirs.publicKey));
    assert.equal(ours.subject.text, 'CN=meter\\, 7,O=test');
  });

  it('from DER, from PEM, and with its issuers', () => {
    const list = [server.certificate, pki.sub.certificate];
    const ids = (certificates: readonly { id: string }[]): readonly string[] => certificates.map(({ id }) => id);
    assert.deepEqual(ids(readCertificates(server.certificate.der)), ids([server.certificate]));
    assert.deepEqual(ids(readCertificates(utf8(certificatesToPem(list)))), ids(list));
    assert.deepEqual(ids(readCertificates(utf8(`# the meter\n${certificatesToPem(list)}# the end\n`))), ids(list));
  });

  it('whoever made it: every root that comes with Node.js for an EC or RSA key', () => {
    const kinds = new Set<string | undefined>();
    for (const pem of rootCertificates) kinds.add(readCertificates(utf8(pem))[0].publicKey.asymmetricKeyType);
    assert.deepEqual(kinds, new Set(['rsa', 'ec']));
  });

  it('from what openssl made', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'c.pem');
    const key = newKey(join(folder.path, 'k.pem'), 'P-384');
    const made = openssl(
      'req',
      '-x509',
      ...key,
      '-subj',
      '/C=DE/O=Ä/CN=x',
      '-utf8',
      '-addext',
      'subjectAltName=IP:::1,DNS:a.b',
      '-out',
      file,
    );
    assert.equal(made.status, 0, made.output);
    const [certificate] = await readCertificateFile(file);
    assert.equal(certificate.subject.text, 'CN=x,O=Ä,C=DE');
    assert.deepEqual(certificate.extensions.basicConstraints, { ca: true });
    assert.equal(curveOf(certificate.publicKey), 'P-384');
    assert.deepEqual(certificate.extensions.subjectAltName, [{ ip: '::1' }, { dns: 'a.b' }]);
  });
});

describe('a certificate is refused', () => {
  const refuses = (der: Uint8Array, code: string, message?: RegExp): void =>
    assert.throws(() => readCertificate(der), { name: 'SealmeterError', code, ...(message ? { message } : {}) });

  it('cut short anywhere', () => {
    const { der } = server.certificate;
    for (let length = 0; length < der.length; length += 1) refuses(der.subarray(0, length), 'PKI_DER_UNREADABLE');
  });

  it('with a byte too many', () => {
    refuses(concatBytes(server.certificate.der, Uint8Array.of(0)), 'PKI_DER_UNREADABLE', /canonical/);
  });

  it('in an encoding that is BER and not DER', () => {
    const { der } = server.certificate;
    assert.deepEqual([...der.subarray(0, 2)], [0x30, 0x82]);
    const longer = concatBytes(Uint8Array.of(0x30, 0x83, 0x00), der.subarray(2));
    refuses(longer, 'PKI_DER_UNREADABLE');
  });

  it('that is huge', () => {
    refuses(new Uint8Array(MESSAGE_LIMITS.bytes + 1), 'PKI_DER_UNREADABLE', /longer than 65536 bytes/);
  });

  it('nested without end', () => {
    const depth = 5_000;
    const nested = new Uint8Array(depth * 4);
    for (let level = 0; level < depth; level += 1) {
      const rest = (depth - level - 1) * 4;
      nested.set([0x30, 0x82, rest >> 8, rest & 0xff], level * 4);
    }
    refuses(nested, 'PKI_DER_UNREADABLE');
  });

  it('of version 1', async () => {
    await using folder = await temporaryFolder();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const [key, request, file] = ['k.pem', 'r.pem', 'c.pem'].map((name) => join(folder.path, name));
    writeFileSync(key ?? '', privateKey.export({ format: 'pem', type: 'pkcs8' }));
    assert.equal(openssl('req', '-new', '-key', key ?? '', '-subj', '/CN=old', '-out', request ?? '').status, 0);
    assert.equal(openssl('x509', '-req', '-in', request ?? '', '-signkey', key ?? '', '-out', file ?? '').status, 0);
    const { raw } = new X509Certificate(readFileSync(file ?? ''));
    refuses(raw, 'PKI_CERTIFICATE_MALFORMED', /version 3/);
  });

  it('that names two signature algorithms', () => {
    // ecdsa-with-SHA256 becomes ecdsa-with-SHA384 outside, and stays what it was inside.
    const hex = toHex(server.certificate.der);
    const outside = hex.lastIndexOf('06082a8648ce3d040302');
    const changed = Buffer.from(`${hex.slice(0, outside)}06082a8648ce3d040303${hex.slice(outside + 20)}`, 'hex');
    refuses(changed, 'PKI_CERTIFICATE_MALFORMED', /two signature algorithms/);
  });

  it('with an extension twice', () => {
    // The subject key identifier (2.5.29.14) becomes a second authority key identifier (2.5.29.35).
    const changed = Buffer.from(toHex(server.certificate.der).replace('0603551d0e', '0603551d23'), 'hex');
    refuses(changed, 'PKI_EXTENSION_REPEATED', /2\.5\.29\.35 is there twice/);
  });

  it('in a file without any', () => {
    assert.throws(() => readCertificates(utf8('nothing here\n')), { code: 'PKI_CERTIFICATE_MISSING' });
  });

  it('in PEM that is broken', () => {
    const pem = certificatesToPem([server.certificate]);
    for (const broken of [pem.replace('-----END', '----END'), pem.replace('MII', 'MI!'), pem.slice(0, -20)]) {
      assert.throws(() => readCertificates(utf8(broken)), { code: 'PKI_PEM_UNREADABLE' });
    }
  });

  it('in a file that is not there, with the way to mend it', async () => {
    await assert.rejects(readCertificateFile('/nowhere/c.pem'), {
      code: 'PKI_FILE_MISSING',
      message: /\/nowhere\/c\.pem does not exist/,
      mend: /sealmeter pki/,
    });
  });

  it('with our own error and no other, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          readCertificates(bytes);
        } catch (error) {
          assert.ok(error instanceof SealmeterError, String(error));
          return;
        }
        assert.fail('random bytes were read as a certificate');
      }),
    );
  });
});
