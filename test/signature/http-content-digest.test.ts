import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { bodyDigest, contentDigest, type DigestHeader, requireBodyBound } from '#signature/content-digest.ts';
import type { RequestRefusalCode } from '#signature/request-refusals.ts';
import { isRefusal } from './signed-requests.ts';

const BODY = '{"hello": "world"}';
const BOTH: readonly DigestHeader[] = ['content-digest', 'digest'];

const base64 = (hash: string, text = BODY): string => createHash(hash).update(text).digest('base64');
const SHA256 = base64('sha256');
const SHA512 = base64('sha512');

function check(headers: Readonly<Record<string, string>>, body = BODY, covered = Object.keys(headers)): Promise<void> {
  const request = {
    method: 'PUT',
    target: '/',
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
    body: utf8(body),
  };
  return requireBodyBound(request, covered, BOTH, nodeCrypto);
}

describe('a body', () => {
  for (const [name, headers] of Object.entries({
    'Content-Digest with sha-256': { 'content-digest': `sha-256=:${SHA256}:` },
    'Content-Digest with sha-512': { 'content-digest': `sha-512=:${SHA512}:` },
    'Content-Digest with both': { 'content-digest': `sha-256=:${SHA256}:, sha-512=:${SHA512}:` },
    'Content-Digest with one that is not trusted beside': { 'content-digest': `md5=:AAAA:,sha-256=:${SHA256}:` },
    'Digest in capitals': { digest: `SHA-256=${SHA256}` },
    'Digest in lower case': { digest: `sha-512=${SHA512}` },
    'Digest with one that is not trusted beside': { digest: `unixsum=30637, SHA-256=${SHA256}` },
    'both headers': { 'content-digest': `sha-256=:${SHA256}:`, digest: `SHA-256=${SHA256}` },
  })) {
    it(`is bound by ${name}`, () => check(headers));
  }

  it('is bound by what our signer writes', async () => {
    await check({ 'content-digest': await contentDigest(utf8(BODY), nodeCrypto) });
    await check({ digest: await bodyDigest(utf8(BODY), nodeCrypto) });
  });

  it('that is not there needs no digest', () => check({}, ''));

  it('that is not there may have one all the same', () =>
    check({ 'content-digest': `sha-256=:${base64('sha256', '')}:` }, ''));

  const refusals: Readonly<
    Record<string, readonly [RequestRefusalCode, Record<string, string>, body?: string, covered?: string[]]>
  > = {
    'digest-missing': ['DIGEST_MISSING', {}],
    'digest-not-covered': ['DIGEST_MISSING', { 'content-digest': `sha-256=:${SHA256}:` }, BODY, ['host']],
    'body-altered': ['DIGEST_MISMATCH', { 'content-digest': `sha-256=:${SHA256}:` }, '{"hello": "World"}'],
    'body-altered-under-digest': ['DIGEST_MISMATCH', { digest: `SHA-256=${SHA256}` }, '{"hello": "World"}'],
    'body-stripped': ['DIGEST_MISMATCH', { 'content-digest': `sha-256=:${SHA256}:` }, ''],
    'one-digest-of-two-wrong': ['DIGEST_MISMATCH', { 'content-digest': `sha-256=:${SHA256}:, sha-512=:${SHA256}:` }],
    'one-header-of-two-wrong': [
      'DIGEST_MISMATCH',
      { 'content-digest': `sha-256=:${SHA256}:`, digest: `SHA-256=${base64('sha256', '')}` },
    ],
    'digest-truncated': ['DIGEST_MISMATCH', { 'content-digest': 'sha-256=:X48E9qOo:' }],
    'digest-empty': ['DIGEST_MISMATCH', { 'content-digest': 'sha-256=::' }],
    'digest-by-md5-alone': ['DIGEST_ALGORITHM', { 'content-digest': `md5=:${base64('md5')}:` }],
    'digest-by-sha1-alone': ['DIGEST_ALGORITHM', { digest: `SHA=${base64('sha1')}` }],
    'content-digest-twice-one-algorithm': [
      'DIGEST_MALFORMED',
      { 'content-digest': `sha-256=:${SHA256}:, sha-256=:${SHA256}:` },
    ],
    'digest-twice-one-algorithm': ['DIGEST_MALFORMED', { digest: `SHA-256=${SHA256},sha-256=${SHA256}` }],
    'content-digest-as-a-string': ['DIGEST_MALFORMED', { 'content-digest': `sha-256="${SHA256}"` }],
    'content-digest-as-a-digest': ['DIGEST_MALFORMED', { 'content-digest': `sha-256=${SHA256}` }],
    'digest-as-a-content-digest': ['DIGEST_MALFORMED', { digest: `sha-256=:${SHA256}:` }],
    'digest-without-a-value': ['DIGEST_MALFORMED', { digest: 'SHA-256' }],
    'digest-header-empty': ['DIGEST_MALFORMED', { digest: '' }],
    'digest-not-base64': ['DIGEST_MALFORMED', { digest: 'SHA-256=****' }],
  };
  for (const [name, [code, headers, body, covered]] of Object.entries(refusals)) {
    it(`is refused with ${name}`, async () => {
      await assert.rejects(check(headers, body, covered), isRefusal(code));
    });
  }

  it('under any other digest is refused by a DIGEST code', async () => {
    const anyDigest = fc.oneof(
      fc.string(),
      fc.string().map((text) => `sha-256=${text}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...BOTH), anyDigest, async (header, text) => {
        await assert.rejects(check({ [header]: text }), (error) => {
          assert.ok(error instanceof SealmeterError);
          // A line feed is refused before the digest is looked at.
          assert.match(error.code, /^(DIGEST_(MALFORMED|ALGORITHM|MISMATCH)|SIGNATURE_MALFORMED)$/);
          return true;
        });
      }),
      { numRuns: 500 },
    );
  });
});
