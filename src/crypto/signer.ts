import type { SignatureAlgorithm } from './algorithms.ts';
import type { CertificateId } from './certificate-id.ts';
import type { Awaitable } from './crypto-port.ts';

/** What a signer that can be slow or away wants to know beside the data. One that signs at once ignores it. */
export interface SignOptions {
  /** Somebody waits for a `request` (default); what is sealed `ahead` lets it pass. */
  readonly priority?: SigningPriority;
  /** Gives the wait up. A signature that is being made already is made. */
  readonly signal?: AbortSignal;
}

export type SigningPriority = 'request' | 'ahead';

/** What holds a private key and signs: a software key or a PKCS#11 token. The key itself never comes out. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  /** The certificate of the key, which is the name that verifiers know it by. */
  readonly keyId: CertificateId;
  /** Hashes `data` with the algorithm's hash and signs it: r‖s, `algorithm.signatureSize` bytes. */
  sign(data: Uint8Array, options?: SignOptions): Awaitable<Uint8Array>;
}
