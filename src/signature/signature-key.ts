import type { Instant } from '#core/time.ts';
import type { HashName } from '#crypto/algorithms.ts';
import type { PublicKey } from '#crypto/crypto-port.ts';

/** A client's signature key as it is installed here. */
export interface SignatureKey {
  /** `sha256:<hex>` of the signature certificate. */
  readonly keyId: string;
  readonly publicKey: PublicKey;
  /** The id of the client that it belongs to. */
  readonly owner: string;
  /**
   * Whether `algorithm="hs2019"` may stand for this key, and for which hash. The name alone says neither: -12 § 2.1
   * has SHA-512 in mind, deployed systems mean SHA-256.
   */
  readonly allowHs2019: false | HashName;
  /** When a signature of it may have been made, both ends included: the validity of its certificate. Left out: at any time. */
  readonly validity?: { readonly from: Instant; readonly to: Instant };
}
