import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { Days, Hours } from '#core/time.ts';
import { openAuthority } from '#pki/authority-files.ts';
import type { Certificate } from '#pki/certificate.ts';
import { DEVELOPMENT_DEFAULTS, initPki } from '#pki/development-pki.ts';
import { FolderResponder } from '#pki/folder-responder.ts';
import { certificateIdOf } from '#pki/ocsp-certificate-id.ts';
import { checkOcspResponse } from '#pki/ocsp-check.ts';
import { writeOcspRequest } from '#pki/ocsp-request.ts';
import { readCertificateFile } from '#pki/public-files.ts';
import { DEFAULT_FRESHNESS } from '#pki/revocation-statement.ts';
import { rollOverSub } from '#pki/roll-over.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from './support/folder.ts';
import { NOW, profiles } from './support/test-pki.ts';

async function makeResponder() {
  const folder = await temporaryFolder();
  await initPki(folder.path, { ...DEVELOPMENT_DEFAULTS, now: NOW });
  const pki = join(folder.path, 'pki');
  const clock = new FakeClock(NOW);
  const responder = new FolderResponder({ folder: pki, profiles, clock, validity: Hours(1) });
  const [leaf, sub] = await readCertificateFile(join(folder.path, 'meter/tls.pem'));
  assert.ok(sub);
  const ask = async (certificate: Certificate = leaf, issuer: Certificate = sub): Promise<string> => {
    const certificates = [certificateIdOf(certificate.serial, issuer, 'sha-256')];
    const response = await responder.answer(writeOcspRequest({ certificates, nonce: undefined }));
    const question = { certificate, issuer, nonce: undefined, now: clock.now(), limits: DEFAULT_FRESHNESS };
    return checkOcspResponse(response, question).status.status;
  };
  return { pki, clock, leaf, sub, ask, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

describe('a responder for a PKI folder', () => {
  it('takes up a revocation at once', async () => {
    await using set = await makeResponder();
    assert.equal(await set.ask(), 'good');
    await (await openAuthority(set.pki, 'tls-sub')).revoke(set.leaf.serial, { at: NOW, reason: 'superseded' });
    assert.equal(await set.ask(), 'revoked');
  });

  it('answers for all authorities, and for a sub-CA that has rolled over', async () => {
    await using set = await makeResponder();
    const [root] = await readCertificateFile(join(set.pki, 'tls-root.pem'));
    assert.equal(await set.ask(set.sub, root), 'good');
    await rollOverSub(set.pki, 'tls', profiles, NOW);
    assert.equal(await set.ask(), 'good');
    const [fresh] = await readCertificateFile(join(set.pki, 'tls-sub.pem'));
    assert.equal(await set.ask(fresh, root), 'good');
  });

  it('goes on for longer than its own certificate lives', async () => {
    await using set = await makeResponder();
    for (let month = 0; month < 3; month += 1) {
      assert.equal(await set.ask(), 'good');
      await set.clock.advance(Days(29));
    }
    assert.equal(await set.ask(), 'good');
  });

  it('answers many at once while it opens', async () => {
    await using set = await makeResponder();
    const answers = await Promise.all(Array.from({ length: 20 }, () => set.ask()));
    assert.deepEqual(new Set(answers), new Set(['good']));
  });
});
