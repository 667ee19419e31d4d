import { SealmeterError } from '#core/errors.ts';
import { addTime, type Duration, formatInstant, type Instant, Minutes } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import type { Revocation } from './ledger.ts';
import { REVOCATION_OUTCOMES, type RevocationTrouble } from './revocation-policy.ts';

/** What a CA says about a certificate. */
export type CertificateStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly revocation: Revocation }
  | { readonly status: 'unknown' };

/** A status that was checked: who is entitled to say so said it, of this certificate, lately. */
export interface RevocationStatement {
  readonly status: CertificateStatus;
  /** Until when its maker vouches for it. */
  readonly holdsUntil: Instant;
  /** The bytes that prove it: an OCSP response, or a CRL. */
  readonly proof: Uint8Array;
}

/** Where statements come from: OCSP responders, or CRLs. */
export interface RevocationSource {
  /** @throws RevocationError for every outcome that leaves us without a statement */
  ask(certificate: Certificate, issuer: Certificate): Promise<RevocationStatement>;
}

/** There is no statement, and why. */
export class RevocationError extends SealmeterError {
  override readonly name = 'RevocationError';
  readonly outcome: RevocationTrouble;

  constructor(outcome: RevocationTrouble, detail: string, cause?: unknown) {
    const { kind, meaning } = REVOCATION_OUTCOMES[outcome];
    const code = `REVOCATION_${outcome.toUpperCase().replaceAll('-', '_')}`;
    super(kind === 'unavailable' ? 'peer' : 'evidence', code, `${meaning}: ${detail}`, { cause });
    this.outcome = outcome;
  }
}

/** How far a peer's clock and ours may lie apart, and how old an answer without an end may be. */
export interface FreshnessLimits {
  readonly clockTolerance: Duration;
  readonly maximumAgeWithoutEnd: Duration;
}

export const DEFAULT_FRESHNESS: FreshnessLimits = {
  clockTolerance: Minutes(2),
  maximumAgeWithoutEnd: Minutes(5),
};

/** When something was said, and until when its maker vouches for it, if he says so. */
export interface Update {
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant | undefined;
}

/**
 * Until when a statement holds.
 * @see RFC 6960 § 4.2.2.1: without nextUpdate newer information is always there, so such an answer ages quickly
 * @throws RevocationError `from-the-future`, `stale`, `undated`
 */
export function checkFreshness({ thisUpdate, nextUpdate }: Update, now: Instant, limits: FreshnessLimits): Instant {
  const { clockTolerance, maximumAgeWithoutEnd } = limits;
  if (thisUpdate > addTime(now, clockTolerance)) {
    throw new RevocationError('from-the-future', `it was made at ${formatInstant(thisUpdate)}`);
  }
  const end = nextUpdate ?? addTime(thisUpdate, maximumAgeWithoutEnd);
  if (addTime(end, clockTolerance) < now || end < thisUpdate) {
    if (nextUpdate === undefined) throw new RevocationError('undated', `it was made at ${formatInstant(thisUpdate)}`);
    throw new RevocationError('stale', `it held until ${formatInstant(end)}`);
  }
  return end;
}
