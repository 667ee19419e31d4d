import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { utf8 } from '#core/bytes.ts';
import { silentLog } from '#core/log.ts';
import { addTime, Days, type Duration, Hours, type Instant, Seconds } from '#core/time.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import { chainsBy, SignaturePaths } from '#das/signature-paths.ts';
import { signatureTrust } from '#das/signature-trust.ts';
import { type AskRevocation, type Expectation, judge, type PinnedCertificate, type Verdict } from '#das/verdict.ts';
import type { Certificate } from '#pki/certificate.ts';
import type { Revocation } from '#pki/ledger.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { CHECKER_DEFAULTS, RevocationChecker, type RevocationCheckerOptions } from '#pki/revocation-checker.ts';
import { RevocationError, type RevocationSource } from '#pki/revocation-statement.ts';
import { exportKey } from '#pki/signing-key.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { StandardMeter } from '../cosem/support/standard-meter.ts';
import { issueTo, makePki, NOW, profiles, type TestIdentity } from '../pki/support/test-pki.ts';
import { exampleReading } from '../representation/every-target.ts';
import { METER_ID, managementDevice } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';

const ENERGY = `/cosem/ldevs/${METER_ID}/objects/3-0100010800ff/attributes/2`;

const pki = await makePki('signature', NOW);
const other = await makePki('other', NOW);
/** Two certificates of the meter, with keys of their own; the second was issued a year after the first. */
const first = await issueTo(pki.sub, profiles.signature, { name: METER_ID });
const second = await issueTo(pki.sub, profiles.signature, { name: METER_ID, now: addTime(NOW, Days(365)) });

const pinned = pinCertificates(utf8(certificatesToPem([first.certificate, second.certificate])));

async function sealedBy({ certificate, privateKey }: TestIdentity, at: Instant): Promise<Uint8Array> {
  const certificatePem = certificatesToPem([certificate]);
  const signer = softwareSigner({ certificatePem, privateKeyPem: exportKey(privateKey) });
  return utf8(await sealDocument(writeMeasurementData({ ...exampleReading(ENERGY), at }), signer));
}

const verdictOn = (document: Uint8Array, expected: Expectation = {}, trusted = pinned): Promise<Verdict> =>
  judge(document, trusted, nodeCrypto, expected);

function markOf({ marks }: Verdict, check: string) {
  const mark = marks.find((candidate) => candidate.check === check);
  assert.ok(mark, check);
  return mark;
}

describe('a document is judged by the certificate that it names', () => {
  it('and says for how long that is valid, and that it was at the time of the reading', async () => {
    const verdict = await verdictOn(await sealedBy(first, addTime(NOW, Hours(1))));
    assert.equal(verdict.proven, true);
    assert.match(
      markOf(verdict, 'certificate').finding,
      /^valid from 2026-\S+ to 2028-\S+, so at the time of the reading$/,
    );
    assert.match(markOf(verdict, 'seal').finding, new RegExp(first.certificate.id));
  });

  it('also when that has expired, or another has taken its place, since', async () => {
    for (const [signer, after] of [
      [first, Days(729)],
      [first, Days(400)],
      [second, Days(400)],
      [second, Days(1000)],
    ] as const) {
      const verdict = await verdictOn(await sealedBy(signer, addTime(NOW, after)));
      assert.equal(verdict.proven, true, JSON.stringify(verdict.marks));
    }
  });

  it('up to the end of its last second', async () => {
    const { notAfter } = first.certificate;
    const isProven = async (at: Instant) => (await verdictOn(await sealedBy(first, at))).proven;
    assert.equal(await isProven(addTime(notAfter, Seconds(0.999))), true);
    assert.equal(await isProven(addTime(notAfter, Seconds(1))), false);
  });

  it('and not by it before or after its time: the finding names the one that was valid then', async () => {
    for (const [signer, after, then] of [
      [first, Days(900), second.certificate.id],
      [second, Days(100), first.certificate.id],
    ] as const) {
      const verdict = await verdictOn(await sealedBy(signer, addTime(NOW, after)));
      const { outcome, code, finding } = markOf(verdict, 'certificate');
      assert.deepEqual([verdict.proven, outcome, code], [false, 'failed', 'SEAL_OUTSIDE_VALIDITY']);
      assert.ok(finding.endsWith(`; valid then: CN=${METER_ID},O=test (${then})`), finding);
    }
  });

  it('and not by one that nobody trusted then, though it was valid', async () => {
    const [certificate, ...others] = pinned;
    assert.ok(certificate !== undefined);
    const replaced: readonly PinnedCertificate[] = [{ ...certificate, until: addTime(NOW, Days(30)) }, ...others];
    const late: readonly PinnedCertificate[] = [{ ...certificate, from: addTime(NOW, Days(60)) }];
    const document = await sealedBy(first, addTime(NOW, Days(31)));
    for (const trusted of [replaced, late]) {
      const verdict = await verdictOn(document, {}, trusted);
      assert.equal(markOf(verdict, 'certificate').code, 'SEAL_OUTSIDE_VALIDITY');
      assert.match(markOf(verdict, 'certificate').finding, /; no installed one was valid then$/);
    }
    assert.equal((await verdictOn(await sealedBy(first, addTime(NOW, Days(29))), {}, replaced)).proven, true);
  });

  it('and by none that is not installed', async () => {
    const verdict = await verdictOn(await sealedBy(second, addTime(NOW, Days(400))), {}, pinned.slice(0, 1));
    assert.equal(markOf(verdict, 'seal').code, 'SEAL_KEY_UNKNOWN');
    assert.equal(markOf(verdict, 'certificate').outcome, 'unchecked');
    assert.equal(verdict.reading, undefined);
  });
});

describe('a document is about what was asked for', () => {
  it('or it is not proven', async () => {
    const document = await sealedBy(first, NOW);
    const { address } = parseResource(ENERGY);
    const asked = await verdictOn(document, { meterId: METER_ID, address });
    assert.deepEqual([markOf(asked, 'meter').outcome, markOf(asked, 'resource').outcome], ['passed', 'passed']);
    const elsewhere = parseResource(ENERGY.replace('attributes/2', 'attributes/1')).address;
    const wrong = await verdictOn(document, { meterId: '1sie9999999999.sm', address: elsewhere });
    assert.equal(wrong.proven, false);
    assert.equal(markOf(wrong, 'meter').code, 'DOCUMENT_OF_OTHER_METER');
    assert.equal(markOf(wrong, 'resource').code, 'DOCUMENT_OF_OTHER_RESOURCE');
  });
});

describe('a document about a buffer', () => {
  const target = `/cosem/ldevs/${METER_ID}/objects/7-0100630100ff/attributes/2`;
  const { address } = parseResource(target);
  const devices = logicalDevices(managementDevice(), [new StandardMeter().device]);

  /** The verdict on the buffer with the energy beside it, as far as these of its attributes go. */
  async function judged(beside: readonly number[]): Promise<string> {
    const profile = exampleReading(target, devices);
    const energy = exampleReading(`/cosem/ldevs/${METER_ID}/objects/3-0100010800ff`, devices);
    assert.ok(profile.content.kind === 'objects' && energy.content.kind === 'objects');
    const [buffer] = profile.content.objects;
    const [object] = energy.content.objects;
    assert.ok(buffer !== undefined && object?.attributes !== undefined);
    const attributes = object.attributes.attributes.filter(({ id }) => beside.includes(id));
    const meaning = {
      ...object,
      methods: undefined,
      attributes: { ...object.attributes, attributes, count: attributes.length },
    };
    const content = { kind: 'objects', count: 2, objects: [buffer, meaning] } as const;
    const sealing = softwareSigner({
      certificatePem: certificatesToPem([first.certificate]),
      privateKeyPem: exportKey(first.privateKey),
    });
    const document = await sealDocument(writeMeasurementData({ ...profile, at: NOW, content }), sealing);
    return markOf(await verdictOn(utf8(document), { meterId: METER_ID, address }), 'resource').outcome;
  }

  it('may have scaler and unit of its columns beside it, and nothing else', async () => {
    assert.equal(await judged([3]), 'passed');
    assert.equal(await judged([2, 3]), 'failed');
  });
});

/** What the CAs say, of which certificate; of all others, that they are good. `undefined`: nothing at all. */
type Said = readonly (readonly [Certificate, Revocation | undefined])[];

function asking(said: Said, options: Partial<RevocationCheckerOptions> = {}): AskRevocation {
  const clock = new FakeClock(addTime(NOW, Days(500)));
  const source: RevocationSource = {
    ask({ id }) {
      const found = said.find(([certificate]) => certificate.id === id);
      if (found !== undefined && found[1] === undefined) {
        return Promise.reject(new RevocationError('unreachable', 'connection refused'));
      }
      const revocation = found?.[1];
      return Promise.resolve({
        status: revocation === undefined ? { status: 'good' } : { status: 'revoked', revocation },
        holdsUntil: addTime(clock.now(), Hours(1)),
        proof: new Uint8Array(),
      });
    },
  };
  return signatureTrust({
    installed: [first.certificate, second.certificate],
    authorities: [pki.root.certificate, pki.sub.certificate],
    checker: new RevocationChecker({ ...CHECKER_DEFAULTS, source, clock, log: silentLog, ...options }),
  });
}

describe('whether the certificate was revoked when it signed', () => {
  const stolen: Revocation = { at: addTime(NOW, Days(10)), reason: 'keyCompromise' };
  const revocationOn = async (revocation: AskRevocation, days: number) => {
    const verdict = await verdictOn(await sealedBy(first, addTime(NOW, Days(days))), { revocation });
    return { proven: verdict.proven, ...markOf(verdict, 'revocation') };
  };

  it('is unchecked where nobody is to be asked', async () => {
    const { outcome, finding } = markOf(await verdictOn(await sealedBy(first, NOW)), 'revocation');
    assert.deepEqual([outcome, finding], ['unchecked', 'nobody was asked whether the certificate is revoked']);
  });

  it('passes where its CAs say that nothing is revoked', async () => {
    const mark = await revocationOn(asking([]), 1);
    assert.equal(mark.outcome, 'passed');
    assert.match(mark.finding, /its CA says that it is not revoked/);
  });

  it('passes for what it signed before, and fails from the moment on', async () => {
    const ask = asking([[first.certificate, stolen]]);
    const before = await revocationOn(ask, 9);
    assert.deepEqual([before.proven, before.outcome], [true, 'passed']);
    assert.match(before.finding, /has revoked it .*, but only after it had signed$/);
    for (const days of [10, 11]) {
      const after = await revocationOn(ask, days);
      assert.deepEqual([after.proven, after.code], [false, 'SIGNATURE_CERTIFICATE_REVOKED']);
      assert.match(after.finding, /was revoked at 2026-11-30\S+ \(keyCompromise\), before it signed/);
    }
  });

  it('fails for everything below a CA that was revoked, whenever that was', async () => {
    const mark = await revocationOn(asking([[pki.sub.certificate, stolen]]), 1);
    assert.deepEqual([mark.outcome, mark.code], ['failed', 'SIGNATURE_CERTIFICATE_REVOKED']);
  });

  it('fails where nobody tells, and is unchecked where that is let pass', async () => {
    const silent: Said = [[first.certificate, undefined]];
    const hard = await revocationOn(asking(silent), 1);
    assert.deepEqual([hard.proven, hard.code], [false, 'SIGNATURE_REVOCATION_UNKNOWN']);
    const soft = await revocationOn(asking(silent, { whenUnavailable: 'soft-fail' }), 1);
    assert.deepEqual([soft.proven, soft.outcome], [true, 'unchecked']);
  });

  it('fails where the certificate does not come from the CAs that are given', async () => {
    const { certificate } = await issueTo(other.sub, profiles.signature, { name: METER_ID });
    const ask = signatureTrust({
      installed: [certificate],
      authorities: [pki.root.certificate, pki.sub.certificate],
      checker: new RevocationChecker({
        ...CHECKER_DEFAULTS,
        source: { ask: () => assert.fail('nobody is to be asked') },
        clock: new FakeClock(NOW),
        log: silentLog,
      }),
    });
    await assert.rejects(ask(certificate.id, NOW), { code: 'SIGNATURE_CERTIFICATE_CHAIN_INVALID' });
    await assert.rejects(ask(first.certificate.id, NOW), { code: 'SIGNATURE_CERTIFICATE_UNKNOWN' });
  });
});

describe('whether the certificate leads to a root that is trusted', () => {
  const installed = [first.certificate, second.certificate];
  const chain = (authorities: readonly Certificate[]) => chainsBy(new SignaturePaths({ installed, authorities }));
  const ours = [pki.root.certificate, pki.sub.certificate];
  const theirs = [other.root.certificate, other.sub.certificate];

  it('is unchecked where nobody said which roots those are', async () => {
    assert.equal(markOf(await verdictOn(await sealedBy(first, NOW)), 'chain').outcome, 'unchecked');
  });

  it('passes by the CAs that issued it, each time', async () => {
    const expected = chain(ours);
    for (const after of [Hours(1), Days(1)]) {
      const verdict = await verdictOn(await sealedBy(first, addTime(NOW, after)), expected);
      assert.equal(verdict.proven, true);
      assert.match(markOf(verdict, 'chain').finding, /signature root/);
    }
  });

  it('fails by others, and outside the life of a CA', async () => {
    const document = await sealedBy(first, addTime(NOW, Hours(1)));
    const byOthers = await verdictOn(document, chain(theirs));
    assert.deepEqual([byOthers.proven, markOf(byOthers, 'chain').code], [false, 'SEAL_CHAIN_INVALID']);
    const expected = chain(ours);
    assert.equal((await verdictOn(document, expected)).proven, true);
    const late = await verdictOn(await sealedBy(first, addTime(pki.root.certificate.notAfter, Days(1))), expected);
    assert.equal(markOf(late, 'chain').outcome, 'failed');
  });
});

describe('a document follows the newest that is known', () => {
  const sequence = exampleReading(ENERGY).sequenceNumber;
  const after = async (document: Uint8Array, sequenceNumber: bigint, digest = '') =>
    markOf(await verdictOn(document, { newest: { sequenceNumber, digest } }), 'sequence');

  it('if its number is higher', async () => {
    assert.equal((await after(await sealedBy(first, NOW), sequence - 1n)).outcome, 'passed');
  });

  it('or it says the same once more, sealed anew', async () => {
    const { digest } = await verdictOn(await sealedBy(first, NOW));
    const again = await sealedBy(first, NOW);
    assert.equal((await after(again, sequence, digest)).outcome, 'passed');
  });

  it('and not if a number goes back, or comes again with other content', async () => {
    const document = await sealedBy(first, NOW);
    assert.equal((await after(document, sequence + 1n)).code, 'NUMBER_WENT_BACK');
    const { digest } = await verdictOn(await sealedBy(first, addTime(NOW, Seconds(1))));
    assert.equal((await after(document, sequence, digest)).code, 'NUMBER_REPEATED');
  });
});

describe('a document comes at its time', () => {
  const came = async (at: Instant, oldest?: Duration) => {
    const arrival = { at, tolerance: Seconds(10), ...(oldest === undefined ? {} : { oldest }) };
    return markOf(await verdictOn(await sealedBy(first, NOW), { arrival }), 'time');
  };

  it('within what clocks may differ, and within the age that the present may have', async () => {
    assert.equal((await came(addTime(NOW, Seconds(-10)))).outcome, 'passed');
    assert.equal((await came(addTime(NOW, Hours(1)), Hours(1))).outcome, 'passed');
    assert.equal((await came(addTime(NOW, Days(100)))).outcome, 'passed', 'nobody asked for the present');
  });

  it('and not before it was read, nor when it is an old one', async () => {
    assert.equal((await came(addTime(NOW, Seconds(-10.001)))).code, 'READING_FROM_FUTURE');
    assert.equal((await came(addTime(NOW, Hours(1.001)), Hours(1))).code, 'READING_STALE');
  });
});
