import { type Clock, sleep } from '#core/clock.ts';
import { addTime, type Duration, Instant, Milliseconds, timeBetween } from '#core/time.ts';

/**
 * Lets rounds begin at whole periods of the wall clock: so a sample comes right after each moment that captures are taken
 * for, and has all of a period to be late. Begun anywhere else, rounds would sooner or later lie so that a little delay
 * puts two of them into one second and none into the next.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #period: Duration;
  #begun: Instant;
  #begunAt: Duration;

  /** The first round begins now. */
  constructor(clock: Clock, period: Duration) {
    this.#clock = clock;
    this.#period = period;
    this.#begun = clock.now();
    this.#begunAt = clock.monotonic();
  }

  /** Waits for the next round to begin, and returns how many periods after the one before it does. */
  async next(signal: AbortSignal): Promise<number> {
    const target = this.#target();
    // A timer may call back a moment too early, and the clock be set meanwhile: then the period that remains is waited for.
    for (let wait = this.#until(target); wait > 0; wait = this.#until(target)) await sleep(this.#clock, wait, signal);
    const passed = this.#clock.monotonic() - this.#begunAt;
    this.#begun = this.#clock.now();
    this.#begunAt = this.#clock.monotonic();
    return Math.max(1, Math.round(passed / this.#period));
  }

  /** The first whole period that is not over, and not the one in which the last round began. */
  #target(): Instant {
    const after = addTime(this.#floor(this.#begun), this.#period);
    const now = this.#clock.now();
    return now <= after ? after : addTime(this.#floor(now), this.#period);
  }

  #floor(instant: Instant): Instant {
    return Instant(Math.floor(instant / this.#period) * this.#period);
  }

  /** More than a period is left only where the clock was set back: then the round begins at once. */
  #until(target: Instant): Duration {
    const wait = timeBetween(this.#clock.now(), target);
    return wait > this.#period ? Milliseconds(0) : wait;
  }
}
