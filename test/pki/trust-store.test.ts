import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { addTime, Days, Milliseconds } from '#core/time.ts';
import { lastInstant } from '#pki/certificate-life.ts';
import { type SignatureTrust, type TrustedSignature, TrustStore } from '#pki/trust-store.ts';
import { issueTo, later, makePki, NOW, profiles, type TestIdentity, type TestPki } from './support/test-pki.ts';

const METER = '1sie0012345678.sm';

let pki: TestPki;
let first: TestIdentity;
let second: TestIdentity;

before(async () => {
  pki = await makePki('signature');
  first = await issueTo(pki.sub, profiles.signature, { name: METER });
  second = await issueTo(pki.sub, profiles.signature, { name: METER, now: later(Days(480)) });
});

const entryOf = ({ certificate }: TestIdentity, change: Partial<TrustedSignature> = {}): TrustedSignature => ({
  certificate,
  holder: METER,
  ...change,
});

function judge(entry: TrustedSignature, days: number, holder = METER): SignatureTrust {
  const store = new TrustStore({ entries: [entry] });
  return store.judge({ keyId: entry.certificate.id, holder, signedAt: later(Days(days)) });
}

function assertDistrust(trust: SignatureTrust, code: string, message: RegExp): void {
  assert.ok(!trust.trusted, 'the certificate was trusted');
  assert.equal(trust.code, code);
  assert.match(trust.message, message);
}

describe('a signature certificate', () => {
  it('vouches for what was signed while it was valid, and says so', () => {
    const trust = judge(entryOf(first), 100);
    assert.ok(trust.trusted);
    assert.match(trust.message, /CN=1sie0012345678\.sm,O=test was valid at the signing time 2027-02-28T09:15:00\.000Z/);
  });

  it('vouches in its first and its last instant, and not beyond', () => {
    const store = new TrustStore({ entries: [entryOf(first)] });
    const { certificate } = first;
    const at = (signedAt: typeof NOW): boolean => store.judge({ keyId: certificate.id, signedAt }).trusted;
    assert.equal(at(certificate.notBefore), true);
    assert.equal(at(addTime(certificate.notBefore, Milliseconds(-1))), false);
    assert.equal(at(lastInstant(certificate)), true);
    assert.equal(at(addTime(lastInstant(certificate), Milliseconds(1))), false);
  });

  it('does not vouch for what was signed after it expired', () => {
    assertDistrust(
      judge(entryOf(first), 800),
      'SIGNATURE_CERTIFICATE_NOT_TRUSTED_THEN',
      /but 2029-01-28.* lies outside/,
    );
  });

  it('does not vouch for what was signed after it was replaced, though it is still valid', () => {
    const replaced = entryOf(first, { until: later(Days(480)) });
    assert.equal(judge(replaced, 479).trusted, true);
    assertDistrust(judge(replaced, 481), 'SIGNATURE_CERTIFICATE_NOT_TRUSTED_THEN', /until 2028-03-14/);
  });

  it('does not vouch for what was signed before it was installed', () => {
    const installed = entryOf(first, { from: later(Days(5)) });
    assertDistrust(judge(installed, 4), 'SIGNATURE_CERTIFICATE_NOT_TRUSTED_THEN', /trusted from 2026-11-25/);
  });

  it('is not trusted beyond its own validity, whatever the configuration says', () => {
    assert.equal(judge(entryOf(first, { until: later(Days(9000)) }), 800).trusted, false);
  });

  it('vouches for what was signed before it was revoked, and for nothing from then on', () => {
    const revoked = entryOf(first, { revocation: { at: later(Days(10)), reason: 'superseded' } });
    assert.equal(judge(revoked, 9).trusted, true);
    assertDistrust(
      judge(revoked, 10),
      'SIGNATURE_CERTIFICATE_REVOKED',
      /revoked at .* \(superseded\), before it signed/,
    );
  });

  it('vouches for its holder alone', () => {
    assertDistrust(
      judge(entryOf(first), 1, '1sie9.sm'),
      'SIGNATURE_CERTIFICATE_OF_ANOTHER',
      /of 1sie0012345678\.sm, not of 1sie9\.sm/,
    );
  });

  it('that is not installed vouches for nothing', () => {
    const store = new TrustStore({ entries: [entryOf(first)] });
    const trust = store.judge({ keyId: second.certificate.id, signedAt: NOW });
    assertDistrust(trust, 'SIGNATURE_CERTIFICATE_UNKNOWN', /is not installed/);
  });

  it('for TLS vouches for nothing', async () => {
    const tls = await issueTo(pki.sub, profiles['tls-client']);
    assertDistrust(judge(entryOf(tls), 1), 'SIGNATURE_CERTIFICATE_CHAIN_INVALID', /not for "signature"/);
  });
});

describe('a holder with several certificates', () => {
  it('has each document judged by the one that it names, in the overlap too', () => {
    const store = new TrustStore({ entries: [entryOf(second), entryOf(first)] });
    const judged = (identity: TestIdentity, days: number): boolean =>
      store.judge({ keyId: identity.certificate.id, holder: METER, signedAt: later(Days(days)) }).trusted;
    assert.deepEqual([judged(first, 100), judged(second, 100)], [true, false]);
    assert.deepEqual([judged(first, 500), judged(second, 500)], [true, true]);
    assert.deepEqual([judged(first, 800), judged(second, 800)], [false, true]);
    assert.deepEqual(
      store.ofHolder(METER).map(({ certificate }) => certificate.id),
      [first.certificate.id, second.certificate.id],
    );
    assert.deepEqual(store.ofHolder('nobody'), []);
    assert.equal(store.find(first.certificate.id)?.holder, METER);
  });
});

describe('with anchors', () => {
  it('the chain is judged at the signing time as well', async () => {
    const other = await makePki('other');
    const judged = (anchor: TestIdentity): SignatureTrust =>
      new TrustStore({
        entries: [entryOf(first)],
        anchors: [anchor.certificate],
        intermediates: [pki.sub.certificate],
      }).judge({ keyId: first.certificate.id, signedAt: later(Days(100)) });
    assert.equal(judged(pki.root).trusted, true);
    assertDistrust(judged(other.root), 'SIGNATURE_CERTIFICATE_CHAIN_INVALID', /not known or not trusted/);
  });
});
