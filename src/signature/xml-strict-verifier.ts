import { fromBase64, fromUtf8, toBase64, utf8 } from '#core/bytes.ts';
import type { SealmeterError } from '#core/errors.ts';
import { type CertificateId, parseCertificateId } from '#crypto/certificate-id.ts';
import type { Awaitable, CryptoPort, PublicKey } from '#crypto/crypto-port.ts';
import type { VerifiedSeal } from './verified-document.ts';
import { xmlError } from './xml-failure.ts';
import {
  canonicalSignedInfo,
  ECDSA_SHA256,
  MAX_DOCUMENT_BYTES,
  readSealParts,
  type SealParts,
  SIGNATURE_START,
  signatureElement,
} from './xml-profile.ts';

// No `node:` import here: this runs in a browser too.
//
// Our documents are canonical by construction, so their signed bytes are the document's bytes less the Signature. No
// XML parser runs before the signature has been verified: what cannot be taken apart and put together again to the
// same text is refused, and so is every document that other software has written anew, however equal its meaning.

/** The key that a document may be signed with: only the reader's own configuration says so, never the document. */
export type KeyOf = (keyName: CertificateId) => Awaitable<PublicKey | undefined>;

/**
 * Verifies a document of our own profile.
 * @throws SealmeterError (evidence) with the code of the check that failed: `XML_TOO_LARGE`, `XML_MALFORMED`,
 *   `SEAL_MISSING`, `SEAL_NOT_IN_PROFILE`, `SEAL_KEY_UNKNOWN`, `SEAL_DIGEST_MISMATCH`, `SEAL_SIGNATURE_INVALID`
 */
export async function verifySealed(document: Uint8Array, keyOf: KeyOf, crypto: CryptoPort): Promise<VerifiedSeal> {
  const { unsigned, parts, keyName } = takeApart(readText(document));
  const key = await keyOf(keyName);
  if (key === undefined) throw xmlError('SEAL_KEY_UNKNOWN', `no key is pinned for ${keyName}`);
  if (key.algorithm.xmldsig !== ECDSA_SHA256) throw notInProfile(`the pinned key is for ${key.algorithm.id}`);

  const bytes = utf8(unsigned);
  if (toBase64(await crypto.digest('sha-256', bytes)) !== parts.digest) {
    throw xmlError('SEAL_DIGEST_MISMATCH', 'the content is not the one that was digested');
  }
  const signature = fromBase64(parts.signature);
  const signed = utf8(canonicalSignedInfo(parts.digest));
  if (signature === undefined || !(await crypto.verify(key, signed, signature))) {
    throw xmlError('SEAL_SIGNATURE_INVALID', `the key ${keyName} did not make this signature`);
  }
  return { bytes, key, keyName } as VerifiedSeal;
}

function readText(document: Uint8Array): string {
  if (document.length > MAX_DOCUMENT_BYTES) {
    throw xmlError('XML_TOO_LARGE', `the document has ${document.length} bytes, more than ${MAX_DOCUMENT_BYTES}`);
  }
  const text = fromUtf8(document);
  if (text === undefined) throw xmlError('XML_MALFORMED', 'the document is not UTF-8');
  return text;
}

const NOT_CANONICAL = /<[!?]/;
const ROOT_START = /^<([^\s<>/!?"'&=]+)[ >]/;

/** Reads the three values loosely, then insists that they and the template make the same document again. */
function takeApart(text: string): { unsigned: string; parts: SealParts; keyName: CertificateId } {
  const start = text.indexOf(SIGNATURE_START);
  if (start === -1) throw xmlError('SEAL_MISSING', 'the document has no Signature of our form');
  const root = ROOT_START.exec(text)?.[1];
  if (root === undefined) throw notInProfile('it does not begin with the start tag of its root');
  if (NOT_CANONICAL.test(text)) throw notInProfile('it has a comment, CDATA, a document type or an instruction');

  const parts = readSealParts(text, start);
  const rootEnd = `</${root}>`;
  const keyName = parseCertificateId(parts.keyName);
  if (keyName === undefined || text.slice(start) !== signatureElement(parts) + rootEnd) {
    throw notInProfile('its Signature is not written, or does not stand, as in our profile');
  }
  return { unsigned: text.slice(0, start) + rootEnd, parts, keyName };
}

const notInProfile = (reason: string): SealmeterError =>
  xmlError('SEAL_NOT_IN_PROFILE', `the document is not of our profile: ${reason}`);
