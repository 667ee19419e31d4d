import { equalBytes, fromBase64, toBase64 } from '#core/bytes.ts';
import type { HashName } from '#crypto/algorithms.ts';
import type { CryptoPort } from '#crypto/crypto-port.ts';
import { bodyOf, type HttpRequestFacts, soleHeader } from './http-request.ts';
import { requestRefusal } from './request-refusals.ts';
import { parseDictionary } from './structured-fields.ts';

// No `node:` import here: a browser signs requests too.
//
// Content-Digest: sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:       RFC 9530 § 2
// Digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=                 RFC 3230 § 4.3.2: obsolete, draft-cavage

export type DigestHeader = 'content-digest' | 'digest';

type Digests = ReadonlyMap<HashName, Uint8Array>;
type Hashing = Pick<CryptoPort, 'digest'>;

/**
 * Algorithms by their names in both headers, lower-case: those that RFC 9530 § 5 does not call insecure.
 * Digests by others are ignored, as § 2 allows.
 */
const HASHES: ReadonlyMap<string, HashName> = new Map([
  ['sha-256', 'sha-256'],
  ['sha-512', 'sha-512'],
]);

const READERS: Readonly<Record<DigestHeader, (text: string) => Digests>> = {
  'content-digest': readContentDigest,
  digest: readDigest,
};

const EMPTY = new Uint8Array();

/**
 * Checks that the signature speaks for the body: it must cover one of `headers`, and that must be right.
 * A covered digest is checked where there is no body, too, as it may say that there was one.
 */
export async function requireBodyBound(
  request: HttpRequestFacts,
  covered: readonly string[],
  headers: readonly DigestHeader[],
  crypto: Hashing,
): Promise<void> {
  const binding = headers.filter((header) => covered.includes(header));
  if (binding.length === 0 && bodyOf(request) !== undefined) throw requestRefusal('DIGEST_MISSING');
  for (const header of binding) await requireDigest(request, header, crypto);
}

async function requireDigest(request: HttpRequestFacts, header: DigestHeader, crypto: Hashing): Promise<void> {
  const digests = READERS[header](soleHeader(request, header) ?? '');
  if (digests.size === 0) throw requestRefusal('DIGEST_ALGORITHM', `"${header}"`);
  for (const [hash, digest] of digests) {
    const actual = await crypto.digest(hash, bodyOf(request) ?? EMPTY);
    if (!equalBytes(actual, digest)) throw requestRefusal('DIGEST_MISMATCH', `${hash} in "${header}"`);
  }
}

/** The value of a Content-Digest. */
export async function contentDigest(body: Uint8Array, crypto: Hashing): Promise<string> {
  return `sha-256=:${toBase64(await crypto.digest('sha-256', body))}:`;
}

/** The value of a Digest. */
export async function bodyDigest(body: Uint8Array, crypto: Hashing): Promise<string> {
  return `SHA-256=${toBase64(await crypto.digest('sha-256', body))}`;
}

function readContentDigest(text: string): Digests {
  const digests = new Map<HashName, Uint8Array>();
  for (const [name, { value }] of parseDictionary(text, (_, detail) => requestRefusal('DIGEST_MALFORMED', detail))) {
    const hash = HASHES.get(name);
    if (hash !== undefined) digests.set(hash, value instanceof Uint8Array ? value : malformed(`"${name}"`));
  }
  return digests;
}

const INSTANCE_DIGEST = /^([A-Za-z0-9-]+)=(.*)$/;

function readDigest(text: string): Digests {
  const digests = new Map<HashName, Uint8Array>();
  for (const part of text.split(/[\t ]*,[\t ]*/)) {
    const [, name, value = ''] = INSTANCE_DIGEST.exec(part) ?? [];
    const hash = HASHES.get(name?.toLowerCase() ?? malformed(`"${part}"`));
    if (hash === undefined) continue;
    if (digests.has(hash)) malformed(`"${name}" came twice`);
    digests.set(hash, fromBase64(value) ?? malformed(`"${name}" is not base64`));
  }
  return digests;
}

function malformed(detail: string): never {
  throw requestRefusal('DIGEST_MALFORMED', detail);
}
