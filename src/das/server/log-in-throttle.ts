import { createHmac, randomBytes } from 'node:crypto';

import type { Clock } from '#core/clock.ts';
import { type Duration, Milliseconds, Seconds } from '#core/time.ts';
import { ApiError, retryAfter } from './api-error.ts';
import { networkOf } from './network.ts';

interface Allowance {
  /** Failures at once … */
  readonly burst: number;
  /** … and then one each. */
  readonly every: Duration;
}

/** Twenty thousand guesses a week for whoever has stolen the device; of the passwords that are taken here it takes more. */
const OF_WHO_IS_KNOWN: Allowance = { burst: 20, every: Seconds(30) };
const OF_A_NAME_FROM_AN_ADDRESS: Allowance = { burst: 10, every: Seconds(60) };
/** A house behind one address may have several who forget. */
const OF_AN_ADDRESS: Allowance = { burst: 40, every: Seconds(15) };

/** Who tries: a stranger, or who has shown before that he knows the password, by what that was. */
export type Trier = { readonly known: string } | { readonly name: string; readonly address: string };

/**
 * How often logging in may fail. Nobody's failures count for anybody else: those of strangers count for the name together with
 * the address that they come from, and for the address; never for the name alone, since then whoever guesses at a name would
 * keep its owner out. Who is known has a count of his own, and is not kept out by strangers behind the same address.
 *
 * An attempt counts as failed until it has succeeded, so that many at once are as many as one after the other.
 */
export class LogInThrottle {
  readonly #known: Buckets;
  readonly #names: Buckets;
  readonly #addresses: Buckets;

  constructor(clock: Clock) {
    this.#known = new Buckets(clock, OF_WHO_IS_KNOWN);
    this.#names = new Buckets(clock, OF_A_NAME_FROM_AN_ADDRESS);
    this.#addresses = new Buckets(clock, OF_AN_ADDRESS);
  }

  /**
   * Looks at a password, if that may be. What was not looked at, because too many others are in line, does not count: else
   * whoever has many addresses could use up the buckets of all.
   * @returns whether it was the right one
   * @throws ApiError `LOG_IN_THROTTLED`
   */
  async attempt(trier: Trier, isRight: () => Promise<boolean>): Promise<boolean> {
    const buckets = this.#bucketsOf(trier);
    const wait = Math.max(...buckets.map((bucket) => bucket.wait()));
    if (wait > 0)
      throw new ApiError('LOG_IN_THROTTLED', 'for this name, from this address', {
        headers: retryAfter(Milliseconds(wait)),
      });
    for (const bucket of buckets) bucket.take();
    let hasFailed = false;
    try {
      const right = await isRight();
      hasFailed = !right;
      return right;
    } finally {
      if (!hasFailed) for (const bucket of buckets) bucket.giveBack();
    }
  }

  #bucketsOf(trier: Trier): readonly Bucket[] {
    if ('known' in trier) return [this.#known.of(trier.known)];
    const network = networkOf(trier.address);
    return [this.#addresses.of(network), this.#names.of(`${network}\n${trier.name}`)];
  }
}

const SLOTS = 4_096;

/**
 * A bucket for each name, without remembering names: they are spread over a fixed number of buckets by a key that nobody else
 * knows. However many names are tried, the memory stays the same, and nobody's count is ever forgotten for another's. Two may
 * share one; but nobody can choose with whom, and all of them fill up faster than passwords can be looked at.
 */
class Buckets {
  readonly #key = randomBytes(32);
  readonly #buckets: readonly Bucket[];

  constructor(clock: Clock, allowance: Allowance) {
    this.#buckets = Array.from({ length: SLOTS }, () => new Bucket(clock, allowance));
  }

  of(name: string): Bucket {
    const slot = createHmac('sha256', this.#key).update(name).digest().readUInt16BE() % SLOTS;
    const bucket = this.#buckets[slot];
    if (bucket === undefined) throw new TypeError('there is no such slot');
    return bucket;
  }
}

/** Tokens that come back with time. */
class Bucket {
  readonly #clock: Clock;
  readonly #allowance: Allowance;
  #tokens: number;
  #filledAt: Duration;

  constructor(clock: Clock, allowance: Allowance) {
    this.#clock = clock;
    this.#allowance = allowance;
    this.#tokens = allowance.burst;
    this.#filledAt = clock.monotonic();
  }

  /** How long it is until there is a token, in milliseconds; 0 where there is one. */
  wait(): number {
    this.#fill();
    return this.#tokens < 1 ? (1 - this.#tokens) * this.#allowance.every : 0;
  }

  take(): void {
    this.#tokens -= 1;
  }

  giveBack(): void {
    this.#fill();
    this.#tokens = Math.min(this.#allowance.burst, this.#tokens + 1);
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    const { burst, every } = this.#allowance;
    this.#tokens = Math.min(burst, this.#tokens + (now - this.#filledAt) / every);
    this.#filledAt = now;
  }
}
