import type { Cancel, Clock } from '#core/clock.ts';
import { type Duration, Milliseconds } from '#core/time.ts';

/**
 * `live`: the present is wanted. `background`: what can wait, such as captures of an outage. `doubtful`: whatever is asked of a
 * meter that did not answer the last time, and perhaps lets us wait until our patience ends.
 */
export type Priority = 'live' | 'background' | 'doubtful';

export interface GateLimits {
  /** Requests under way at once, to all meters together. */
  readonly concurrent: number;
  /** Of them, those that are no live reads at most, or are doubtful: the rest is kept for live reads. */
  readonly background: number;
  /** Requests that begin within a second, on average. */
  readonly perSecond: number;
}

/** Of what is not live: when hundreds of meters are away at once, those that are there are still read. */
const DOUBTFUL_SHARE = 1 / 4;

export const DEFAULT_GATE: GateLimits = { concurrent: 64, background: 32, perSecond: 500 };

interface Waiter {
  readonly priority: Priority;
  readonly enter: () => void;
}

/** Bounds how much is asked of all meters together, whatever waits. Live reads go first. */
export class RequestGate {
  readonly #limits: GateLimits;
  readonly #clock: Clock;
  readonly #waiting: Readonly<Record<Priority, Set<Waiter>>> = {
    live: new Set(),
    background: new Set(),
    doubtful: new Set(),
  };
  readonly #inside: Record<Priority, number> = { live: 0, background: 0, doubtful: 0 };
  /** Requests that may begin now; a second's worth at most. */
  #allowance: number;
  #refilledAt: Duration;
  #cancelRefill: Cancel | undefined;

  constructor(limits: GateLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#allowance = limits.perSecond;
    this.#refilledAt = clock.monotonic();
  }

  get inside(): number {
    return this.#inside.live + this.#inside.background + this.#inside.doubtful;
  }

  get waiting(): number {
    return this.#waiting.live.size + this.#waiting.background.size + this.#waiting.doubtful.size;
  }

  /** Waits for a place, and keeps it while the work goes on. Rejects with the signal's reason when it is aborted before. */
  async within<Result>(priority: Priority, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    await this.#enter(priority, signal);
    try {
      return await work();
    } finally {
      this.#inside[priority] -= 1;
      this.#admit();
    }
  }

  #enter(priority: Priority, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const leave = (): void => {
        this.#waiting[priority].delete(waiter);
        reject(signal.reason as Error);
      };
      const waiter = {
        priority,
        enter: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting[priority].add(waiter);
      this.#admit();
    });
  }

  #admit(): void {
    this.#refill();
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#waiting[next.priority].delete(next);
      this.#inside[next.priority] += 1;
      this.#allowance -= 1;
      next.enter();
    }
    if (this.waiting > 0 && this.#allowance < 1) this.#awaitRefill();
  }

  #next(): Waiter | undefined {
    const { concurrent, background } = this.#limits;
    if (this.#allowance < 1 || this.inside >= concurrent) return undefined;
    const [live] = this.#waiting.live;
    if (live !== undefined) return live;
    if (this.#inside.background + this.#inside.doubtful >= background) return undefined;
    const [doubtful] = this.#waiting.doubtful;
    if (doubtful !== undefined && this.#inside.doubtful < Math.ceil(background * DOUBTFUL_SHARE)) return doubtful;
    const [other] = this.#waiting.background;
    return other;
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    const earned = ((now - this.#refilledAt) * this.#limits.perSecond) / 1_000;
    this.#allowance = Math.min(this.#limits.perSecond, this.#allowance + earned);
    this.#refilledAt = now;
  }

  #awaitRefill(): void {
    if (this.#cancelRefill !== undefined) return;
    const missing = Milliseconds(Math.ceil(((1 - this.#allowance) * 1_000) / this.#limits.perSecond));
    this.#cancelRefill = this.#clock.after(missing, () => {
      this.#cancelRefill = undefined;
      this.#admit();
    });
  }
}
