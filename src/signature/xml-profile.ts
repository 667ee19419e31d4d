// No `node:` import here: the verifier runs in a browser too.

/** @see XML Signature Syntax and Processing 1.1 (W3C 2013) § 4 */
export const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
/** @see XML Signature 1.1 § 6.6.4 */
export const ENVELOPED_SIGNATURE = `${XMLDSIG}enveloped-signature`;
/** @see Exclusive XML Canonicalization 1.0 (W3C 2002) § 4 */
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
/** @see Canonical XML 1.0 (W3C 2001) § 2 */
export const INCLUSIVE_C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
/** @see RFC 9231 § 2.3.6 */
export const ECDSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/** Far above any sealed document, far below what hurts. */
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

// The one form of signature that we make, and that the strict verifier accepts: enveloped, whole document, before the
// end tag of the root. Written as one line; every byte of it is fixed but the three values.
//
//   <Signature xmlns="…xmldsig#">
//     <SignedInfo>
//       <CanonicalizationMethod Algorithm="…xml-exc-c14n#"></CanonicalizationMethod>
//       <SignatureMethod Algorithm="…ecdsa-sha256"></SignatureMethod>
//       <Reference URI="">
//         <Transforms>
//           <Transform Algorithm="…enveloped-signature"></Transform>
//           <Transform Algorithm="…xml-exc-c14n#"></Transform>
//         </Transforms>
//         <DigestMethod Algorithm="…sha256"></DigestMethod>
//         <DigestValue>44 characters of base64</DigestValue>
//       </Reference>
//     </SignedInfo>
//     <SignatureValue>base64 of r‖s</SignatureValue>
//     <KeyInfo><KeyName>sha256:…</KeyName></KeyInfo>
//   </Signature>

export const SIGNATURE_START = `<Signature xmlns="${XMLDSIG}">`;
export const SIGNATURE_END = '</Signature>';

const BEFORE_DIGEST =
  `<CanonicalizationMethod Algorithm="${EXCLUSIVE_C14N}"></CanonicalizationMethod>` +
  `<SignatureMethod Algorithm="${ECDSA_SHA256}"></SignatureMethod>` +
  `<Reference URI=""><Transforms><Transform Algorithm="${ENVELOPED_SIGNATURE}"></Transform>` +
  `<Transform Algorithm="${EXCLUSIVE_C14N}"></Transform></Transforms>` +
  `<DigestMethod Algorithm="${SHA256}"></DigestMethod><DigestValue>`;
const AFTER_DIGEST = '</DigestValue></Reference></SignedInfo>';

/** What is signed: SignedInfo in exclusive canonical form, so with the namespace that it inherits in the document. */
export const canonicalSignedInfo = (digest: string): string =>
  `<SignedInfo xmlns="${XMLDSIG}">${BEFORE_DIGEST}${digest}${AFTER_DIGEST}`;

/** The parts of a signature that differ from document to document. */
export interface SealParts {
  /** Base64 of the SHA-256 of the document without the Signature. */
  readonly digest: string;
  /** Base64 of r‖s over {@link canonicalSignedInfo}. */
  readonly signature: string;
  readonly keyName: string;
}

const BEFORE = {
  digest: `${SIGNATURE_START}<SignedInfo>${BEFORE_DIGEST}`,
  signature: `${AFTER_DIGEST}<SignatureValue>`,
  keyName: '</SignatureValue><KeyInfo><KeyName>',
} as const satisfies SealParts;
const END = `</KeyName></KeyInfo>${SIGNATURE_END}`;

export const signatureElement = ({ digest, signature, keyName }: SealParts): string =>
  BEFORE.digest + digest + BEFORE.signature + signature + BEFORE.keyName + keyName + END;

/**
 * Reads the three values of the Signature that starts at `start`. It reads them where they should be and does not look
 * at what is between: whoever calls makes the element again ({@link signatureElement}) and compares.
 */
export function readSealParts(text: string, start: number): SealParts {
  const digest = textAt(text, start + BEFORE.digest.length);
  const signature = textAt(text, digest.end + BEFORE.signature.length);
  const keyName = textAt(text, signature.end + BEFORE.keyName.length);
  return { digest: digest.value, signature: signature.value, keyName: keyName.value };
}

function textAt(text: string, start: number): { value: string; end: number } {
  const tag = text.indexOf('<', start);
  const end = tag === -1 ? text.length : tag;
  return { value: text.slice(start, end), end };
}
