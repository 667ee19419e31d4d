import { fromBase64 } from '#core/bytes.ts';
import type { CanonicalForm } from '#core/canonical-xml.ts';
import type { SealmeterError } from '#core/errors.ts';
import type { XmlElement } from '#core/xml-tree.ts';
import { type HashName, hashOfXmldsig } from '#crypto/algorithms.ts';
import { sealFailure } from '#signature/seal-failure.ts';
import { ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, INCLUSIVE_C14N, XMLDSIG } from '#signature/xml-profile.ts';

// No `node:` import here: the verifier runs in a browser too.

/** What a Signature says, once its form has been found to be one that can hide nothing. */
export interface ForeignSignature {
  readonly element: XmlElement;
  readonly signedInfo: XmlElement;
  /** The form of SignedInfo that is signed. */
  readonly signedInfoForm: CanonicalForm;
  readonly signatureMethod: string;
  readonly reference: Reference;
  readonly value: Uint8Array;
}

interface Reference {
  readonly uri: string;
  /** The form of the content that is digested. */
  readonly contentForm: CanonicalForm;
  readonly digestMethod: HashName;
  readonly digest: Uint8Array;
}

const FORMS: ReadonlyMap<string, CanonicalForm> = new Map([
  [EXCLUSIVE_C14N, 'exclusive'],
  [INCLUSIVE_C14N, 'inclusive'],
]);

/**
 * Reads a Signature. Each element holds these children, in this order, and nothing else; KeyInfo may hold anything and
 * is not looked at, since a document cannot say which key to trust.
 *
 *   Signature      SignedInfo SignatureValue KeyInfo?
 *   SignedInfo     CanonicalizationMethod SignatureMethod Reference
 *   Reference      Transforms DigestMethod DigestValue
 *   Transforms     Transform (enveloped)  Transform? (canonical form)
 *
 * @see XML Signature 1.1 § 4
 * @throws SealmeterError (evidence) `SEAL_FORM_REFUSED`
 */
export function readSignature(element: XmlElement): ForeignSignature {
  const [signedInfo, value] = childrenOf(element, ['SignedInfo', 'SignatureValue'], ['KeyInfo']);
  const [canonicalization, method, reference] = childrenOf(signedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ]);
  return {
    element,
    signedInfo,
    signedInfoForm: formOf(algorithmOf(canonicalization)),
    signatureMethod: algorithmOf(method),
    reference: readReference(reference),
    value: bytesOf(value),
  };
}

function readReference(element: XmlElement): Reference {
  const [transforms, digestMethod, digestValue] = childrenOf(element, ['Transforms', 'DigestMethod', 'DigestValue']);
  const hash = hashOfXmldsig(algorithmOf(digestMethod));
  if (hash === undefined) throw refused(`the DigestMethod is ${algorithmOf(digestMethod)}`);
  return {
    uri: attributeOf(element, 'URI'),
    contentForm: readTransforms(transforms),
    digestMethod: hash,
    digest: bytesOf(digestValue),
  };
}

/** Enveloped, then a canonical form; where that is not named it is the inclusive one. @see XML Signature 1.1 § 4.4.3.2 */
function readTransforms(element: XmlElement): CanonicalForm {
  const [enveloped, canonical] = childrenOf(element, ['Transform'], ['Transform']);
  if (algorithmOf(enveloped) !== ENVELOPED_SIGNATURE) throw refused('the first Transform is not enveloped-signature');
  return canonical === undefined ? 'inclusive' : formOf(algorithmOf(canonical));
}

function formOf(uri: string): CanonicalForm {
  const form = FORMS.get(uri);
  if (form === undefined) throw refused(`the canonicalization or transform ${uri} is not taken`);
  return form;
}

const WHITE_SPACE = /^[ \t\r\n]*$/;

type Elements<Names extends readonly string[]> = { readonly [Index in keyof Names]: XmlElement };

/** The children of an element that holds these names in this order, the optional ones last, and no text. */
function childrenOf<const Required extends readonly string[], const Optional extends readonly string[] = readonly []>(
  element: XmlElement,
  required: Required,
  optional?: Optional,
): [...Elements<Required>, ...Partial<Elements<Optional>>] {
  const names = [...required, ...(optional ?? [])];
  const children = element.children.filter((child) => typeof child !== 'string' || !WHITE_SPACE.test(child));
  const asExpected = children.every(
    (child, index) => typeof child !== 'string' && child.namespace === XMLDSIG && child.local === names[index],
  );
  if (!asExpected || children.length < required.length) {
    throw refused(`${element.local} should hold ${names.join(', ')} and nothing else`);
  }
  return children as [...Elements<Required>, ...Partial<Elements<Optional>>];
}

function attributeOf(element: XmlElement, name: string): string {
  const attribute = element.attributes.find(({ prefix, local }) => prefix === '' && local === name);
  if (attribute === undefined) throw refused(`${element.local} has no ${name}`);
  return attribute.value;
}

/** The Algorithm of an element that has no parameters. */
function algorithmOf(element: XmlElement): string {
  childrenOf(element, []);
  return attributeOf(element, 'Algorithm');
}

/** Base64 as XML allows it: white space anywhere, but one spelling of the bytes. */
function bytesOf(element: XmlElement): Uint8Array {
  const text = element.children.map((child) => (typeof child === 'string' ? child : '<')).join('');
  const bytes = fromBase64(text.replaceAll(/[ \t\r\n]/g, ''));
  if (bytes === undefined) throw refused(`${element.local} is not base64`);
  return bytes;
}

export const refused = (reason: string): SealmeterError =>
  sealFailure('SEAL_FORM_REFUSED', `the signature has a form that is not taken: ${reason}`);
