import type { Duration } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import type { PendingRequest } from './key-pair-store.ts';

/** What a CA handed out. Nothing of it is believed before `checkIssued`. */
export interface IssuedCertificates {
  readonly leaf: Certificate;
  /** What may lead from the leaf to its root, in any order. */
  readonly issuers: readonly Certificate[];
}

export type EnrolmentAnswer =
  | { readonly state: 'issued'; readonly issued: IssuedCertificates }
  | { readonly state: 'pending'; readonly askAgainAfter: Duration };

/** A way to a CA: EST with one authentication or another, CMP, files. */
export interface Enroller {
  /** For the log: `EST, renewal by the current certificate`. */
  readonly name: string;
  /**
   * Has a request certified, or finds out how far that is. While it is pending it is asked again with the same request.
   * @throws SealmeterError where this way leads nowhere now
   */
  enrol(request: PendingRequest, signal?: AbortSignal): Promise<EnrolmentAnswer>;
}
