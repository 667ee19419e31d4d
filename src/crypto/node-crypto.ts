import { createPublicKey, hash as hashAtOnce, KeyObject, verify } from 'node:crypto';
import { promisify } from 'node:util';

import { type HashName, hashOf } from './algorithms.ts';
import { type CertificateId, certificateIdOfDigest } from './certificate-id.ts';
import type { CryptoPort, PublicKey } from './crypto-port.ts';
import { derFromRaw } from './ecdsa-encoding.ts';
import { algorithmOfSpki, spkiOfCertificate, unsupportedKey } from './spki.ts';

/**
 * The crypto port of a program that has nothing else to do meanwhile: everything is answered at once.
 *
 * A key becomes a `KeyObject` once and is then passed bare, and r‖s becomes DER in our own code: options beside the key
 * (`dsaEncoding`) make Node.js 24 parse it anew on each call.
 */
export const nodeCrypto = {
  digest: (name: HashName, data: Uint8Array): Uint8Array => hashAtOnce(hashOf(name).openssl, data, 'buffer'),

  importPublicKey(spki: Uint8Array): PublicKey {
    const algorithm = algorithmOfSpki(spki);
    try {
      return { algorithm, handle: createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }) };
    } catch (cause) {
      throw unsupportedKey(cause);
    }
  },

  verify(key: PublicKey, data: Uint8Array, signature: Uint8Array, name: HashName = key.algorithm.hash): boolean {
    const handle = handleOf(key);
    const der = derFromRaw(signature, key.algorithm.curve);
    return der !== undefined && verify(hashOf(name).openssl, data, handle, der);
  },
} as const satisfies CryptoPort;

/**
 * The crypto port of a server: verifies in Node.js's thread pool, a signature per thread. Each takes some 20 µs longer, but
 * many go on at once, and what else the server has to do does not wait for them.
 */
export const pooledCrypto = {
  ...nodeCrypto,

  async verify(key: PublicKey, data: Uint8Array, signature: Uint8Array, name = key.algorithm.hash): Promise<boolean> {
    const handle = handleOf(key);
    const der = derFromRaw(signature, key.algorithm.curve);
    return der !== undefined && (await verifyInPool(hashOf(name).openssl, data, handle, der));
  },
} as const satisfies CryptoPort;

const verifyInPool = promisify(verify);

function handleOf({ handle }: PublicKey): KeyObject {
  if (handle instanceof KeyObject) return handle;
  throw new TypeError('this public key was made by another crypto port');
}

/** The digest of a text's UTF-8, in base64: in one step, since a seal has no use for the bytes between. */
export const digestOfText = (name: HashName, text: string): string => hashAtOnce(hashOf(name).openssl, text, 'base64');

/** The name of a certificate, given as DER. */
export const certificateId = (certificate: Uint8Array): CertificateId =>
  certificateIdOfDigest(nodeCrypto.digest('sha-256', certificate));

/** The public key of a certificate, given as DER. Whether the certificate deserves trust is for `pki/` to say. */
export const publicKeyOfCertificate = (certificate: Uint8Array): PublicKey =>
  nodeCrypto.importPublicKey(spkiOfCertificate(certificate));
