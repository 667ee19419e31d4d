import { createHash } from 'node:crypto';

import { CertID } from '@peculiar/asn1-ocsp';
import { OctetString } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';

import { equalBytes, fromHex, toHex } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Certificate } from './certificate.ts';
import { toArrayBuffer } from './der.ts';

/** Hashes that name an issuer; a name needs no collision resistance. @see RFC 6960 § 4.3 */
const HASHES = {
  'sha-1': { oid: '1.3.14.3.2.26', openssl: 'sha1' },
  'sha-256': { oid: '2.16.840.1.101.3.4.2.1', openssl: 'sha256' },
} as const;

export type CertificateIdHash = keyof typeof HASHES;

export const certificateIdHashes = Object.keys(HASHES) as readonly CertificateIdHash[];

/**
 * How OCSP names a certificate: by its serial number and two hashes of its issuer.
 *
 *     CertID ::= SEQUENCE { hashAlgorithm, issuerNameHash OCTET STRING, issuerKeyHash OCTET STRING, serialNumber }
 *
 * @see RFC 6960 § 4.1.1
 */
export interface OcspCertificateId {
  readonly hash: CertificateIdHash;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Lower-case hex. */
  readonly serial: string;
}

export function certificateIdOf(serial: string, issuer: Certificate, hash: CertificateIdHash): OcspCertificateId {
  const digest = (data: Uint8Array): Uint8Array => createHash(HASHES[hash].openssl).update(data).digest();
  return {
    hash,
    issuerNameHash: digest(issuer.subject.der),
    issuerKeyHash: digest(issuer.publicKeyBits),
    serial,
  };
}

export const isSameCertificateId = (a: OcspCertificateId, b: OcspCertificateId): boolean =>
  a.serial === b.serial && isSameIssuer(a, b);

export const isSameIssuer = (a: OcspCertificateId, b: OcspCertificateId): boolean =>
  a.hash === b.hash && equalBytes(a.issuerNameHash, b.issuerNameHash) && equalBytes(a.issuerKeyHash, b.issuerKeyHash);

/** A NULL stands after the hash's name, as every client writes it. @see RFC 3279 § 2.1 for SHA-1 */
const NULL_PARAMETERS = Uint8Array.of(0x05, 0x00);

export const certificateIdStructure = (id: OcspCertificateId): CertID =>
  new CertID({
    hashAlgorithm: new AlgorithmIdentifier({
      algorithm: HASHES[id.hash].oid,
      parameters: toArrayBuffer(NULL_PARAMETERS),
    }),
    issuerNameHash: new OctetString(toArrayBuffer(id.issuerNameHash)),
    issuerKeyHash: new OctetString(toArrayBuffer(id.issuerKeyHash)),
    serialNumber: toArrayBuffer(fromHex(id.serial) ?? new Uint8Array()),
  });

/** @throws SealmeterError (evidence) `OCSP_HASH_UNKNOWN` */
export function readCertificateId(structure: CertID): OcspCertificateId {
  const { algorithm } = structure.hashAlgorithm;
  const hash = certificateIdHashes.find((name) => HASHES[name].oid === algorithm);
  if (hash === undefined) {
    throw new SealmeterError('evidence', 'OCSP_HASH_UNKNOWN', `the hash algorithm ${algorithm} is not known`);
  }
  return {
    hash,
    issuerNameHash: new Uint8Array(structure.issuerNameHash.buffer),
    issuerKeyHash: new Uint8Array(structure.issuerKeyHash.buffer),
    serial: toHex(new Uint8Array(structure.serialNumber)),
  };
}
