import type { Clock } from '#core/clock.ts';
import { type Duration, Milliseconds } from '#core/time.ts';

interface Bucket {
  tokens: number;
  /** When it was last filled, by the monotonic clock. */
  filledAt: Duration;
}

/** How often each of a known number of names may do something: at once `burst` times, then `perSecond`. */
export class TokenBuckets {
  readonly #clock: Clock;
  readonly #perMillisecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, perSecond: number, burst: number) {
    this.#clock = clock;
    this.#perMillisecond = perSecond / 1_000;
    this.#burst = burst;
  }

  /** Takes a token. Where there is none, returns how long it is until there is one; otherwise `undefined`. */
  take(name: string): Duration | undefined {
    const bucket = this.#filled(name);
    if (bucket.tokens < 1) return Milliseconds((1 - bucket.tokens) / this.#perMillisecond);
    bucket.tokens -= 1;
    return undefined;
  }

  #filled(name: string): Bucket {
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(name) ?? { tokens: this.#burst, filledAt: now };
    bucket.tokens = Math.min(this.#burst, bucket.tokens + (now - bucket.filledAt) * this.#perMillisecond);
    bucket.filledAt = now;
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
