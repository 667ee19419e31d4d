import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';

import { toBase64, utf8 } from '#core/bytes.ts';
import { Hours, Instant } from '#core/time.ts';
import { certificateIdOf } from '#pki/ocsp-certificate-id.ts';
import { writeOcspRequest } from '#pki/ocsp-request.ts';
import { answerOcsp } from '#pki/ocsp-responder.ts';
import { type OcspResponse, readOcspResponse } from '#pki/ocsp-response.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { temporaryFolder } from './support/folder.ts';
import { makeOcspWorld, type OcspWorld, REVOKED_AT, serveOcsp } from './support/ocsp-world.ts';
import { opensslAsync } from './support/openssl.ts';
import { later, NOW, type TestIdentity } from './support/test-pki.ts';

let world: OcspWorld;
const timing = { now: NOW, validity: Hours(1) };

before(async () => {
  world = await makeOcspWorld('responder');
});

const requestFor = (...leaves: readonly TestIdentity[]): Uint8Array =>
  writeOcspRequest({
    certificates: leaves.map(({ certificate }) =>
      certificateIdOf(certificate.serial, world.sub.certificate, 'sha-256'),
    ),
    nonce: undefined,
  });

function responseOf(der: Uint8Array): OcspResponse {
  const message = readOcspResponse(der);
  assert.equal(message.kind, 'response');
  return message.response;
}

function assertRefusal(der: Uint8Array, refusal: string): void {
  assert.deepEqual(readOcspResponse(der), { kind: 'refusal', refusal });
}

describe('the OCSP responder', () => {
  it('answers about several certificates of one authority at once', async () => {
    const response = responseOf(
      await answerOcsp(requestFor(world.good, world.revoked, world.unknown), [world.authority], timing),
    );
    assert.deepEqual(
      response.answers.map(({ status }) => status),
      [
        { status: 'good' },
        { status: 'revoked', revocation: { at: REVOKED_AT, reason: 'keyCompromise' } },
        { status: 'unknown' },
      ],
    );
    for (const { thisUpdate, nextUpdate } of response.answers) {
      assert.equal(thisUpdate, NOW);
      assert.equal(nextUpdate, later(Hours(1)));
    }
  });

  it('repeats the nonce, and makes up none', async () => {
    const nonce = utf8('0123456789abcdef');
    const certificates = [certificateIdOf(world.good.certificate.serial, world.sub.certificate, 'sha-1')];
    const withNonce = await answerOcsp(writeOcspRequest({ certificates, nonce }), [world.authority], timing);
    assert.deepEqual(responseOf(withNonce).nonce, nonce);
    assert.equal(responseOf(await answerOcsp(requestFor(world.good), [world.authority], timing)).nonce, undefined);
  });

  it('signs as the CA itself where there is no delegate', async () => {
    const own = { ...world.authority, responder: world.sub };
    assert.deepEqual(responseOf(await answerOcsp(requestFor(world.good), [own], timing)).certificates, []);
  });

  it('refuses what it has no authority for', async () => {
    const other = await makeOcspWorld('other');
    assertRefusal(await answerOcsp(requestFor(world.good), [other.authority], timing), 'unauthorized');
    const both = writeOcspRequest({
      certificates: [world, other].map(({ good, sub }) =>
        certificateIdOf(good.certificate.serial, sub.certificate, 'sha-256'),
      ),
      nonce: undefined,
    });
    assertRefusal(await answerOcsp(both, [world.authority, other.authority], timing), 'unauthorized');
  });

  it('refuses what is no request', async () => {
    const request = requestFor(world.good);
    const many = requestFor(...Array.from({ length: 17 }, () => world.good));
    const noneAtAll = writeOcspRequest({ certificates: [], nonce: undefined });
    const longNonce = writeOcspRequest({
      certificates: [certificateIdOf('01', world.sub.certificate, 'sha-1')],
      nonce: new Uint8Array(129),
    });
    for (const bad of [new Uint8Array(), utf8('hello'), request.subarray(0, 40), many, noneAtAll, longNonce]) {
      assertRefusal(await answerOcsp(bad, [world.authority], timing), 'malformedRequest');
    }
  });

  it('survives any flipped bit of a request', async () => {
    const request = requestFor(world.good);
    for (const [position, byte] of request.entries()) {
      const message = readOcspResponse(
        await answerOcsp(request.with(position, byte ^ (1 << (position % 8))), [world.authority], timing),
      );
      if (message.kind === 'refusal') assert.match(message.refusal, /^(malformedRequest|unauthorized)$/);
      else assert.ok(message.response.answers.every(({ status }) => status.status !== 'revoked'));
    }
  });
});

describe('over HTTP', () => {
  it('a request may come by GET', async () => {
    await using server = await serveOcsp([world.authority], () => NOW);
    const response = await fetch(`${server.url}/${encodeURIComponent(toBase64(requestFor(world.good)))}`);
    assert.equal(response.headers.get('content-type'), 'application/ocsp-response');
    const answer = responseOf(new Uint8Array(await response.arrayBuffer()));
    assert.equal(answer.answers[0]?.status.status, 'good');
  });

  for (const [name, path, init, status] of [
    ['a GET that is not base64', '/%%%', {}, 400],
    ['a GET without a request', '/', {}, 200],
    ['another method', '/', { method: 'PUT', body: 'x' }, 405],
    ['another content type', '/', { method: 'POST', body: 'x' }, 415],
    [
      'a body that is too large',
      '/',
      { method: 'POST', body: 'x'.repeat(20_000), headers: { 'content-type': 'application/ocsp-request' } },
      413,
    ],
  ] as const) {
    it(`${name} gets ${status}`, async () => {
      await using server = await serveOcsp([world.authority], () => NOW);
      assert.equal((await fetch(`${server.url}${path}`, init)).status, status);
    });
  }
});

describe('openssl ocsp agrees with our responder', () => {
  let living: OcspWorld;
  before(async () => {
    living = await makeOcspWorld('living', Instant(Date.now()));
  });

  for (const hash of ['sha1', 'sha256']) {
    for (const nonce of ['-nonce', '-no_nonce']) {
      it(`with ${hash} certificate ids and ${nonce}`, async () => {
        await using server = await serveOcsp([living.authority], () => Instant(Date.now()));
        await using folder = await temporaryFolder();
        const file = (name: string, ...identities: readonly TestIdentity[]): string => {
          const path = join(folder.path, name);
          writeFileSync(path, certificatesToPem(identities.map(({ certificate }) => certificate)));
          return path;
        };
        const trust = ['-issuer', file('sub.pem', living.sub), '-CAfile', file('root.pem', living.root, living.sub)];
        for (const [leaf, said] of [
          [living.good, /: good/],
          [living.revoked, /: revoked\n[^]*Reason: keyCompromise/],
          [living.unknown, /: unknown/],
        ] as const) {
          const leafFile = file('leaf.pem', leaf);
          const asked = ['ocsp', '-url', server.url, ...trust, `-${hash}`, '-cert', leafFile, nonce];
          const { output } = await opensslAsync(...asked);
          assert.match(output, /Response verify OK/);
          assert.match(output, said);
          assert.doesNotMatch(output, /WARNING/);
        }
      });
    }
  }
});
