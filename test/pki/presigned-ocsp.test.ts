import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { before, describe, it } from 'node:test';

import { utf8 } from '#core/bytes.ts';
import { Days, Hours } from '#core/time.ts';
import { type CertificateIdHash, certificateIdOf } from '#pki/ocsp-certificate-id.ts';
import { writeOcspRequest } from '#pki/ocsp-request.ts';
import { type OcspResponse, readOcspResponse } from '#pki/ocsp-response.ts';
import { answerPresigned, writePresigned } from '#pki/presigned-ocsp.ts';
import { temporaryFolder } from './support/folder.ts';
import { makeOcspWorld, type OcspWorld } from './support/ocsp-world.ts';
import { later, NOW, type TestIdentity } from './support/test-pki.ts';

let world: OcspWorld;
const timing = { now: NOW, validity: Hours(1) };

before(async () => {
  world = await makeOcspWorld('presigned');
});

const requestFor = (leaves: readonly TestIdentity[], hash: CertificateIdHash = 'sha-256'): Uint8Array =>
  writeOcspRequest({
    certificates: leaves.map(({ certificate }) => certificateIdOf(certificate.serial, world.sub.certificate, hash)),
    nonce: utf8('nonce'),
  });

function responseOf(der: Uint8Array): OcspResponse {
  const message = readOcspResponse(der);
  assert.equal(message.kind, 'response');
  return message.response;
}

async function assertRefused(request: Uint8Array, folder: string, refusal = 'unauthorized'): Promise<void> {
  assert.deepEqual(readOcspResponse(await answerPresigned(request, folder)), { kind: 'refusal', refusal });
}

describe('responses signed beforehand', () => {
  it('are there for every living certificate, under both hashes', async () => {
    await using folder = await temporaryFolder();
    assert.equal(await writePresigned(folder.path, [world.authority], timing), 4);
    for (const hash of ['sha-1', 'sha-256'] as const) {
      for (const [leaf, status] of [
        [world.good, 'good'],
        [world.revoked, 'revoked'],
      ] as const) {
        const response = responseOf(await answerPresigned(requestFor([leaf], hash), folder.path));
        assert.equal(response.answers[0]?.status.status, status);
        assert.equal(response.nonce, undefined);
      }
    }
  });

  it('are not there for what the CA does not know, nor for several at once', async () => {
    await using folder = await temporaryFolder();
    await writePresigned(folder.path, [world.authority], timing);
    await assertRefused(requestFor([world.unknown]), folder.path);
    await assertRefused(requestFor([world.good, world.revoked]), folder.path);
    await assertRefused(utf8('?'), folder.path, 'malformedRequest');
  });

  it('take the place of earlier ones, and those of expired certificates go', async () => {
    await using folder = await temporaryFolder();
    await writePresigned(folder.path, [world.authority], timing);
    const anew = { ...timing, now: later(Hours(1)) };
    await writePresigned(folder.path, [world.authority], anew);
    const [answer] = responseOf(await answerPresigned(requestFor([world.good]), folder.path)).answers;
    assert.equal(answer?.thisUpdate, anew.now);
    assert.equal(await writePresigned(folder.path, [world.authority], { ...timing, now: later(Days(1000)) }), 0);
    await assertRefused(requestFor([world.good]), folder.path);
    assert.deepEqual(readdirSync(folder.path), []);
  });
});
