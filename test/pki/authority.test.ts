import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { Days, Instant } from '#core/time.ts';
import type { Authority } from '#pki/authority.ts';
import { openAnsweredAuthority, openAuthority } from '#pki/authority-files.ts';
import { makeCertificateRequest, readCertificateRequest } from '#pki/certificate-request.ts';
import { readCrl } from '#pki/crl.ts';
import { DEVELOPMENT_DEFAULTS, initPki } from '#pki/development-pki.ts';
import { parseName } from '#pki/distinguished-name.ts';
import { formatEvent } from '#pki/ledger.ts';
import { certificateIdOf } from '#pki/ocsp-certificate-id.ts';
import { writeOcspRequest } from '#pki/ocsp-request.ts';
import { answerOcsp } from '#pki/ocsp-responder.ts';
import { readOcspResponse } from '#pki/ocsp-response.ts';
import { readCertificateFile } from '#pki/public-files.ts';
import { findIssuer } from '#pki/renewal.ts';
import { generateKey, softwareKey } from '#pki/signing-key.ts';
import { type TemporaryFolder, temporaryFolder } from './support/folder.ts';
import { later, NOW, profiles } from './support/test-pki.ts';

let folder: TemporaryFolder;
let pki: string;

before(async () => {
  folder = await temporaryFolder();
  await initPki(folder.path, { ...DEVELOPMENT_DEFAULTS, now: NOW });
  pki = join(folder.path, 'pki');
});
after(() => folder[Symbol.asyncDispose]());

const open = (): Promise<Authority> => openAuthority(pki, 'signature-sub');

async function issueOne(authority: Authority) {
  const der = await makeCertificateRequest(softwareKey(generateKey('P-256')), parseName('CN=client 3'));
  return await authority.issueRequested(readCertificateRequest(der), profiles.signature, NOW);
}

async function ocspStatus(serial: string, now: Instant): Promise<string> {
  const answered = await openAnsweredAuthority(pki, 'signature-sub');
  const certificates = [certificateIdOf(serial, answered.certificate, 'sha-256')];
  const request = writeOcspRequest({ certificates, nonce: undefined });
  const message = readOcspResponse(await answerOcsp(request, [answered], { now, validity: Days(1) }));
  assert.equal(message.kind, 'response');
  return message.response.answers[0]?.status.status ?? 'none';
}

describe('an authority', () => {
  it('issues what a request asks for, and remembers it', async () => {
    const certificate = await issueOne(await open());
    assert.equal(certificate.subject.text, 'CN=client 3');
    assert.deepEqual((await open()).ledger.issued.get(certificate.serial), {
      serial: certificate.serial,
      subject: 'CN=client 3',
      profile: 'signature',
      notAfter: certificate.notAfter,
    });
    assert.equal(await ocspStatus(certificate.serial, NOW), 'good');
  });

  it('refuses host names in a request for a signature certificate', async () => {
    const key = softwareKey(generateKey('P-256'));
    const der = await makeCertificateRequest(key, parseName('CN=x'), [{ dns: 'bank.example' }]);
    const asked = (await open()).issueRequested(readCertificateRequest(der), profiles.signature, NOW);
    await assert.rejects(asked, { code: 'PKI_ORDER_REFUSED' });
  });

  it('revokes, and OCSP and the next CRL say so', async () => {
    const authority = await open();
    const { serial } = await issueOne(authority);
    await authority.revoke(serial, { at: NOW, reason: 'keyCompromise' });
    assert.equal(await ocspStatus(serial, NOW), 'revoked');
    const crl = readCrl(await (await open()).makeCrl(NOW, Days(1)));
    assert.deepEqual(crl.revoked.get(serial), { at: NOW, reason: 'keyCompromise' });
    assert.equal(crl.nextUpdate, later(Days(1)));
  });

  it('revokes for good once only, but what is on hold can still be revoked for good', async () => {
    const authority = await open();
    const { serial } = await issueOne(authority);
    await authority.revoke(serial, { at: NOW, reason: 'certificateHold' });
    await authority.revoke(serial, { at: later(Days(1)), reason: 'keyCompromise' });
    const again = authority.revoke(serial, { at: later(Days(2)), reason: 'superseded' });
    await assert.rejects(again, { code: 'PKI_ALREADY_REVOKED' });
    assert.equal(authority.ledger.issued.get(serial)?.revocation?.reason, 'keyCompromise');
  });

  it('does not revoke what it did not issue', async () => {
    const revoked = (await open()).revoke('4a', { at: NOW, reason: 'superseded' });
    await assert.rejects(revoked, { code: 'PKI_CERTIFICATE_UNKNOWN', mend: /the other PKI/ });
  });

  it('counts its CRLs up, across openings', async () => {
    const first = readCrl(await (await open()).makeCrl(NOW, Days(1))).number ?? 0n;
    const second = readCrl(await (await open()).makeCrl(NOW, Days(1))).number;
    assert.equal(second, first + 1n);
  });

  it('leaves what has expired out of its CRL', async () => {
    const authority = await open();
    const { serial, notAfter } = await issueOne(authority);
    await authority.revoke(serial, { at: NOW, reason: 'superseded' });
    const listed = async (now: Instant) => readCrl(await authority.makeCrl(now, Days(1))).revoked.has(serial);
    assert.equal(await listed(notAfter), true);
    assert.equal(await listed(Instant(notAfter + 1)), false);
  });

  it('takes up what another command wrote to its ledger', async () => {
    const { serial } = await issueOne(await open());
    const line = formatEvent({ event: 'revoked', serial, revocation: { at: NOW, reason: 'superseded' } });
    appendFileSync(join(pki, 'signature-sub.ledger'), line);
    assert.equal(await ocspStatus(serial, NOW), 'revoked');
  });

  it('is found by the serial number of what it issued', async () => {
    const [tls] = await readCertificateFile(join(folder.path, 'meter/tls.pem'));
    const { name, entry } = await findIssuer(pki, tls.serial);
    assert.deepEqual([name, entry.profile], ['tls-sub', 'tls-server']);
    await assert.rejects(findIssuer(pki, '4a4a'), { code: 'PKI_CERTIFICATE_UNKNOWN' });
  });
});

describe('an authority does not open', () => {
  const tampering = async (name: string, content: (before: string) => string, code: string): Promise<void> => {
    const path = join(pki, name);
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, content(before));
    try {
      await assert.rejects(open(), { code });
    } finally {
      writeFileSync(path, before);
    }
  };

  it('with the key of another', () =>
    tampering(
      'private/signature-sub.key',
      () => readFileSync(join(pki, 'private/tls-sub.key'), 'utf8'),
      'PKI_KEY_OF_ANOTHER',
    ));

  it('with a ledger that is cut short', () =>
    tampering('signature-sub.ledger', (before) => before.slice(0, -5), 'PKI_LEDGER_DAMAGED'));

  it('with broken settings', async () => {
    await tampering('settings.json', () => '{"ocspUrl": 7}', 'PKI_SETTINGS_INVALID');
    await tampering('settings.json', () => 'ocspUrl:', 'PKI_SETTINGS_INVALID');
  });

  it('where there is none', async () => {
    await assert.rejects(openAuthority(folder.path, 'tls-root'), { code: 'PKI_FILE_MISSING' });
  });
});
