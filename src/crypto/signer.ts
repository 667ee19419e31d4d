import type { SignatureAlgorithm } from './algorithms.ts';
import type { CertificateId } from './certificate-id.ts';
import type { Awaitable } from './crypto-port.ts';

/** What holds a private key and signs: a software key or a PKCS#11 token. The key itself never comes out. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  /** The certificate of the key, which is the name that verifiers know it by. */
  readonly keyId: CertificateId;
  /** Hashes `data` with the algorithm's hash and signs it: r‖s, `algorithm.signatureSize` bytes. */
  sign(data: Uint8Array): Awaitable<Uint8Array>;
}
