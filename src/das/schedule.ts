import { type Duration, type Instant, Milliseconds, Minutes, Seconds } from '#core/time.ts';

/** What is read of a meter, the most urgent first. */
export const taskNames = ['live', 'events', 'captures', 'profiles'] as const;
export type TaskName = (typeof taskNames)[number];

/** How often each is read. */
export type Schedule = Readonly<Record<TaskName, Duration>>;

export const DEFAULT_SCHEDULE: Schedule = {
  live: Minutes(1),
  events: Minutes(5),
  captures: Minutes(15),
  profiles: Minutes(24 * 60),
};

/** While a person looks at a meter. */
export const WATCHED_PERIOD: Duration = Seconds(2);

/**
 * How far into each period a meter has its turn: always the same for one meter, and spread evenly over all of them, so
 * that they are not all asked at the quarter hour.
 */
export function phaseOf(meter: string, task: string, period: Duration): Duration {
  return Milliseconds(Math.floor(fractionOf(`${task} ${meter}`) * period));
}

/** The time until the next turn, which is never now: whoever has just had one waits for the next. */
export function timeToTurn(now: Instant, period: Duration, phase: Duration): Duration {
  const into = (((now - phase) % period) + period) % period;
  return Milliseconds(period - into);
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * A number from 0 to 1 that a text always gives: FNV-1a, and a last mixing because names of meters differ at the end.
 * @see https://datatracker.ietf.org/doc/html/draft-eastlake-fnv-17
 */
export function fractionOf(text: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
