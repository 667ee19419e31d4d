import type { HashName, SignatureAlgorithm } from './algorithms.ts';

// No `node:` import here: the verifier runs in a browser too.

/** Node.js answers at once, a browser or a token later; whoever awaits need not know. */
export type Awaitable<T> = T | Promise<T>;

/** A public key that a {@link CryptoPort} made and can use; another port cannot. */
export interface PublicKey {
  readonly algorithm: SignatureAlgorithm;
  readonly handle: unknown;
}

/**
 * The cryptography that verifying needs, done by `node-crypto.ts` on a server and by `web-crypto.ts` in a browser.
 */
export interface CryptoPort {
  digest(hash: HashName, data: Uint8Array): Awaitable<Uint8Array>;
  /**
   * Reads a DER SubjectPublicKeyInfo: an uncompressed point on a curve of the algorithm table.
   * @throws SealmeterError `KEY_UNSUPPORTED` for another kind of key or a point that is not on its curve.
   */
  importPublicKey(spki: Uint8Array): Awaitable<PublicKey>;
  /**
   * Whether `signature` (r‖s) was made over `data` with the key's private half. False, never an exception, for a
   * signature of another length or out of range. `hash` is the algorithm's own unless a protocol decides otherwise
   * (draft-cavage `hs2019`).
   */
  verify(key: PublicKey, data: Uint8Array, signature: Uint8Array, hash?: HashName): Awaitable<boolean>;
}
