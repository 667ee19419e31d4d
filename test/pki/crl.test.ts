import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';

import { addTime, Days, Hours, Instant, Minutes } from '#core/time.ts';
import { openAuthority } from '#pki/authority-files.ts';
import type { Certificate } from '#pki/certificate.ts';
import { type CrlContent, makeCrl, readCrl } from '#pki/crl.ts';
import { checkCrl, statementOf } from '#pki/crl-check.ts';
import { CRL_EXCHANGE_LIMITS, crlClient } from '#pki/crl-client.ts';
import { publishCrls } from '#pki/crl-files.ts';
import { DEVELOPMENT_DEFAULTS, initPki } from '#pki/development-pki.ts';
import type { Issuer } from '#pki/issue.ts';
import { readPem, writePem } from '#pki/pem.ts';
import { certificatesToPem, readCertificateFile } from '#pki/public-files.ts';
import { DEFAULT_FRESHNESS, RevocationError } from '#pki/revocation-statement.ts';
import { exportKey } from '#pki/signing-key.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from './support/folder.ts';
import { serve } from './support/http-server.ts';
import { openssl } from './support/openssl.ts';
import { issueTo, later, makePki, NOW, profiles, type TestIdentity, type TestPki } from './support/test-pki.ts';

let pki: TestPki;
let good: TestIdentity;
let revoked: TestIdentity;
let held: TestIdentity;

before(async () => {
  pki = await makePki('crl');
  good = await issueTo(pki.sub, profiles.signature);
  revoked = await issueTo(pki.sub, profiles.signature);
  held = await issueTo(pki.sub, profiles.signature);
});

const REVOKED_AT = addTime(NOW, Hours(-1));

const listBy = (issuer: Issuer, change: Partial<CrlContent> = {}): Promise<Uint8Array> =>
  makeCrl(issuer, {
    number: 7,
    thisUpdate: NOW,
    nextUpdate: later(Days(1)),
    revoked: [
      [revoked.certificate.serial, { at: REVOKED_AT, reason: 'keyCompromise' }],
      [held.certificate.serial, { at: REVOKED_AT, reason: 'unspecified' }],
    ],
    ...change,
  });

const check = (der: Uint8Array, issuer: Certificate = pki.sub.certificate, now = NOW) =>
  checkCrl(der, issuer, now, DEFAULT_FRESHNESS);

const outcomeOf = (der: Uint8Array, issuer?: Certificate, now?: Instant): string => {
  try {
    check(der, issuer, now);
    return 'believed';
  } catch (error) {
    assert.ok(error instanceof RevocationError, String(error));
    return error.outcome;
  }
};

describe('a CRL', () => {
  it('is read back as it was made', async () => {
    const crl = readCrl(await listBy(pki.sub));
    assert.equal(crl.number, 7n);
    assert.deepEqual([crl.thisUpdate, crl.nextUpdate], [NOW, later(Days(1))]);
    assert.deepEqual(crl.authorityKeyIdentifier, pki.sub.certificate.extensions.subjectKeyIdentifier);
    assert.deepEqual(crl.revoked.get(revoked.certificate.serial), { at: REVOKED_AT, reason: 'keyCompromise' });
    assert.deepEqual(crl.revoked.get(held.certificate.serial), { at: REVOKED_AT, reason: 'unspecified' });
  });

  it('says what is revoked, and of all else that it is good', async () => {
    const list = check(await listBy(pki.sub));
    assert.deepEqual(statementOf(list, good.certificate).status, { status: 'good' });
    assert.deepEqual(statementOf(list, revoked.certificate).status, {
      status: 'revoked',
      revocation: { at: REVOKED_AT, reason: 'keyCompromise' },
    });
  });

  it('may be empty', async () => {
    assert.equal(check(await listBy(pki.sub, { revoked: [] })).crl.revoked.size, 0);
  });

  it('may have thousands of entries', async () => {
    const entries = Array.from({ length: 3_000 }, (_, index) => {
      const serial = `40${index.toString(16).padStart(30, '0')}`;
      return [serial, { at: REVOKED_AT, reason: 'superseded' }] as const;
    });
    assert.equal(check(await listBy(pki.sub, { revoked: entries })).crl.revoked.size, 3_000);
  });

  it('is what openssl reads and goes by', async () => {
    await using folder = await temporaryFolder();
    const today = Instant(Date.now());
    const now = await makePki('today', today);
    const leaf = await issueTo(now.sub, profiles.signature, { now: today });
    const bad = await issueTo(now.sub, profiles.signature, { now: today });
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder.path, name), content);
      return join(folder.path, name);
    };
    const entry = [bad.certificate.serial, { at: today, reason: 'keyCompromise' }] as const;
    const der = await listBy(now.sub, { thisUpdate: today, nextUpdate: addTime(today, Days(1)), revoked: [entry] });
    const crl = file('sub.crl', writePem('X509 CRL', der));
    const { output } = openssl('crl', '-in', crl, '-noout', '-text');
    assert.match(output, /X509v3 Authority Key Identifier/);
    assert.match(output, /X509v3 CRL Number:\s+7\n/);
    assert.match(output, /X509v3 CRL Reason Code:\s+Key Compromise/);

    const root = file('root.pem', certificatesToPem([now.root.certificate]));
    const sub = file('sub.pem', certificatesToPem([now.sub.certificate]));
    const trust = ['-x509_strict', '-crl_check', '-CRLfile', crl, '-CAfile', root, '-untrusted', sub];
    const verify = ({ certificate }: TestIdentity) =>
      openssl('verify', ...trust, file('leaf.pem', certificatesToPem([certificate]))).output;
    assert.match(verify(leaf), /: OK/);
    assert.match(verify(bad), /certificate revoked/);
  });
});

describe('a CRL is not believed', () => {
  for (const [name, make, outcome] of [
    ['of another CA', () => listBy(pki.root), 'wrong-signer'],
    ['of a CA of the same name', async () => listBy((await makePki('crl')).sub), 'wrong-signer'],
    ['signed with another key', async () => listBy({ ...pki.sub, key: (await makePki('x')).sub.key }), 'bad-signature'],
    [
      'that was superseded',
      () => listBy(pki.sub, { nextUpdate: addTime(NOW, Minutes(-3)), thisUpdate: addTime(NOW, Days(-1)) }),
      'stale',
    ],
    ['of tomorrow', () => listBy(pki.sub, { thisUpdate: later(Minutes(3)) }), 'from-the-future'],
    ['cut short', async () => (await listBy(pki.sub)).subarray(0, 100), 'unreadable'],
  ] as const) {
    it(name, async () => assert.equal(outcomeOf(await make()), outcome));
  }

  it('of a certificate without the right to sign any', async () => {
    const { sub } = pki;
    const half = await issueTo(
      pki.root,
      { ...profiles['sub-ca'], keyUsage: ['keyCertSign'] },
      { privateKey: sub.privateKey },
    );
    assert.equal(outcomeOf(await listBy(half), half.certificate), 'wrong-signer');
  });

  it('with any byte changed', async () => {
    const der = await listBy(pki.sub);
    assert.equal(outcomeOf(der), 'believed');
    for (const [position, byte] of der.entries()) {
      assert.notEqual(outcomeOf(der.with(position, byte ^ (1 << (position % 8)))), 'believed', `byte ${position}`);
    }
  });

  it('where it is only the difference to another (delta CRL)', async () => {
    await using folder = await temporaryFolder();
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder.path, name), content, { mode: 0o600 });
      return join(folder.path, name);
    };
    const configuration = file(
      'ca.cnf',
      [
        '[ca]',
        'default_ca=c',
        '[c]',
        `database=${file('index.txt', '')}`,
        'default_md=sha256',
        'default_crl_days=1',
        '[delta]',
        'authorityKeyIdentifier=keyid',
        '2.5.29.27=critical,ASN1:INTEGER:3',
        '',
      ].join('\n'),
    );
    const cert = file('sub.pem', certificatesToPem([pki.sub.certificate]));
    const key = file('sub.key', exportKey(pki.sub.privateKey));
    const out = join(folder.path, 'delta.crl');
    const made = openssl(
      'ca',
      '-config',
      configuration,
      '-gencrl',
      '-cert',
      cert,
      '-keyfile',
      key,
      '-crlexts',
      'delta',
      '-out',
      out,
    );
    assert.equal(made.status, 0, made.output);
    const [der] = readPem('X509 CRL', readFileSync(out, 'utf8'));
    assert.equal(outcomeOf(der ?? new Uint8Array(), undefined, Instant(Date.now())), 'unknown-extension');
  });
});

describe('the CRL client', () => {
  it('gets one list for all certificates of a CA, and a new one when that is old', async () => {
    let fetched = 0;
    let list = await listBy(pki.sub);
    await using server = await serve((_, response) => {
      fetched += 1;
      response.writeHead(200).end(list);
    });
    const clock = new FakeClock(NOW);
    const client = crlClient({
      fetch: (_url, init) => fetch(server.url, init),
      clock,
      limits: CRL_EXCHANGE_LIMITS,
      freshness: DEFAULT_FRESHNESS,
      keep: Minutes(5),
    });
    const ask = async ({ certificate }: TestIdentity) =>
      (await client.ask(certificate, pki.sub.certificate)).status.status;
    assert.deepEqual(await Promise.all([good, revoked, held].map(ask)), ['good', 'revoked', 'revoked']);
    assert.equal(await ask(good), 'good');
    assert.equal(fetched, 1);
    list = await listBy(pki.sub, { revoked: [[good.certificate.serial, { at: NOW, reason: 'superseded' }]] });
    await clock.advance(Minutes(5));
    assert.equal(await ask(good), 'revoked');
    assert.equal(fetched, 2);
  });

  it('has nothing to say where the certificate names no list', async () => {
    const silent = await issueTo(pki.sub, { ...profiles.signature, revocationAddresses: false });
    const client = crlClient({
      fetch: () => Promise.reject(new TypeError('nobody should be asked')),
      clock: new FakeClock(NOW),
      limits: CRL_EXCHANGE_LIMITS,
      freshness: DEFAULT_FRESHNESS,
      keep: Minutes(5),
    });
    await assert.rejects(client.ask(silent.certificate, pki.sub.certificate), { outcome: 'no-address' });
  });

  it('comes from the configured folder, where there is one, under its own name', async () => {
    const asked: string[] = [];
    const der = await listBy(pki.sub, {});
    const client = crlClient({
      async fetch(url) {
        asked.push(url);
        return new Response(new Uint8Array(der));
      },
      clock: new FakeClock(NOW),
      limits: CRL_EXCHANGE_LIMITS,
      freshness: DEFAULT_FRESHNESS,
      keep: Minutes(5),
      folderUrl: 'http://lists.example/crl/',
    });
    const leaf = await issueTo(pki.sub, profiles.signature);
    assert.equal((await client.ask(leaf.certificate, pki.sub.certificate)).status.status, 'good');
    assert.deepEqual(asked, ['http://lists.example/crl/test.crl']);
  });
});

describe('the CRLs of a PKI folder', () => {
  it('are published under the names that the certificates point at', async () => {
    await using folder = await temporaryFolder();
    await initPki(folder.path, { ...DEVELOPMENT_DEFAULTS, now: NOW });
    const pki = join(folder.path, 'pki');
    const [leaf, sub] = await readCertificateFile(join(folder.path, 'meter/tls.pem'));
    const [root] = await readCertificateFile(join(pki, 'tls-root.pem'));
    await (await openAuthority(pki, 'tls-sub')).revoke(leaf.serial, { at: NOW, reason: 'superseded' });
    assert.equal((await publishCrls(pki, NOW, Days(1))).length, 4);
    assert.ok(sub);
    for (const [certificate, issuer, status] of [
      [leaf, sub, 'revoked'],
      [sub, root, 'good'],
    ] as const) {
      const name = certificate.extensions.crlUrls?.[0]?.split('/').at(-1) ?? '';
      const list = check(readFileSync(join(pki, 'crl', name)), issuer);
      assert.equal(statementOf(list, certificate).status.status, status);
    }
  });
});
