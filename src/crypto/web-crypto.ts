import { type HashName, hashOf } from './algorithms.ts';
import type { CryptoPort, PublicKey } from './crypto-port.ts';
import { isRawSignature } from './ecdsa-encoding.ts';
import { algorithmOfSpki, unsupportedKey } from './spki.ts';

// No `node:` import here: this is the crypto port of a browser. It uses the global `crypto` alone.

/**
 * The crypto port of a browser. WebCrypto has no P-192: keys on that curve are refused when they are imported.
 */
export const webCrypto = {
  async digest(name: HashName, data: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(await crypto.subtle.digest(hashOf(name).web, inOwnMemory(data)));
  },

  async importPublicKey(spki: Uint8Array): Promise<PublicKey> {
    const algorithm = algorithmOfSpki(spki);
    const use = { name: 'ECDSA', namedCurve: algorithm.curve.name };
    try {
      return { algorithm, handle: await crypto.subtle.importKey('spki', inOwnMemory(spki), use, false, ['verify']) };
    } catch (cause) {
      throw unsupportedKey(cause);
    }
  },

  async verify(
    key: PublicKey,
    data: Uint8Array,
    signature: Uint8Array,
    name: HashName = key.algorithm.hash,
  ): Promise<boolean> {
    if (!(key.handle instanceof CryptoKey)) throw new TypeError('this public key was made by another crypto port');
    // WebCrypto should see to the range itself; here no browser's word is needed for it.
    if (!isRawSignature(signature, key.algorithm.curve)) return false;
    const way = { name: 'ECDSA', hash: hashOf(name).web };
    return crypto.subtle.verify(way, key.handle, inOwnMemory(signature), inOwnMemory(data));
  },
} as const satisfies CryptoPort;

/** WebCrypto wants memory that nobody else can change meanwhile. */
const inOwnMemory = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
