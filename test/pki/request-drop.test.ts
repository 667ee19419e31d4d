import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';

import { type Log, silentLog } from '#core/log.ts';
import { Minutes } from '#core/time.ts';
import { readCertificateRequest } from '#pki/certificate-request.ts';
import { parseName } from '#pki/distinguished-name.ts';
import { type EnrolmentPlan, enrol } from '#pki/enrolment.ts';
import { issueCertificate } from '#pki/issue.ts';
import { readKeyPair } from '#pki/key-pair-files.ts';
import { KeyPairStore } from '#pki/key-pair-store.ts';
import { readPem } from '#pki/pem.ts';
import { softwareRequest } from '#pki/prepared-request.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { dropFiles, requestDrop } from '#pki/request-drop.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from './support/folder.ts';
import { openssl } from './support/openssl.ts';
import { makePki, NOW, profiles, type TestPki } from './support/test-pki.ts';

/** The last one is written in more than one way; it has to be recognised all the same. */
const altNames = [{ dns: 'meter7.example' }, { ip: '192.0.2.7' }, { ip: '2001:db8::0:7' }];

describe('a file drop', () => {
  let pki: TestPki;
  before(async () => {
    pki = await makePki('drop');
  });

  async function makeDrop(log: Log = silentLog) {
    const folder = await temporaryFolder();
    const files = { certificate: join(folder.path, 'tls.pem'), key: join(folder.path, 'tls.key') };
    const place = { folder: folder.path, name: 'meter7-tls' };
    const plan: EnrolmentPlan = {
      wish: { subject: parseName('CN=meter7,O=test'), altNames },
      purpose: 'tls-server',
      store: await KeyPairStore.open(files),
      prepare: softwareRequest(() => 'P-256'),
      enrollers: [requestDrop({ ...place, issuers: () => [], log })],
      anchors: () => [pki.root.certificate],
      clock: new FakeClock(NOW),
      log,
    };
    const request = (): string =>
      join(folder.path, readdirSync(folder.path).find((name) => name.endsWith('.csr')) ?? '');
    return { folder: folder.path, files, plan, request, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
  }

  /** What a person at the CA makes of a request. */
  async function certify(request: string, { sub, root } = pki, more: Partial<{ file: string }> = {}): Promise<void> {
    const [der] = readPem('CERTIFICATE REQUEST', readFileSync(request, 'utf8'));
    const content = readCertificateRequest(der ?? new Uint8Array());
    const leaf = await issueCertificate(sub, { ...content, profile: profiles['tls-server'], now: NOW });
    const file = more.file ?? request.replace(/csr$/, 'pem');
    writeFileSync(file, certificatesToPem([leaf, sub.certificate, root.certificate]));
  }

  it('puts a request down, and takes up the certificate that comes beside it', async () => {
    await using drop = await makeDrop();
    assert.deepEqual(await enrol(drop.plan), { state: 'pending', askAgainAfter: Minutes(1) });
    const verified = openssl('req', '-in', drop.request(), '-verify', '-noout', '-subject');
    assert.match(verified.output, /verify OK/);
    assert.match(verified.output, /CN = meter7/);
    assert.equal((await enrol(drop.plan)).state, 'pending', 'nothing has come yet');

    await certify(drop.request());
    const result = await enrol(drop.plan);
    assert.equal(result.state, 'installed');
    const { certificates } = await readKeyPair(drop.files);
    assert.deepEqual(
      certificates.map(({ subject }) => subject.text),
      ['CN=meter7,O=test', pki.sub.certificate.subject.text],
    );
  });

  it('keeps to one request, over restarts and hosts that can be written in several ways', async () => {
    await using drop = await makeDrop();
    await enrol(drop.plan);
    const request = drop.request();
    const store = await KeyPairStore.open(drop.files);
    await enrol({ ...drop.plan, store });
    assert.equal(drop.request(), request);
    assert.equal(readdirSync(drop.folder).filter((name) => name.endsWith('.csr')).length, 1);
  });

  it('makes another request when something else is wanted', async () => {
    await using drop = await makeDrop();
    await enrol(drop.plan);
    await enrol({ ...drop.plan, wish: { ...drop.plan.wish, altNames: altNames.slice(1) } });
    assert.equal(readdirSync(drop.folder).filter((name) => name.endsWith('.csr')).length, 2);
  });

  it('takes files with other endings, and one certificate in DER', async () => {
    for (const ending of ['crt', 'cer']) {
      await using drop = await makeDrop();
      await enrol(drop.plan);
      const file = drop.request().replace(/csr$/, ending);
      await certify(drop.request(), pki, { file });
      const [leaf] = readPem('CERTIFICATE', readFileSync(file, 'utf8'));
      writeFileSync(file, leaf ?? '');
      const { plan } = drop;
      const enrollers = [
        requestDrop({ folder: drop.folder, name: 'meter7-tls', issuers: () => [pki.sub.certificate], log: silentLog }),
      ];
      assert.equal((await enrol({ ...plan, enrollers })).state, 'installed');
    }
  });

  it('says where it put the request', async () => {
    const said: unknown[] = [];
    await using drop = await makeDrop({ ...silentLog, info: (event, fields) => said.push([event, fields]) });
    await enrol(drop.plan);
    const request = drop.request();
    const putCertificateAt = request.replace(/csr$/, 'pem');
    assert.deepEqual(said, [['enrolment.request-dropped', { request, putCertificateAt }]]);
    const pending = await drop.plan.store.pending();
    assert.ok(pending);
    const files = dropFiles({ folder: drop.folder, name: 'meter7-tls' }, pending.der);
    assert.deepEqual([files.request, files.certificates[0]], [request, putCertificateAt]);
  });

  const refusals: Readonly<Record<string, (request: string) => Promise<void>>> = {
    'certificate-for-another-key': async (request) => {
      const other = await makeDrop();
      await enrol(other.plan);
      await certify(other.request(), pki, { file: request.replace(/csr$/, 'pem') });
      await other[Symbol.asyncDispose]();
    },
    'certificate-of-another-ca': async (request) => await certify(request, await makePki('stranger')),
    'file-half-copied': async (request) => {
      await certify(request);
      const file = request.replace(/csr$/, 'pem');
      writeFileSync(file, readFileSync(file, 'utf8').slice(0, 300));
    },
    'file-empty': async (request) => {
      await Promise.resolve(writeFileSync(request.replace(/csr$/, 'pem'), ''));
    },
    'request-in-the-place-of-its-certificate': async (request) => {
      await Promise.resolve(writeFileSync(request.replace(/csr$/, 'pem'), readFileSync(request)));
    },
  };
  for (const [name, spoil] of Object.entries(refusals)) {
    it(`refuses ${name}, and takes the right one later`, async () => {
      await using drop = await makeDrop();
      await enrol(drop.plan);
      await spoil(drop.request());
      await assert.rejects(enrol(drop.plan), { code: 'ENROLMENT_FAILED' });
      assert.equal(await drop.plan.store.current(), undefined);
      await certify(drop.request());
      assert.equal((await enrol(drop.plan)).state, 'installed');
    });
  }
});
