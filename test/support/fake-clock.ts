import type { Cancel, Clock } from '#core/clock.ts';
import { addTime, type Duration, Instant, Milliseconds } from '#core/time.ts';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  #now: Instant;
  #monotonic = 0;
  readonly #timers = new Set<Timer>();

  constructor(now: Instant = Instant(Date.UTC(2026, 10, 20, 9, 15))) {
    this.#now = now;
  }

  now(): Instant {
    return this.#now;
  }

  monotonic(): Duration {
    return Milliseconds(this.#monotonic);
  }

  after(delay: Duration, callback: () => void): Cancel {
    const timer = { due: this.#monotonic + delay, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many callbacks are waiting. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Steps the wall clock alone, as an administrator would. */
  set(now: Instant): void {
    this.#now = now;
  }

  /**
   * Moves both clocks, calls back whatever falls due in order, and lets promises settle after each.
   * @param settled where that is not enough: resolves when whatever was called back has come to its end
   */
  async advance(duration: Duration, settled: () => Promise<void> = settle): Promise<void> {
    const end = this.#monotonic + duration;
    for (;;) {
      await settled();
      const next = [...this.#timers].filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#move(Math.max(0, next.due - this.#monotonic));
      next.callback();
    }
    this.#move(end - this.#monotonic);
    await settled();
  }

  #move(milliseconds: number): void {
    this.#monotonic += milliseconds;
    this.#now = addTime(this.#now, Milliseconds(milliseconds));
  }
}

/** Lets everything that is already due (promises, I/O callbacks) run. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve));
}
