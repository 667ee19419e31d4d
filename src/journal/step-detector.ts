import type { Clock } from '#core/clock.ts';
import { addTime, type Duration, type Instant, Milliseconds, timeBetween } from '#core/time.ts';

/** The wall clock was set. */
export interface ClockStep {
  /** What it would have shown. */
  readonly from: Instant;
  /** What it showed. */
  readonly to: Instant;
}

/**
 * Notices when the wall clock is set: it then goes away from the monotonic clock, which nobody can set. A daemon that only
 * makes the clock run a little faster or slower moves both alike. Steps below the limit add up until they exceed it.
 */
export class StepDetector {
  readonly #clock: Clock;
  readonly #limit: Duration;
  /** What the wall clock shows when the monotonic clock stands at 0. */
  #origin: Instant;

  constructor(clock: Clock, limit: Duration) {
    this.#clock = clock;
    this.#limit = limit;
    this.#origin = this.#currentOrigin();
  }

  /** The step since the last call, or `undefined`. */
  check(): ClockStep | undefined {
    const origin = this.#currentOrigin();
    const before = this.#origin;
    if (Math.abs(timeBetween(before, origin)) <= this.#limit) return undefined;
    this.#origin = origin;
    const to = this.#clock.now();
    return { from: addTime(to, timeBetween(origin, before)), to };
  }

  #currentOrigin(): Instant {
    return addTime(this.#clock.now(), Milliseconds(-Math.round(this.#clock.monotonic())));
  }
}
