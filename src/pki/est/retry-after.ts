import { type Duration, Instant, Minutes, Seconds, timeBetween } from '#core/time.ts';

/** For a server that does not say it, although RFC 7030 § 4.2.3 has it say so. */
const UNSAID = Minutes(10);

/** Seconds, or a date. @see RFC 9110 § 10.2.3 */
export function readRetryAfter(value: string | undefined, now: Instant): Duration {
  if (value !== undefined && /^\d{1,9}$/.test(value)) return Seconds(Number(value));
  const date = Date.parse(value ?? '');
  return Number.isNaN(date) ? UNSAID : timeBetween(now, Instant(date));
}
