declare const instantBrand: unique symbol;
declare const durationBrand: unique symbol;

/** A point in time: milliseconds since 1970-01-01T00:00:00Z, without leap seconds, an integer. */
export type Instant = number & { readonly [instantBrand]: true };

/** A length of time in milliseconds. Make one with {@link Milliseconds}, {@link Seconds}, … */
export type Duration = number & { readonly [durationBrand]: true };

export const Instant = (millisecondsSinceEpoch: number): Instant => {
  if (!Number.isSafeInteger(millisecondsSinceEpoch)) {
    throw new TypeError(`an instant is a whole number of milliseconds, got ${millisecondsSinceEpoch}`);
  }
  return millisecondsSinceEpoch as Instant;
};

export const Milliseconds = (count: number): Duration => count as Duration;
export const Seconds = (count: number): Duration => (count * 1_000) as Duration;
export const Minutes = (count: number): Duration => (count * 60_000) as Duration;
export const Hours = (count: number): Duration => (count * 3_600_000) as Duration;
export const Days = (count: number): Duration => (count * 86_400_000) as Duration;

export const toSeconds = (duration: Duration): number => duration / 1_000;
export const addTime = (instant: Instant, duration: Duration): Instant => Instant(instant + duration);
export const timeBetween = (from: Instant, to: Instant): Duration => (to - from) as Duration;

/** `2026-11-20T09:15:00.000Z`: always UTC, always three digits of milliseconds. */
export const formatInstant = (instant: Instant): string => new Date(instant).toISOString();

const ISO_INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads an ISO 8601 instant with a zone. Returns `undefined` for anything else, for days that do not exist
 * (31 June) and for a time of day that does not exist (24:00, a leap second).
 */
export function parseInstant(text: string): Instant | undefined {
  const match = ISO_INSTANT.exec(text);
  if (match === null) return undefined;
  const parsed = Date.parse(text);
  if (Number.isNaN(parsed)) return undefined;
  const [, year, month, day, hour] = match;
  // Date.parse rolls 31 June into July; a day that changes on the way back did not exist.
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists = midnight.getUTCMonth() === Number(month) - 1 && midnight.getUTCDate() === Number(day);
  return exists && Number(hour) < 24 ? Instant(parsed) : undefined;
}

const UNITS_OF_TIME: Readonly<Record<string, (count: number) => Duration>> = {
  ms: Milliseconds,
  s: Seconds,
  min: Minutes,
  h: Hours,
  d: Days,
};

/** Reads a length of time as files write it: a whole number, a blank, a unit (`500 ms`, `1 s`, `15 min`, `2 h`, `31 d`). */
export function parseDuration(text: string): Duration | undefined {
  const [, count, unit] = /^(\d{1,9}) (ms|s|min|h|d)$/.exec(text) ?? [];
  return count === undefined || unit === undefined ? undefined : UNITS_OF_TIME[unit]?.(Number(count));
}
