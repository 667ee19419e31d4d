import { createPublicKey, type KeyObject } from 'node:crypto';

import { Certificate as CertificateStructure, type TBSCertificate, Version } from '@peculiar/asn1-x509';

import { equalBytes, fromUtf8, toHex } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Instant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import { certificateId } from '#crypto/node-crypto.ts';
import { encodeDer, parseDer } from './der.ts';
import { type DistinguishedName, readName } from './distinguished-name.ts';
import { type CertificateExtensions, readExtensions } from './extensions.ts';
import { readPem } from './pem.ts';
import { type SignedStructure, sameAlgorithm, signedStructure } from './signed-structure.ts';
import { instantOf } from './x509-time.ts';

/** A certificate as read. Reading it says nothing about whether it deserves trust: `chain.ts` does. */
export interface Certificate {
  readonly der: Uint8Array;
  readonly id: CertificateId;
  /** Lower-case hex. */
  readonly serial: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Instant;
  /** The last second of its life; the certificate is still valid in it. */
  readonly notAfter: Instant;
  readonly publicKey: KeyObject;
  /** The bits of the public key alone, without algorithm: what key identifiers and OCSP hash. */
  readonly publicKeyBits: Uint8Array;
  readonly extensions: CertificateExtensions;
  readonly unknownCriticalExtensions: readonly string[];
  readonly signed: SignedStructure;
}

/** A certificate with the ones that lead to its root, each issued by the next. The root may be missing. */
export type CertificateList = readonly [leaf: Certificate, ...issuers: Certificate[]];

/**
 * Reads one DER certificate, version 3.
 *
 *     Certificate ::= SEQUENCE { tbsCertificate TBSCertificate, signatureAlgorithm, signatureValue BIT STRING }
 *     TBSCertificate ::= SEQUENCE { version [0], serialNumber, signature, issuer, validity, subject,
 *                                   subjectPublicKeyInfo, …, extensions [3] }
 *
 * @see RFC 5280 § 4.1
 * @throws SealmeterError (evidence) `PKI_DER_UNREADABLE`, `PKI_CERTIFICATE_MALFORMED`, `PKI_EXTENSION_REPEATED`
 */
export function readCertificate(der: Uint8Array): Certificate {
  const structure = parseDer(der, CertificateStructure, 'certificate');
  const { tbsCertificate: body } = structure;
  if (body.version !== Version.v3) throw malformed('it is not of version 3');
  const { fields, unknownCritical } = readExtensions(body.extensions);
  return {
    der,
    id: certificateId(der),
    serial: toHex(new Uint8Array(body.serialNumber)),
    issuer: readName(body.issuer),
    subject: readName(body.subject),
    notBefore: instantOf(body.validity.notBefore),
    notAfter: instantOf(body.validity.notAfter),
    publicKey: readPublicKey(body),
    publicKeyBits: new Uint8Array(body.subjectPublicKeyInfo.subjectPublicKey),
    extensions: fields,
    unknownCriticalExtensions: unknownCritical,
    signed: signedPart(structure),
  };
}

/**
 * Reads a file's content: PEM with one certificate or several (leaf first), or the DER of one.
 * @throws SealmeterError `PKI_PEM_UNREADABLE`, `PKI_CERTIFICATE_MISSING` (configuration), and as `readCertificate`
 */
export function readCertificates(content: Uint8Array): CertificateList {
  const text = fromUtf8(content);
  const [leaf, ...issuers] = text === undefined ? [content] : readPem('CERTIFICATE', text);
  if (leaf === undefined) {
    throw new SealmeterError('configuration', 'PKI_CERTIFICATE_MISSING', 'there is no certificate in it', {
      mend: 'give a PEM file with "-----BEGIN CERTIFICATE-----", or one certificate in DER',
    });
  }
  return [readCertificate(leaf), ...issuers.map(readCertificate)];
}

/** How what this CA issues points at the CA's key. */
export const authorityKeyOf = ({ extensions }: Certificate): CertificateExtensions =>
  extensions.subjectKeyIdentifier === undefined ? {} : { authorityKeyIdentifier: extensions.subjectKeyIdentifier };

export const isSelfIssued = ({ subject, issuer }: Certificate): boolean => equalBytes(subject.der, issuer.der);

export const isCertificateAuthority = ({ extensions }: Certificate): boolean =>
  extensions.basicConstraints?.ca === true;

function signedPart(structure: CertificateStructure): SignedStructure {
  const { tbsCertificate, tbsCertificateRaw, signatureAlgorithm, signatureValue } = structure;
  // RFC 5280 § 4.1.1.2: the algorithm inside the signature MUST be the one outside.
  if (!sameAlgorithm(tbsCertificate.signature, signatureAlgorithm))
    throw malformed('it names two signature algorithms');
  return signedStructure(tbsCertificateRaw, signatureAlgorithm, signatureValue);
}

function readPublicKey(body: TBSCertificate): KeyObject {
  const spki = Buffer.from(encodeDer(body.subjectPublicKeyInfo));
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch (cause) {
    throw malformed('its public key cannot be read', cause);
  }
}

const malformed = (problem: string, cause?: unknown): SealmeterError =>
  new SealmeterError('evidence', 'PKI_CERTIFICATE_MALFORMED', `the certificate is refused: ${problem}`, { cause });
