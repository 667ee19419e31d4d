import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

import { SealmeterError } from '#core/errors.ts';
import { type Curve, type HashName, hashOf, signatureAlgorithms } from '#crypto/algorithms.ts';
import type { Awaitable } from '#crypto/crypto-port.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import type { Signer } from '#crypto/signer.ts';

export type CurveName = Curve['name'];

export const curveNames: readonly CurveName[] = signatureAlgorithms.map(({ curve }) => curve.name);

/** What signs certificates, CRLs, requests and OCSP responses. Unlike a `Signer` it needs no certificate yet. */
export interface SigningKey {
  readonly publicKey: KeyObject;
  /** The hash that goes with the key's curve. */
  readonly hash: HashName;
  /** Hashes and signs: ECDSA as DER. */
  sign(data: Uint8Array, hash: HashName): Awaitable<Uint8Array>;
}

export const generateKey = (curve: CurveName): KeyObject =>
  generateKeyPairSync('ec', { namedCurve: openSslName(curve) }).privateKey;

/** PKCS#8 without a passphrase. */
export const exportKey = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();

export const softwareKey = (privateKey: KeyObject): SigningKey => {
  const publicKey = createPublicKey(privateKey);
  return {
    publicKey,
    hash: naturalHash(publicKey),
    sign: (data, hash) => sign(hashOf(hash).openssl, data, privateKey),
  };
};

/**
 * A key that somebody else holds, a token for example; it need not have a certificate yet. It signs with the hash of
 * its algorithm only.
 */
export const keyOfSigner = (signer: Pick<Signer, 'algorithm' | 'sign'>, publicKey: KeyObject): SigningKey => ({
  publicKey,
  hash: signer.algorithm.hash,
  async sign(data, hash) {
    if (hash !== signer.algorithm.hash) throw new TypeError(`this key signs ${signer.algorithm.hash}, not ${hash}`);
    const der = derFromRaw(await signer.sign(data), signer.algorithm.curve);
    if (der === undefined) throw new SealmeterError('internal', 'SIGNATURE_MALFORMED', 'the key made no signature');
    return der;
  },
});

/** @throws SealmeterError (configuration) `PRIVATE_KEY_UNREADABLE`, `KEY_UNSUPPORTED` */
export function parsePrivateKey(pem: string): KeyObject {
  const key = parseKey(pem);
  if (curveOf(key) === undefined) {
    throw new SealmeterError('configuration', 'KEY_UNSUPPORTED', 'the private key is not on a supported curve', {
      mend: `use an EC key on ${curveNames.join(', ')}`,
    });
  }
  return key;
}

/** `undefined` for a key of another kind or on another curve. */
export const curveOf = (key: KeyObject): CurveName | undefined => algorithmOf(key)?.curve.name;

function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    // Without the cause: nothing that has met a private key goes into an error.
    throw new SealmeterError('configuration', 'PRIVATE_KEY_UNREADABLE', 'the private key cannot be read', {
      mend: 'give a PEM file that starts with "-----BEGIN PRIVATE KEY-----" (PKCS#8, no passphrase)',
    });
  }
}

const algorithmOf = (key: KeyObject) =>
  signatureAlgorithms.find(({ curve }) => curve.openssl === key.asymmetricKeyDetails?.namedCurve);

function naturalHash(key: KeyObject): HashName {
  const algorithm = algorithmOf(key);
  if (algorithm === undefined) throw new TypeError('a key on an unsupported curve');
  return algorithm.hash;
}

function openSslName(name: CurveName): string {
  const row = signatureAlgorithms.find(({ curve }) => curve.name === name);
  if (row === undefined) throw new TypeError(`there is no curve "${name}"`);
  return row.curve.openssl;
}
