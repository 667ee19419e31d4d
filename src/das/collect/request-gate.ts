import type { Cancel, Clock } from '#core/clock.ts';
import { type Duration, Milliseconds } from '#core/time.ts';

/** `live`: the present is wanted. `background`: what can wait, such as captures of an outage. */
export type Priority = 'live' | 'background';

export interface GateLimits {
  /** Requests under way at once, to all meters together. */
  readonly concurrent: number;
  /** Of them, those in the background at most: the rest is kept for live reads. */
  readonly background: number;
  /** Requests that begin within a second, on average. */
  readonly perSecond: number;
}

export const DEFAULT_GATE: GateLimits = { concurrent: 64, background: 32, perSecond: 500 };

interface Waiter {
  readonly priority: Priority;
  readonly enter: () => void;
}

/** Bounds how much is asked of all meters together, whatever waits. Live reads go first. */
export class RequestGate {
  readonly #limits: GateLimits;
  readonly #clock: Clock;
  readonly #waiting: Readonly<Record<Priority, Set<Waiter>>> = { live: new Set(), background: new Set() };
  readonly #inside: Record<Priority, number> = { live: 0, background: 0 };
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
    return this.#inside.live + this.#inside.background;
  }

  get waiting(): number {
    return this.#waiting.live.size + this.#waiting.background.size;
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
    const [other] = this.#waiting.background;
    return this.#inside.background < background ? other : undefined;
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
