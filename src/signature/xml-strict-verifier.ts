import { fromBase64, fromUtf8, toBase64, utf8 } from '#core/bytes.ts';
import type { SealmeterError } from '#core/errors.ts';
import { xmlFailure } from '#core/xml-parser.ts';
import { type CertificateId, parseCertificateId } from '#crypto/certificate-id.ts';
import type { Awaitable, CryptoPort, PublicKey } from '#crypto/crypto-port.ts';
import { sealFailure } from './seal-failure.ts';
import type { VerifiedSeal } from './verified-document.ts';
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
  const { values, keyName, bytes } = takeApart(document);
  const key = await keyOf(keyName);
  if (key === undefined) throw sealFailure('SEAL_KEY_UNKNOWN', `no key is pinned for ${keyName}`);
  if (key.algorithm.xmldsig !== ECDSA_SHA256) throw notInProfile(`the pinned key is for ${key.algorithm.id}`);

  if (toBase64(await crypto.digest('sha-256', bytes)) !== values.digest) {
    throw sealFailure('SEAL_DIGEST_MISMATCH', 'the content is not the one that was digested');
  }
  const signature = fromBase64(values.signature);
  const signed = utf8(canonicalSignedInfo(values.digest));
  if (signature === undefined || !(await crypto.verify(key, signed, signature))) {
    throw sealFailure('SEAL_SIGNATURE_INVALID', `the key ${keyName} did not make this signature`);
  }
  return { bytes, key, keyName, digest: values.digest } as VerifiedSeal;
}

interface TakenApart {
  readonly values: SealParts;
  readonly keyName: CertificateId;
  /** The document without its Signature. */
  readonly bytes: Uint8Array;
}

const ROOT_START = /^<([A-Za-z_][\w.-]*)[ >]/;
const NOT_IN_CONTENT = /<(?:[!?]|Signature xmlns=)/;

/** Reads the three values loosely, then insists that they and the template make the same document again. */
function takeApart(document: Uint8Array): TakenApart {
  const text = readText(document);
  const start = text.lastIndexOf(SIGNATURE_START);
  if (start === -1) throw sealFailure('SEAL_MISSING', 'the document has no Signature of our form');
  const root = ROOT_START.exec(text)?.[1];
  if (root === undefined) throw notInProfile('it does not begin with the start tag of its root');
  if (NOT_IN_CONTENT.test(text.slice(0, start))) {
    throw notInProfile('it has a second Signature, a comment, CDATA, a document type or an instruction');
  }
  const values = readSealParts(text, start);
  const keyName = parseCertificateId(values.keyName);
  const rootEnd = `</${root}>`;
  const end = text.slice(start);
  if (keyName === undefined || end !== signatureElement(values) + rootEnd) {
    throw notInProfile('its Signature is not written, or does not stand, as in our profile');
  }
  return { values, keyName, bytes: cutOut(document, document.length - end.length, document.length - rootEnd.length) };
}

function readText(document: Uint8Array): string {
  if (document.length > MAX_DOCUMENT_BYTES) {
    throw xmlFailure('XML_TOO_LARGE', `the document has ${document.length} bytes, more than ${MAX_DOCUMENT_BYTES}`);
  }
  const text = fromUtf8(document);
  if (text === undefined) throw xmlFailure('XML_MALFORMED', 'the document is not UTF-8');
  return text;
}

/**
 * The bytes before `from` and from `to` on. What follows the content is ASCII, one byte a character; were it not, the
 * values in it would be no base64 and the wrong bytes would have no use.
 */
function cutOut(document: Uint8Array, from: number, to: number): Uint8Array {
  const rest = new Uint8Array(from + document.length - to);
  rest.set(document.subarray(0, from));
  rest.set(document.subarray(to), from);
  return rest;
}

const notInProfile = (reason: string): SealmeterError =>
  sealFailure('SEAL_NOT_IN_PROFILE', `the document is not of our profile: ${reason}`);
