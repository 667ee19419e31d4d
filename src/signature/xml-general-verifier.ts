import { equalBytes } from '#core/bytes.ts';
import { canonicalize } from '#core/canonical-xml.ts';
import { parseXml } from '#core/xml-parser.ts';
import { elementsOf, type XmlElement } from '#core/xml-tree.ts';
import type { CryptoPort, PublicKey } from '#crypto/crypto-port.ts';
import { sealFailure } from './seal-failure.ts';
import type { VerifiedDocument } from './verified-document.ts';
import { readSignature, refused } from './xml/signature-element.ts';
import { XMLDSIG } from './xml-profile.ts';

// No `node:` import here: the verifier runs in a browser too.

/**
 * Verifies a document of another maker, or one of ours that software has written anew. The key is pinned: whoever asks
 * knows whose document this should be. The document must have one enveloped signature, a child of its root, over the
 * whole document. What comes back is the canonical text that was signed; the document itself is not to be read.
 *
 * Comments, instructions and CDATA are refused everywhere: in some readers they split a value, in others they do not.
 * @throws SealmeterError (evidence) with the code of the check that failed: `XML_*`, `SEAL_MISSING`,
 *   `SEAL_FORM_REFUSED`, `SEAL_DIGEST_MISMATCH`, `SEAL_SIGNATURE_INVALID`
 */
export async function verifyForeign(
  document: Uint8Array,
  key: PublicKey,
  crypto: CryptoPort,
): Promise<VerifiedDocument> {
  const root = parseXml(document);
  const signature = readSignature(onlySignature(root));
  const { reference, signedInfo, signedInfoForm, signatureMethod } = signature;
  checkTarget(reference.uri, root);
  if (signatureMethod !== key.algorithm.xmldsig) {
    throw refused(`the SignatureMethod is ${signatureMethod}, the pinned key is for ${key.algorithm.xmldsig}`);
  }

  const bytes = canonicalize(root, reference.contentForm, { without: signature.element });
  if (!equalBytes(await crypto.digest(reference.digestMethod, bytes), reference.digest)) {
    throw sealFailure('SEAL_DIGEST_MISMATCH', 'the content is not the one that was digested');
  }
  const signed = canonicalize(signedInfo, signedInfoForm, { ancestors: [root, signature.element] });
  if (!(await crypto.verify(key, signed, signature.value))) {
    throw sealFailure('SEAL_SIGNATURE_INVALID', 'the pinned key did not make this signature');
  }
  return { bytes, key } as VerifiedDocument;
}

/** The one Signature of the document, which must be a child of the root. */
function onlySignature(root: XmlElement): XmlElement {
  const signatures = [...elementsOf(root)].filter(
    ({ local, namespace }) => local === 'Signature' && namespace === XMLDSIG,
  );
  const [signature] = signatures;
  if (signature === undefined) throw sealFailure('SEAL_MISSING', 'the document has no Signature');
  if (signatures.length > 1) throw refused(`the document has ${signatures.length} Signatures`);
  if (!root.children.includes(signature)) throw refused('the Signature is not a child of the root');
  return signature;
}

/** Makers differ in what they call an identifier, and without a document type nothing says which is one. */
const ID_ATTRIBUTES: ReadonlySet<string> = new Set(['Id', 'ID', 'id', 'xml:id']);

/** The reference must be to the whole document: `""`, or `#` and the identifier of the root, which nothing else has. */
function checkTarget(uri: string, root: XmlElement): void {
  if (uri === '') return;
  if (!uri.startsWith('#')) throw refused(`the Reference is to "${uri}"`);
  const bearers = [...elementsOf(root)].filter((element) => identifiersOf(element).includes(uri.slice(1)));
  if (bearers.length !== 1 || bearers[0] !== root)
    throw refused(`the Reference is to "${uri}", which is not the root alone`);
}

const identifiersOf = ({ attributes }: XmlElement): readonly string[] =>
  attributes
    .filter(({ prefix, local }) => ID_ATTRIBUTES.has(prefix === '' ? local : `${prefix}:${local}`))
    .map(({ value }) => value);
