import { addTime, Days, type Instant, Milliseconds, timeBetween } from '#core/time.ts';
import type { Certificate } from './certificate.ts';

/** Where in its life a certificate stands. */
export type LifeStage = 'not yet valid' | 'valid' | 'to be renewed' | 'expired';

/** Two thirds of a life: enough is left to notice that renewing fails, and to mend it. */
export function renewalTime({ notBefore, notAfter }: Certificate): Instant {
  const life = timeBetween(notBefore, notAfter);
  return addTime(notBefore, Milliseconds(Math.floor((life * 2) / 3)));
}

export const isRenewalDue = (certificate: Certificate, now: Instant): boolean => now >= renewalTime(certificate);

/** A certificate is valid through the whole of its last second. @see RFC 5280 § 4.1.2.5 */
export const lastInstant = ({ notAfter }: Certificate): Instant => addTime(notAfter, Milliseconds(999));

export const hasExpired = (certificate: Certificate, at: Instant): boolean => at > lastInstant(certificate);

export const isValidAt = (certificate: Certificate, at: Instant): boolean =>
  at >= certificate.notBefore && !hasExpired(certificate, at);

export function lifeStage(certificate: Certificate, now: Instant): LifeStage {
  if (now < certificate.notBefore) return 'not yet valid';
  if (hasExpired(certificate, now)) return 'expired';
  return isRenewalDue(certificate, now) ? 'to be renewed' : 'valid';
}

/** Whole days until it expires; negative once it has. */
export const daysLeft = ({ notAfter }: Certificate, now: Instant): number =>
  Math.floor(timeBetween(now, notAfter) / Days(1));
