import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { Days, Milliseconds, timeBetween } from '#core/time.ts';
import { makeName } from '#pki/distinguished-name.ts';
import { issueCertificate } from '#pki/issue.ts';
import { type ProfileName, readProfiles } from '#pki/profiles.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { generateKey } from '#pki/signing-key.ts';
import { temporaryFolder } from './support/folder.ts';
import { openssl } from './support/openssl.ts';
import { issueTo, makePki, makeRoot, NOW, profiles } from './support/test-pki.ts';

/** What `openssl x509 -text` has to say of each profile: a line that must be there, or must not. */
const AS_OPENSSL_SEES_IT: Readonly<Record<ProfileName, { has: readonly RegExp[]; lacks: readonly RegExp[] }>> = {
  root: {
    has: [
      /Signature Algorithm: ecdsa-with-SHA384/,
      /NIST CURVE: P-384/,
      /Basic Constraints: critical\s+CA:TRUE, pathlen:1\n/,
      /Key Usage: critical\s+Certificate Sign, CRL Sign\n/,
      /Subject Key Identifier/,
    ],
    lacks: [/Authority Key Identifier/, /Authority Information Access/, /CRL Distribution/, /Extended Key Usage/],
  },
  'sub-ca': {
    has: [
      /Signature Algorithm: ecdsa-with-SHA384/,
      /NIST CURVE: P-256/,
      /Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/,
      /Key Usage: critical\s+Digital Signature, Certificate Sign, CRL Sign\n/,
      /Subject Key Identifier/,
      /Authority Key Identifier/,
      /OCSP - URI:/,
      /CRL Distribution Points/,
    ],
    lacks: [/Extended Key Usage/],
  },
  'tls-server': {
    has: [
      /Signature Algorithm: ecdsa-with-SHA256/,
      /NIST CURVE: P-256/,
      /Basic Constraints: critical\s+CA:FALSE\n/,
      /Key Usage: critical\s+Digital Signature\n/,
      /Extended Key Usage:\s+TLS Web Server Authentication, TLS Web Client Authentication\n/,
      /Subject Alternative Name:\s+DNS:localhost\n/,
      /Authority Key Identifier/,
      /OCSP - URI:/,
      /CRL Distribution Points/,
    ],
    lacks: [],
  },
  'tls-client': {
    has: [
      /CA:FALSE/,
      /Extended Key Usage:\s+TLS Web Client Authentication\n/,
      /OCSP - URI:/,
      /CRL Distribution Points/,
    ],
    lacks: [/Server Authentication/, /Subject Alternative Name/],
  },
  signature: {
    has: [/CA:FALSE/, /Key Usage: critical\s+Digital Signature, Non Repudiation\n/, /OCSP - URI:/, /CRL Distribution/],
    lacks: [/Extended Key Usage/, /Subject Alternative Name/],
  },
  'ocsp-responder': {
    has: [
      /CA:FALSE/,
      /Key Usage: critical\s+Digital Signature\n/,
      /Extended Key Usage:\s+OCSP Signing\n/,
      /OCSP No Check/,
      /Authority Key Identifier/,
    ],
    lacks: [/OCSP - URI:/, /CRL Distribution Points/],
  },
};

describe('the certificate profiles', () => {
  for (const name of Object.keys(AS_OPENSSL_SEES_IT) as ProfileName[]) {
    it(`make a ${name} certificate as the table says`, async () => {
      const { root, sub } = await makePki('profile');
      const issuer = name === 'sub-ca' ? root : sub;
      const { certificate } = name === 'root' ? await makeRoot() : await issueTo(issuer, profiles[name]);
      await using folder = await temporaryFolder();
      const file = join(folder.path, 'certificate.pem');
      writeFileSync(file, certificatesToPem([certificate]));
      const { output } = openssl('x509', '-in', file, '-noout', '-text');
      for (const line of AS_OPENSSL_SEES_IT[name].has) assert.match(output, line);
      for (const line of AS_OPENSSL_SEES_IT[name].lacks) assert.doesNotMatch(output, line);
    });
  }

  it('certify a P-192 key for signatures only', async () => {
    const { sub } = await makePki('legacy');
    const privateKey = generateKey('P-192');
    const { certificate } = await issueTo(sub, profiles.signature, { privateKey });
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime192v1');
    await assert.rejects(issueTo(sub, profiles['tls-client'], { privateKey }), {
      code: 'PKI_ORDER_REFUSED',
      message: /a key on P-192 is not allowed/,
    });
  });
});

describe('issuing', () => {
  it('gives a positive serial number of 16 octets, another each time', async () => {
    const { sub } = await makePki('serial');
    const serials = await Promise.all(
      Array.from({ length: 20 }, async () => (await issueTo(sub, profiles.signature)).certificate.serial),
    );
    for (const serial of serials) assert.match(serial, /^[4-7][0-9a-f]{31}$/);
    assert.equal(new Set(serials).size, 20);
  });

  it('starts the validity a little early and ends it in whole seconds', async () => {
    const { sub } = await makePki('validity');
    const { certificate } = await issueTo(sub, profiles.signature);
    assert.equal(timeBetween(certificate.notBefore, NOW), Milliseconds(300_000));
    assert.equal(timeBetween(NOW, certificate.notAfter), Days(730) - 1_000);
  });

  it('never outlives the issuer', async () => {
    const root = await makeRoot({}, { ...profiles.root, validity: Days(100) });
    const { certificate } = await issueTo(root, profiles['sub-ca']);
    assert.equal(certificate.notAfter, root.certificate.notAfter);
  });

  it('refuses when the issuer has expired', async () => {
    const root = await makeRoot({}, { ...profiles.root, validity: Days(1) });
    const now = (NOW + Days(2)) as typeof NOW;
    await assert.rejects(issueTo(root, profiles['sub-ca'], { now }), { code: 'PKI_ORDER_REFUSED', message: /expired/ });
  });

  it('refuses a server without host names and a signer with some', async () => {
    const { sub } = await makePki('hosts');
    await assert.rejects(issueTo(sub, profiles['tls-server'], { altNames: [] }), { code: 'PKI_ORDER_REFUSED' });
    await assert.rejects(issueTo(sub, profiles.signature, { altNames: [{ dns: 'x' }] }), { code: 'PKI_ORDER_REFUSED' });
  });

  it('refuses a key that is not of an elliptic curve that we know', async () => {
    const { sub } = await makePki('key');
    const { publicKey } = generateKeyPairSync('ed25519');
    const order = { profile: profiles.signature, subject: makeName([['CN', 'x']]), publicKey, now: NOW };
    await assert.rejects(issueCertificate(sub, order), { code: 'PKI_ORDER_REFUSED', message: /unknown curve/ });
  });
});

describe('a profile file', () => {
  const file = (change: Readonly<Record<string, unknown>>): string => {
    const all = Object.fromEntries(
      Object.keys(profiles).map((name) => [
        name,
        {
          description: name,
          keys: ['P-256'],
          signatureHash: 'sha-256',
          validityDays: 1,
          basicConstraints: { ca: false },
          keyUsage: ['digitalSignature'],
        },
      ]),
    );
    return JSON.stringify({ ...all, signature: { ...all['signature'], ...change } });
  };

  it('is read', () => {
    assert.equal(readProfiles(file({ validityDays: 7 })).signature.validity, Days(7));
  });

  for (const [member, value, expectation] of [
    ['keys', [], /"signature"\.keys is not a list with at least one curve/],
    ['keys', ['P-521'], /"signature"\.keys is not one of P-256/],
    ['signatureHash', 'sha-1', /"signature"\.signatureHash is not one of sha-256/],
    ['validityDays', 0, /"signature"\.validityDays is not a number above 0/],
    ['validityDays', '730', /"signature"\.validityDays is not a number above 0/],
    ['basicConstraints', { ca: 'no' }, /"signature"\.basicConstraints\.ca is not true or false/],
    ['basicConstraints', { ca: false, pathLength: 0 }, /pathLength is not a whole number, for a CA only/],
    ['keyUsage', ['sign'], /"signature"\.keyUsage is not one of digitalSignature/],
    ['extendedKeyUsage', 'serverAuth', /"signature"\.extendedKeyUsage is not a list/],
    ['subjectAltName', 'maybe', /"signature"\.subjectAltName is not one of none/],
  ] as const) {
    it(`is refused with ${member}: ${JSON.stringify(value)}`, () => {
      assert.throws(() => readProfiles(file({ [member]: value })), {
        code: 'PKI_PROFILE_INVALID',
        message: expectation,
      });
    });
  }

  it('is refused where it is no JSON or lacks a profile', () => {
    assert.throws(() => readProfiles('root: {}'), { code: 'PKI_PROFILE_INVALID', message: /the file is not JSON/ });
    assert.throws(() => readProfiles('{}'), { code: 'PKI_PROFILE_INVALID', message: /"root" is not an object/ });
  });
});
