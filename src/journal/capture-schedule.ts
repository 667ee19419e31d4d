import type { Cancel, Clock } from '#core/clock.ts';
import { addTime, Days, type Duration, Instant, Milliseconds, Seconds } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import { dayAfter, startOfDay } from './calendar-day.ts';

/** The moments of the clock that captures, or the entries of a profile, are taken for. */
export interface CaptureTimes {
  /** How far they are apart, counted from 00:00 UTC; absent where it is not always the same. */
  readonly period?: Duration;
  /** The last one that is not after `instant`. */
  atOrBefore(instant: Instant): Instant;
  /** The first one after `instant`. */
  after(instant: Instant): Instant;
}

/** Moments that are always as far apart. */
export type PeriodicTimes = CaptureTimes & { readonly period: Duration };

const SHORTEST_PERIOD = Seconds(1);

/**
 * Every so long, counted from 00:00 UTC.
 * @throws RangeError for a period below a second, or one that does not divide a day: it would not stay aligned
 */
export function everyPeriod(period: Duration): PeriodicTimes {
  if (period < SHORTEST_PERIOD || Days(1) % period !== 0) {
    throw new RangeError(`a capture period is a whole part of a day and at least a second, not ${period} ms`);
  }
  const atOrBefore = (instant: Instant): Instant => Instant(Math.floor(instant / period) * period);
  return { period, atOrBefore, after: (instant) => addTime(atOrBefore(instant), period) };
}

/** The beginning of every day at the site. */
export function everyDay(zone: Zone): CaptureTimes {
  return {
    atOrBefore: (instant) => startOfDay(zone, zone.localTime(instant)),
    after: (instant) => startOfDay(zone, dayAfter(zone.localTime(instant))),
  };
}

/** The beginning of every month at the site. */
export function everyMonth(zone: Zone): CaptureTimes {
  return {
    atOrBefore: (instant) => startOfDay(zone, { ...zone.localTime(instant), day: 1 }),
    after(instant) {
      const { year, month } = zone.localTime(instant);
      return startOfDay(zone, month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 });
    },
  };
}

/** Whenever one of them has a moment. */
export const atAnyOf = (...all: readonly CaptureTimes[]): CaptureTimes => ({
  atOrBefore: (instant) => Instant(Math.max(...all.map((times) => times.atOrBefore(instant)))),
  after: (instant) => Instant(Math.min(...all.map((times) => times.after(instant)))),
});

/** A capture that is later than this would pass off the values of one time as those of another: it is left out. */
const LATEST = Seconds(10);

/** So often the clock is looked at: it may have been set meanwhile. */
const LONGEST_WAIT = Seconds(1);

/**
 * Says which capture is due. It knows the clock may be set: forward, and the moments that were passed over are not made
 * up; back, and the moments that come again are captured again (each capture has a number of its own), except that the
 * last one is not repeated where the clock went back by less than a period.
 */
export class DueTimes {
  readonly #times: CaptureTimes;
  #last: Instant;

  /** The period that is running at the start is over for us: it was not seen to begin. */
  constructor(times: CaptureTimes, start: Instant) {
    this.#times = times;
    this.#last = times.atOrBefore(start);
  }

  /** The moment that is to be captured now, or `undefined`. Each is told once. */
  take(now: Instant): Instant | undefined {
    const current = this.#times.atOrBefore(now);
    if (current === this.#last || this.#times.after(now) === this.#last) return undefined;
    this.#last = current;
    return now - current < LATEST ? current : undefined;
  }

  /** How long to wait before asking again. */
  wait(now: Instant): Duration {
    return Milliseconds(Math.min(this.#times.after(now) - now, LONGEST_WAIT));
  }
}

export interface CaptureScheduleOptions {
  readonly times: CaptureTimes;
  readonly clock: Clock;
  /** Told each moment as it comes. */
  readonly onDue: (captureTime: Instant) => void;
}

/** Calls when captures are due, until it is disposed of. */
export function startCaptureSchedule({ times, clock, onDue }: CaptureScheduleOptions): Disposable {
  const dueTimes = new DueTimes(times, clock.now());
  let cancel: Cancel;
  const arm = (): void => {
    cancel = clock.after(dueTimes.wait(clock.now()), wake);
  };
  const wake = (): void => {
    const due = dueTimes.take(clock.now());
    arm();
    if (due !== undefined) onDue(due);
  };
  arm();
  return { [Symbol.dispose]: () => cancel() };
}
