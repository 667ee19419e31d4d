import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { addTime, Days, Hours, Instant } from '#core/time.ts';
import { openAuthority } from '#pki/authority-files.ts';
import type { Certificate } from '#pki/certificate.ts';
import { validateChain } from '#pki/chain.ts';
import { DEVELOPMENT_DEFAULTS, initPki } from '#pki/development-pki.ts';
import { readKeyPair } from '#pki/key-pair-files.ts';
import { OCSP_LIMITS, ocspClient } from '#pki/ocsp-client.ts';
import { statusOfFolder } from '#pki/pki-status.ts';
import { certificatesToPem, readCertificateFile } from '#pki/public-files.ts';
import { renewKeyPair } from '#pki/renewal.ts';
import { openResponder } from '#pki/responder-files.ts';
import { checkPathRevocation } from '#pki/revocation.ts';
import { CHECKER_DEFAULTS, RevocationChecker } from '#pki/revocation-checker.ts';
import { DEFAULT_FRESHNESS } from '#pki/revocation-statement.ts';
import { endRootOverlap, issuersToSend, rollOverRoot, rollOverSub } from '#pki/roll-over.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from './support/folder.ts';
import { serveOcsp } from './support/ocsp-world.ts';
import { openssl } from './support/openssl.ts';
import { profiles } from './support/test-pki.ts';

// openssl looks at the machine's clock.
const TODAY = Instant(Date.now());

/** A development PKI in a folder of its own, with what the tests need of it. */
async function makeFolder() {
  const folder = await temporaryFolder();
  await initPki(folder.path, { ...DEVELOPMENT_DEFAULTS, now: TODAY });
  const at = (name: string): string => join(folder.path, name);
  return {
    at,
    pki: at('pki'),
    certificates: (name: string) => readCertificateFile(at(name)),
    meter: { certificate: at('meter/tls.pem'), key: at('meter/tls.key') },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

type Folder = Awaited<ReturnType<typeof makeFolder>>;

/** Both our verdict and openssl's on a TLS server, for someone who trusts one root and is sent these certificates. */
function assertTrusted(folder: Folder, root: Certificate, [leaf, ...sent]: readonly Certificate[]): void {
  assert.ok(leaf);
  const question = { leaf, intermediates: sent, anchors: [root], at: TODAY, purpose: 'tls-server' } as const;
  const verdict = validateChain(question);
  assert.ok(verdict.valid, verdict.valid ? '' : verdict.problems.map(({ message }) => message).join('; '));
  const file = (name: string, certificates: readonly Certificate[]): string => {
    writeFileSync(folder.at(name), certificatesToPem(certificates));
    return folder.at(name);
  };
  const files = [file('root.txt', [root]), file('sent.txt', sent), file('leaf.txt', [leaf])] as const;
  const { status, output } = openssl('verify', '-x509_strict', '-CAfile', files[0], '-untrusted', files[1], files[2]);
  assert.equal(status, 0, output);
}

describe('renewing', () => {
  it('gives the same subject, host names and profile a new key and a new life', async () => {
    await using folder = await makeFolder();
    const [before] = await folder.certificates('meter/tls.pem');
    const now = addTime(TODAY, Days(500));
    await renewKeyPair(folder.pki, folder.meter, profiles, now);
    const { certificates, key } = await readKeyPair(folder.meter);
    const [renewed, sub] = certificates;
    assert.equal(renewed.subject.text, before.subject.text);
    assert.deepEqual(renewed.extensions.subjectAltName, before.extensions.subjectAltName);
    assert.deepEqual(renewed.extensions.extendedKeyUsage, ['serverAuth', 'clientAuth']);
    assert.ok(!key.publicKey.equals(before.publicKey));
    assert.equal(renewed.notAfter, Math.floor(addTime(now, Days(730)) / 1_000) * 1_000 - 1_000);
    assert.deepEqual(sub?.id, (await folder.certificates('pki/tls-sub.pem'))[0].id);
    assert.equal(statSync(folder.meter.key).mode & 0o777, 0o600);
  });

  it('works when the certificate has expired', async () => {
    await using folder = await makeFolder();
    const late = addTime(TODAY, Days(800));
    const renewed = await renewKeyPair(folder.pki, folder.meter, profiles, late);
    assert.ok(renewed.notAfter > late);
  });

  it('leaves a file without the sub-CA as it is in that', async () => {
    await using folder = await makeFolder();
    const files = { certificate: folder.at('meter/signature.pem'), key: folder.at('meter/signature.key') };
    await renewKeyPair(folder.pki, files, profiles, TODAY);
    assert.equal((await readKeyPair(files)).certificates.length, 1);
  });
});

describe('rolling a sub-CA over', () => {
  it('keeps what the old one issued valid, and has the new one issue', async () => {
    await using folder = await makeFolder();
    const [root] = await folder.certificates('pki/tls-root.pem');
    const before = await folder.certificates('meter/tls.pem');
    await rollOverSub(folder.pki, 'tls', profiles, TODAY);
    assertTrusted(folder, root, before);

    const [oldSub, newSub] = [before[1], (await folder.certificates('pki/tls-sub.pem'))[0]];
    assert.ok(oldSub);
    assert.equal(newSub.subject.text, oldSub.subject.text);
    await renewKeyPair(folder.pki, folder.meter, profiles, TODAY);
    const after = await folder.certificates('meter/tls.pem');
    assert.equal(after[1]?.id, newSub.id);
    assertTrusted(folder, root, after);
    // Whoever has both sub-CAs of the same name at hand finds the right one by its key.
    assertTrusted(folder, root, [...before, newSub]);
    assertTrusted(folder, root, [...after, oldSub]);
  });

  it('is possible again and again', async () => {
    await using folder = await makeFolder();
    for (let round = 0; round < 3; round += 1) await rollOverSub(folder.pki, 'tls', profiles, TODAY);
    assert.equal((await openResponder(folder.pki, profiles, TODAY)).length, 7);
  });
});

describe('rolling a root over', () => {
  it('lets old and new certificates verify under the old and under the new root', async () => {
    await using folder = await makeFolder();
    const [oldRoot] = await folder.certificates('pki/tls-root.pem');
    const before = await folder.certificates('meter/tls.pem');
    await rollOverRoot(folder.pki, 'tls', profiles, TODAY);
    const [newRoot, bundled] = await folder.certificates('pki/tls-root.pem');
    assert.equal(bundled?.id, oldRoot.id);
    assert.equal(newRoot.subject.text, oldRoot.subject.text);

    // The certificate of before, to one who still trusts the old root, and to one who has only the new one.
    assertTrusted(folder, oldRoot, before);
    assertTrusted(folder, newRoot, [before[0], ...(await issuersToSend(folder.pki, 'tls'))]);
    // One of after, to the same.
    await renewKeyPair(folder.pki, folder.meter, profiles, TODAY);
    const after = await folder.certificates('meter/tls.pem');
    assert.equal(after.length, 3);
    assertTrusted(folder, newRoot, after);
    assertTrusted(folder, oldRoot, after);
    // The old root by the new one helps who trusts the new root, but is sent only the old sub-CA.
    const [, oldWithNew] = await folder.certificates('pki/tls-root-cross.pem');
    assert.ok(oldWithNew);
    assertTrusted(folder, newRoot, [...before, oldWithNew]);
  });

  it('ends when the overlap is declared over', async () => {
    await using folder = await makeFolder();
    await rollOverRoot(folder.pki, 'tls', profiles, TODAY);
    await endRootOverlap(folder.pki, 'tls');
    assert.equal((await folder.certificates('pki/tls-root.pem')).length, 1);
    assert.equal((await issuersToSend(folder.pki, 'tls')).length, 1);
    assert.ok((await openAuthority(folder.pki, 'tls-root')).key);
  });
});

describe('revocation is answered for every certificate of a chain', () => {
  const checkerFor = (url: string): RevocationChecker => {
    const clock = new FakeClock(TODAY);
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const source = ocspClient({
      fetch,
      clock,
      limits: OCSP_LIMITS,
      freshness: DEFAULT_FRESHNESS,
      certificateIdHash: 'sha-256',
      responderUrl: url,
    });
    return new RevocationChecker({ ...CHECKER_DEFAULTS, source, clock, log });
  };

  const pathOf = ([leaf, ...intermediates]: Awaited<ReturnType<Folder['certificates']>>, root: Certificate) => {
    const verdict = validateChain({ leaf, intermediates, anchors: [root], at: TODAY, purpose: 'tls-server' });
    assert.ok(verdict.valid);
    return verdict.path;
  };

  it('before and after both have rolled over, by the keys of then and of now', async () => {
    await using folder = await makeFolder();
    const [oldRoot] = await folder.certificates('pki/tls-root.pem');
    const before = await folder.certificates('meter/tls.pem');
    await rollOverSub(folder.pki, 'tls', profiles, TODAY);
    await rollOverRoot(folder.pki, 'tls', profiles, TODAY);
    await renewKeyPair(folder.pki, folder.meter, profiles, TODAY);
    const after = await folder.certificates('meter/tls.pem');
    const [newRoot] = await folder.certificates('pki/tls-root.pem');

    await using responder = await serveOcsp(await openResponder(folder.pki, profiles, TODAY), () => TODAY);
    const checker = checkerFor(responder.url);
    for (const [path, length] of [
      [pathOf(before, oldRoot), 2],
      [pathOf(after, newRoot), 2],
      [pathOf(after, oldRoot), 3],
    ] as const) {
      const { passes, verdicts } = await checkPathRevocation(path, checker);
      assert.ok(passes, verdicts.map(({ message }) => message).join('; '));
      assert.equal(verdicts.length, length);
    }
  });

  it('and one revoked CA is enough to refuse', async () => {
    await using folder = await makeFolder();
    const [root] = await folder.certificates('pki/tls-root.pem');
    const path = pathOf(await folder.certificates('meter/tls.pem'), root);
    const sub = path[1];
    assert.ok(sub);
    const authority = await openAuthority(folder.pki, 'tls-root');
    await authority.revoke(sub.serial, { at: TODAY, reason: 'cACompromise' });
    await using responder = await serveOcsp(await openResponder(folder.pki, profiles, TODAY), () => TODAY);
    const { passes, verdicts } = await checkPathRevocation(path, checkerFor(responder.url));
    assert.equal(passes, false);
    assert.deepEqual(
      verdicts.map(({ outcome }) => outcome),
      ['good', 'revoked'],
    );
  });

  it('by responders whose certificates are renewed in time', async () => {
    await using folder = await makeFolder();
    const idsAt = async (now: Instant) =>
      (await openResponder(folder.pki, profiles, now)).map(({ responder }) => responder.certificate.id).toSorted();
    const first = await idsAt(TODAY);
    assert.deepEqual(await idsAt(addTime(TODAY, Days(19))), first);
    const renewed = await idsAt(addTime(TODAY, Days(21)));
    assert.equal(renewed.filter((id) => first.includes(id)).length, 0);
    assert.deepEqual(await idsAt(addTime(TODAY, Days(22))), renewed);
  });
});

describe('the status of a folder', () => {
  it('names every certificate, the one that expires first in front', async () => {
    await using folder = await makeFolder();
    const rows = await statusOfFolder(folder.at(''), TODAY);
    assert.equal(rows.length, 15);
    assert.match(rows[0]?.file ?? '', /-ocsp\.pem$/);
    const meter = rows.find(({ file }) => file === 'meter/tls.pem');
    assert.deepEqual([meter?.daysLeft, meter?.stage], [729, 'valid']);
    assert.equal(rows.at(-1)?.stage, 'valid');
  });

  it('says what is to be renewed, and what has expired', async () => {
    await using folder = await makeFolder();
    const stageAt = async (now: Instant) =>
      (await statusOfFolder(folder.at(''), now)).find(({ file }) => file === 'meter/tls.pem');
    assert.equal((await stageAt(addTime(TODAY, Days(486))))?.stage, 'valid');
    assert.equal((await stageAt(addTime(TODAY, Days(487))))?.stage, 'to be renewed');
    const late = await stageAt(addTime(TODAY, Days(731)));
    assert.deepEqual([late?.stage, late?.daysLeft], ['expired', -2]);
    assert.equal((await stageAt(addTime(TODAY, Hours(-1))))?.stage, 'not yet valid');
  });
});
