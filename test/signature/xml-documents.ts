import { toBase64, utf8 } from '#core/bytes.ts';
import { digestOfText } from '#crypto/node-crypto.ts';
import type { Signer } from '#crypto/signer.ts';
import { canonicalSignedInfo, SIGNATURE_START, XMLDSIG } from '#signature/xml-profile.ts';

/** The value in a document, and the one that an attacker would rather have there. */
export const VALUE = '7654321';
export const FORGED = '9999999';

export const ROOT = 'signed-measurement-data';
const ROOT_NAMESPACE = 'urn:sealmeter:signed-measurement-data:1';

/** A document as `representation/` writes it, with a name whose letters take one to four bytes. */
export function measurement(value: string = VALUE, id?: string): string {
  const start = `<${ROOT} xmlns="${ROOT_NAMESPACE}"${id === undefined ? '' : ` Id="${id}"`}>`;
  const data =
    '<measurement-data><measurement-time>2026-11-20T09:15:00.000Z</measurement-time><sequence-nr>184467</sequence-nr>' +
    '<meter-ident>1sie0012345678.sm</meter-ident><location-ident>Gebäude 7 €\u{1F50C} &lt;Süd&gt;</location-ident>' +
    '<counter-values count="1"><object xmlns="urn:k461-dke-de:cor-1" class-id="3" id="0100010800ff" version="0">' +
    `<attributes count="1"><attribute id="2"><long64-unsigned xmlns="urn:k461-dke-de:cod-1">${value}</long64-unsigned>` +
    '</attribute></attributes></object></counter-values><error-code>0</error-code></measurement-data>';
  return `${start}${data}</${ROOT}>`;
}

export interface SignatureChoices {
  /** Changes what is signed: another reference, another transform, … */
  readonly signedInfo?: (text: string) => string;
  readonly keyInfo?: string;
}

/** A Signature over a canonical text, made as freely as a test likes: the digest and the signature are right. */
export async function signatureOver(content: string, signer: Signer, choices: SignatureChoices = {}): Promise<string> {
  const { signedInfo: change = (text) => text, keyInfo = `<KeyInfo><KeyName>${signer.keyId}</KeyName></KeyInfo>` } =
    choices;
  const signedInfo = change(canonicalSignedInfo(digestOfText('sha-256', content)));
  const value = toBase64(await signer.sign(utf8(signedInfo)));
  const inDocument = signedInfo.replace(` xmlns="${XMLDSIG}"`, '');
  return `${SIGNATURE_START}${inDocument}<SignatureValue>${value}</SignatureValue>${keyInfo}</Signature>`;
}

/** Puts something before the end tag of the root. */
export function insertLast(document: string, inserted: string): string {
  const end = document.lastIndexOf('</');
  return document.slice(0, end) + inserted + document.slice(end);
}

/** Signs a document whose root has the Id, by that Id. */
export async function signById(document: string, id: string, signer: Signer): Promise<string> {
  const toId = (signedInfo: string): string => signedInfo.replace('URI=""', `URI="#${id}"`);
  return insertLast(document, await signatureOver(document, signer, { signedInfo: toId }));
}

/** The Signature of a document that has one. */
export const signatureOf = (document: string): string =>
  document.slice(document.indexOf(SIGNATURE_START), document.indexOf('</Signature>') + '</Signature>'.length);

export const withoutSignature = (document: string): string => document.replace(signatureOf(document), '');
