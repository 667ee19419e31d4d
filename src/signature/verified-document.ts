import type { CertificateId } from '#crypto/certificate-id.ts';
import type { PublicKey } from '#crypto/crypto-port.ts';

declare const verified: unique symbol;

/**
 * What a signature proved, and nothing beside it. Only the two verifiers of this room make such values, so whoever
 * asks for one cannot be handed bytes that nobody has verified.
 */
export interface VerifiedDocument {
  /** The very bytes that were signed: exclusive or inclusive canonical XML, UTF-8, without the Signature. */
  readonly bytes: Uint8Array;
  /** The key that proved them. */
  readonly key: PublicKey;
  readonly [verified]: true;
}

/** A verified document of our own profile, which names the certificate of its key. */
export interface VerifiedSeal extends VerifiedDocument {
  readonly keyName: CertificateId;
  /** SHA-256 of the bytes, in base64, as the signature has it. */
  readonly digest: string;
}
