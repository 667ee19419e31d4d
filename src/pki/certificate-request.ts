import { createPublicKey, type KeyObject } from 'node:crypto';

import { Attributes, CertificationRequest, CertificationRequestInfo } from '@peculiar/asn1-csr';
import { Attribute, Extensions } from '@peculiar/asn1-x509';

import { SealmeterError } from '#core/errors.ts';
import { encodeDer, parseDer, toArrayBuffer } from './der.ts';
import { type DistinguishedName, nameStructure, readName } from './distinguished-name.ts';
import { type AltName, readExtensions, writeExtensions } from './extensions.ts';
import { subjectPublicKeyInfo } from './issue.ts';
import { isSignedBy, signatureAlgorithmIdentifier, signedStructure } from './signed-structure.ts';
import type { SigningKey } from './signing-key.ts';

/** What a holder of a key asks to have certified. It proved that it holds the key, and nothing else. */
export interface CertificateRequest {
  readonly subject: DistinguishedName;
  readonly publicKey: KeyObject;
  readonly altNames: readonly AltName[];
}

/** extensionRequest. @see RFC 2985 § 5.4.2 */
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/**
 * Makes a request and signs it with the key that is to be certified.
 *
 *     CertificationRequestInfo ::= SEQUENCE { version INTEGER, subject Name, subjectPKInfo, attributes [0] }
 *
 * @see RFC 2986 § 4
 */
export async function makeCertificateRequest(
  key: SigningKey,
  subject: DistinguishedName,
  altNames: readonly AltName[] = [],
): Promise<Uint8Array> {
  const body = new CertificationRequestInfo({
    version: 0,
    subject: nameStructure(subject),
    subjectPKInfo: subjectPublicKeyInfo(key.publicKey),
    attributes: new Attributes(altNames.length === 0 ? [] : [requestedAltNames(altNames)]),
  });
  return encodeDer(
    new CertificationRequest({
      certificationRequestInfo: body,
      signatureAlgorithm: signatureAlgorithmIdentifier(key.hash),
      signature: toArrayBuffer(await key.sign(encodeDer(body), key.hash)),
    }),
  );
}

/**
 * Reads a request and checks its proof of possession: it is signed with the key that it names.
 * Of the extensions that it asks for, only host names are taken; the profile decides all else.
 * @throws SealmeterError (evidence) `PKI_DER_UNREADABLE`, `PKI_REQUEST_UNPROVEN`
 */
export function readCertificateRequest(der: Uint8Array): CertificateRequest {
  const request = parseDer(der, CertificationRequest, 'certificate request');
  const { certificationRequestInfo: body } = request;
  const publicKey = readKey(encodeDer(body.subjectPKInfo));
  const signed = signedStructure(request.certificationRequestInfoRaw, request.signatureAlgorithm, request.signature);
  if (!isSignedBy(signed, publicKey)) throw unproven('it is not signed with the key that it names');
  return { subject: readName(body.subject), publicKey, altNames: readAltNames(body.attributes) };
}

const requestedAltNames = (altNames: readonly AltName[]): Attribute =>
  new Attribute({
    type: EXTENSION_REQUEST,
    values: [toArrayBuffer(encodeDer(new Extensions([...writeExtensions({ subjectAltName: altNames })])))],
  });

function readAltNames(attributes: Attributes | undefined): readonly AltName[] {
  const values = [...(attributes ?? [])].find(({ type }) => type === EXTENSION_REQUEST)?.values[0];
  if (values === undefined) return [];
  const extensions = parseDer(new Uint8Array(values), Extensions, 'requested extensions');
  return readExtensions(extensions).fields.subjectAltName ?? [];
}

function readKey(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (cause) {
    throw unproven('its public key cannot be read', cause);
  }
}

const unproven = (problem: string, cause?: unknown): SealmeterError =>
  new SealmeterError('evidence', 'PKI_REQUEST_UNPROVEN', `the certificate request is refused: ${problem}`, {
    mend: 'make the request anew with the private key at hand',
    cause,
  });
