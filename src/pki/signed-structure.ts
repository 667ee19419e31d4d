import { type KeyObject, verify } from 'node:crypto';

import { AlgorithmIdentifier } from '@peculiar/asn1-x509';

import { equalBytes } from '#core/bytes.ts';
import { type HashName, hashOf } from '#crypto/algorithms.ts';
import { encodeDer } from './der.ts';

/** ecdsa-with-SHA256 and so on. @see RFC 5758 § 3.2: parameters are absent */
const ECDSA_WITH: Readonly<Record<HashName, string>> = {
  'sha-256': '1.2.840.10045.4.3.2',
  'sha-384': '1.2.840.10045.4.3.3',
  'sha-512': '1.2.840.10045.4.3.4',
};

/**
 * The shape that X.509 gives to everything it signs: certificate, CRL, request, OCSP response.
 *
 *     SEQUENCE { toBeSigned ANY, signatureAlgorithm AlgorithmIdentifier, signature BIT STRING }
 */
export interface SignedStructure {
  /** The bytes as they were received, cut out and never written anew. */
  readonly signedBytes: Uint8Array;
  readonly algorithm: AlgorithmIdentifier;
  /** ECDSA as DER. */
  readonly signature: Uint8Array;
}

/** @param raw the part that is signed, as the schema packages keep it when they parse */
export function signedStructure(
  raw: ArrayBuffer | undefined,
  algorithm: AlgorithmIdentifier,
  signature: ArrayBuffer,
): SignedStructure {
  if (raw === undefined) throw new TypeError('only a structure that was parsed has the bytes that were signed');
  return { signedBytes: new Uint8Array(raw), algorithm, signature: new Uint8Array(signature) };
}

export const sameAlgorithm = (a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean =>
  equalBytes(encodeDer(a), encodeDer(b));

/** Whether the holder of this key signed it, with an algorithm that we accept: ECDSA over SHA-2. */
export function isSignedBy({ signedBytes, algorithm, signature }: SignedStructure, publicKey: KeyObject): boolean {
  const hash = hashOfAlgorithm(algorithm);
  if (hash === undefined || algorithm.parameters !== undefined || publicKey.asymmetricKeyType !== 'ec') return false;
  return verify(hashOf(hash).openssl, signedBytes, publicKey, signature);
}

export const signatureAlgorithmIdentifier = (hash: HashName): AlgorithmIdentifier =>
  new AlgorithmIdentifier({ algorithm: ECDSA_WITH[hash] });

const hashOfAlgorithm = ({ algorithm }: AlgorithmIdentifier): HashName | undefined =>
  (Object.keys(ECDSA_WITH) as HashName[]).find((hash) => ECDSA_WITH[hash] === algorithm);
