import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';

import { SealmeterError } from '#core/errors.ts';
import { addTime, Days, Instant, Milliseconds, Seconds } from '#core/time.ts';
import { type Certificate, readCertificate, readCertificates } from '#pki/certificate.ts';
import { type ChainProblemCode, type ChainQuestion, type ChainVerdict, validateChain } from '#pki/chain.ts';
import { issueSelfSigned } from '#pki/issue.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { softwareKey } from '#pki/signing-key.ts';
import { temporaryFolder } from './support/folder.ts';
import { newKey, openssl } from './support/openssl.ts';
import {
  earlier,
  issueTo,
  later,
  makePki,
  NOW,
  profiles,
  type TestIdentity,
  type TestPki,
} from './support/test-pki.ts';

let tls: TestPki;
let signature: TestPki;
let server: TestIdentity;
let client: TestIdentity;
let signer: TestIdentity;
let responder: TestIdentity;

before(async () => {
  tls = await makePki('tls');
  signature = await makePki('signature');
  server = await issueTo(tls.sub, profiles['tls-server'], { now: earlier(Days(1)) });
  client = await issueTo(tls.sub, profiles['tls-client']);
  signer = await issueTo(signature.sub, profiles.signature);
  responder = await issueTo(signature.sub, profiles['ocsp-responder']);
});

const judge = (leaf: Certificate, pki: TestPki, change: Partial<ChainQuestion> = {}): ChainVerdict =>
  validateChain({
    leaf,
    intermediates: [pki.sub.certificate],
    anchors: [pki.root.certificate],
    at: NOW,
    purpose: 'signature',
    ...change,
  });

function assertRefused(verdict: ChainVerdict, ...codes: readonly ChainProblemCode[]): void {
  assert.ok(!verdict.valid, 'the chain was accepted');
  assert.deepEqual(
    verdict.problems.map(({ code }) => code),
    codes,
  );
}

describe('a chain is accepted', () => {
  it('from leaf over sub-CA to root, and names them in that order', () => {
    const verdict = judge(signer.certificate, signature);
    assert.ok(verdict.valid);
    assert.deepEqual(
      verdict.path.map(({ id }) => id),
      [signer.certificate.id, signature.sub.certificate.id, signature.root.certificate.id],
    );
  });

  it('for each purpose that its certificate has', () => {
    assert.ok(judge(server.certificate, tls, { purpose: 'tls-server' }).valid);
    assert.ok(judge(server.certificate, tls, { purpose: 'tls-client' }).valid);
    assert.ok(judge(client.certificate, tls, { purpose: 'tls-client' }).valid);
    assert.ok(judge(responder.certificate, signature, { purpose: 'ocsp-responder' }).valid);
  });

  it('whatever the order of the intermediates, and whatever else lies among them', () => {
    const intermediates = [tls.sub.certificate, tls.root.certificate, client.certificate, signature.sub.certificate];
    assert.ok(judge(signer.certificate, signature, { intermediates }).valid);
  });

  it('where the sub-CA, or the leaf itself, is the anchor', () => {
    assert.ok(judge(signer.certificate, signature, { intermediates: [], anchors: [signature.sub.certificate] }).valid);
    assert.ok(judge(signer.certificate, signature, { intermediates: [], anchors: [signer.certificate] }).valid);
  });

  it('in the first and in the last second of the leaf', () => {
    const { notBefore, notAfter } = signer.certificate;
    assert.ok(judge(signer.certificate, signature, { at: notBefore }).valid);
    assert.ok(judge(signer.certificate, signature, { at: addTime(notAfter, Milliseconds(999)) }).valid);
  });
});

describe('a chain is refused', () => {
  it('before the first second of the leaf', () => {
    const at = addTime(signer.certificate.notBefore, Milliseconds(-1));
    assertRefused(judge(signer.certificate, signature, { at }), 'CHAIN_NOT_YET_VALID');
  });

  it('after the last second of the leaf', () => {
    const at = addTime(signer.certificate.notAfter, Seconds(1));
    assertRefused(judge(signer.certificate, signature, { at }), 'CHAIN_EXPIRED');
  });

  it('with every certificate in it that has expired', () => {
    const verdict = judge(signer.certificate, signature, { at: later(Days(30 * 365)) });
    assertRefused(verdict, 'CHAIN_EXPIRED', 'CHAIN_EXPIRED', 'CHAIN_EXPIRED');
  });

  it('when it belongs to the other PKI', () => {
    assertRefused(judge(signer.certificate, tls), 'CHAIN_ISSUER_UNKNOWN');
  });

  it('without the sub-CA', () => {
    assertRefused(judge(signer.certificate, signature, { intermediates: [] }), 'CHAIN_ISSUER_UNKNOWN');
  });

  it('when the sub-CA is there but its root is not trusted', () => {
    const verdict = judge(signer.certificate, signature, { anchors: [tls.root.certificate] });
    assertRefused(verdict, 'CHAIN_ISSUER_UNKNOWN');
    assert.match(
      verdict.valid ? '' : verdict.problems[0].message,
      /CN=signature root,O=test is not known or not trusted/,
    );
  });

  it('when a CA of the same name signed it', async () => {
    const impostor = await makePki('signature');
    const leaf = await issueTo(impostor.sub, profiles.signature);
    assertRefused(judge(leaf.certificate, signature), 'CHAIN_ISSUER_UNKNOWN');
    assertRefused(
      judge(leaf.certificate, signature, { intermediates: [impostor.sub.certificate] }),
      'CHAIN_ISSUER_UNKNOWN',
    );
  });

  for (const [name, purpose] of [
    ['a server certificate signs', 'signature'],
    ['a server certificate answers OCSP', 'ocsp-responder'],
  ] as const) {
    it(`when ${name}`, () => assertRefused(judge(server.certificate, tls, { purpose }), 'CHAIN_WRONG_USAGE'));
  }

  it('when a client certificate serves', () => {
    assertRefused(judge(client.certificate, tls, { purpose: 'tls-server' }), 'CHAIN_WRONG_USAGE');
  });

  it('when a signature certificate, which names no extended key usage, shakes hands', () => {
    assertRefused(judge(signer.certificate, signature, { purpose: 'tls-client' }), 'CHAIN_WRONG_USAGE');
  });

  it('when a CA certificate signs documents without the right to', async () => {
    const { certificate } = signature.root;
    assertRefused(judge(certificate, signature, { anchors: [certificate] }), 'CHAIN_WRONG_USAGE');
  });

  it('when somebody who is no CA issued it', async () => {
    const leaf = await issueTo(signer, profiles.signature);
    const intermediates = [signer.certificate, signature.sub.certificate];
    // The sub-CA's path length is violated as well: the false CA is one more below it.
    assertRefused(
      judge(leaf.certificate, signature, { intermediates }),
      'CHAIN_NOT_A_CA',
      'CHAIN_PATH_TOO_LONG',
      'CHAIN_PATH_TOO_LONG',
    );
  });

  it('when a CA without keyCertSign issued it', async () => {
    const half = await issueTo(signature.root, { ...profiles['sub-ca'], keyUsage: ['cRLSign'] });
    const leaf = await issueTo(half, profiles.signature);
    assertRefused(judge(leaf.certificate, signature, { intermediates: [half.certificate] }), 'CHAIN_NOT_A_CA');
  });

  it('when a CA stands where the path length allows none', async () => {
    const below = await issueTo(signature.sub, profiles['sub-ca'], { name: 'one too many' });
    const leaf = await issueTo(below, profiles.signature);
    const intermediates = [below.certificate, signature.sub.certificate];
    const verdict = judge(leaf.certificate, signature, { intermediates });
    assertRefused(verdict, 'CHAIN_PATH_TOO_LONG', 'CHAIN_PATH_TOO_LONG');
  });

  it('when it has a critical extension that we do not know', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'c.pem');
    const key = newKey(join(folder.path, 'k.pem'));
    const extensions = ['-addext', 'keyUsage=critical,digitalSignature', '-addext', '1.2.3.4=critical,ASN1:NULL'];
    const { status, output } = openssl('req', '-x509', ...key, '-subj', '/CN=x', ...extensions, '-out', file);
    assert.equal(status, 0, output);
    const [leaf] = readCertificates(readFileSync(file));
    const verdict = judge(leaf, signature, { anchors: [leaf], at: addTime(leaf.notBefore, Days(1)) });
    assertRefused(verdict, 'CHAIN_EXTENSION_UNKNOWN');
    assert.match(verdict.valid ? '' : verdict.problems[0].message, /1\.2\.3\.4/);
  });

  it('when a certificate is signed by nobody but itself', async () => {
    const own = await issueSelfSigned(softwareKey(signer.privateKey), {
      profile: profiles.signature,
      subject: signer.certificate.subject,
      now: NOW,
    });
    assertRefused(judge(own, signature), 'CHAIN_ISSUER_UNKNOWN');
  });

  it('soon, when a peer sends many CAs that certify one another', async () => {
    const name = 'loop';
    const ring = await Promise.all(
      Array.from({ length: 12 }, () => issueTo(signature.sub, profiles['sub-ca'], { name })),
    );
    const crossed = await Promise.all(
      ring.map((issuer, index) =>
        issueTo(issuer, profiles['sub-ca'], {
          name,
          privateKey: ring[(index + 1) % 12]?.privateKey ?? issuer.privateKey,
        }),
      ),
    );
    const [first] = ring;
    assert.ok(first);
    const leaf = await issueTo(first, profiles.signature);
    assertRefused(
      judge(leaf.certificate, tls, { intermediates: crossed.map(({ certificate }) => certificate) }),
      'CHAIN_ISSUER_UNKNOWN',
    );
  });
});

describe('with cross-certificates', () => {
  it('one good path is enough', async () => {
    const { root, sub } = signature;
    const expired = await issueTo(
      root,
      { ...profiles['sub-ca'], validity: Days(1) },
      {
        name: 'signature sub-CA',
        privateKey: sub.privateKey,
        now: earlier(Days(9)),
      },
    );
    for (const intermediates of [
      [expired.certificate, sub.certificate],
      [sub.certificate, expired.certificate],
    ]) {
      assert.ok(judge(signer.certificate, signature, { intermediates }).valid);
    }
    assertRefused(judge(signer.certificate, signature, { intermediates: [expired.certificate] }), 'CHAIN_EXPIRED');
  });
});

describe('a chain with one flipped bit', () => {
  /** One flip for each byte, of another bit in each. */
  const flips = (der: Uint8Array): readonly Uint8Array[] =>
    Array.from(der, (byte, position) => der.with(position, byte ^ (1 << (position % 8))));

  const isAccepted = (der: Uint8Array, asLeaf: boolean): boolean => {
    try {
      const certificate = readCertificate(der);
      return asLeaf
        ? judge(certificate, signature).valid
        : judge(signer.certificate, signature, { intermediates: [certificate] }).valid;
    } catch (error) {
      assert.ok(error instanceof SealmeterError, String(error));
      return false;
    }
  };

  it('in the leaf is never accepted', () => {
    assert.equal(isAccepted(signer.certificate.der, true), true);
    for (const der of flips(signer.certificate.der)) assert.equal(isAccepted(der, true), false);
  });

  it('in the sub-CA is never accepted', () => {
    assert.equal(isAccepted(signature.sub.certificate.der, false), true);
    for (const der of flips(signature.sub.certificate.der)) assert.equal(isAccepted(der, false), false);
  });
});

it('our verdict is that of openssl, at any time of a chain', async () => {
  await using folder = await temporaryFolder();
  const file = (name: string, certificate: Certificate): string => {
    const path = join(folder.path, name);
    writeFileSync(path, certificatesToPem([certificate]));
    return path;
  };
  const root = file('root.pem', signature.root.certificate);
  const sub = file('sub.pem', signature.sub.certificate);
  const leaf = file('leaf.pem', signer.certificate);
  const { notBefore, notAfter } = signer.certificate;
  // At notAfter itself openssl says expired; RFC 5280 § 4.1.2.5 counts that second in, and so do we.
  const times = [
    earlier(Days(11)),
    addTime(notBefore, Seconds(-1)),
    notBefore,
    NOW,
    addTime(notAfter, Seconds(-1)),
    addTime(notAfter, Seconds(2)),
  ];
  for (const at of times.map((time) => Instant(time - (time % 1_000)))) {
    const trust = ['-x509_strict', '-attime', String(at / 1_000), '-CAfile', root, '-untrusted', sub];
    assert.equal(
      judge(signer.certificate, signature, { at }).valid,
      openssl('verify', ...trust, leaf).status === 0,
      String(at),
    );
  }
});
