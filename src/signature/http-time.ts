import { Instant } from '#core/time.ts';

// No `node:` import here: a browser signs requests too.

/** `Sun, 05 Jan 2014 21:31:40 GMT`, whole seconds, rounded down. @see RFC 9110 § 5.6.7, IMF-fixdate */
export const formatHttpDate = (instant: Instant): string => new Date(instant).toUTCString();

/**
 * Reads an IMF-fixdate. Recipients MUST also accept the two obsolete forms; nobody signs them, and we do not.
 * A day that does not exist, or is not that weekday, is `undefined`.
 */
export function parseHttpDate(text: string): Instant | undefined {
  const parsed = Date.parse(text);
  return !Number.isNaN(parsed) && new Date(parsed).toUTCString() === text ? Instant(parsed) : undefined;
}

/** Seconds since 1970, rounded down: `created` and `expires` of both signature forms. */
export const toUnixTime = (instant: Instant): number => Math.floor(instant / 1_000);

/** The largest number that a JavaScript date can hold, in seconds: the year 275760. */
const LAST_UNIX_TIME = 8_640_000_000_000;

/** `undefined` for a time that no calendar has. */
export const fromUnixTime = (seconds: number): Instant | undefined =>
  seconds >= 0 && seconds <= LAST_UNIX_TIME ? Instant(seconds * 1_000) : undefined;
