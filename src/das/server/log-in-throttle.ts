import { createHmac, randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';

import type { Clock } from '#core/clock.ts';
import { type Duration, Milliseconds, Seconds } from '#core/time.ts';
import { ApiError, retryAfter } from './api-error.ts';

interface Allowance {
  /** Failures at once … */
  readonly burst: number;
  /** … and then one each. */
  readonly every: Duration;
}

/** Twenty thousand guesses a week at one name; of the passwords that are taken here it takes more. */
const OF_A_USER: Allowance = { burst: 20, every: Seconds(30) };
/** A house behind one address may have several who forget. */
const OF_AN_ADDRESS: Allowance = { burst: 40, every: Seconds(15) };

/**
 * How often logging in may fail, for each name and each address. An attempt counts as failed until it has succeeded, so that
 * many at once are as many as one after the other.
 */
export class LogInThrottle {
  readonly #users: Buckets;
  readonly #addresses: Buckets;

  constructor(clock: Clock) {
    this.#users = new Buckets(clock, OF_A_USER);
    this.#addresses = new Buckets(clock, OF_AN_ADDRESS);
  }

  /** @throws ApiError `LOG_IN_THROTTLED` */
  begin(user: string, address: string): void {
    const wait = Math.max(this.#addresses.take(networkOf(address)), this.#users.take(user));
    if (wait === 0) return;
    throw new ApiError('LOG_IN_THROTTLED', 'for this name, or from this address', {
      headers: retryAfter(Milliseconds(wait)),
    });
  }

  succeeded(user: string, address: string): void {
    this.#users.giveBack(user);
    this.#addresses.giveBack(networkOf(address));
  }
}

/** Of IPv6 the half that a provider hands out as one: whoever has it has 2^64 addresses. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}

const SLOTS = 4_096;

interface Bucket {
  tokens: number;
  filledAt: Duration;
}

/**
 * A bucket of tokens for each name, without remembering names: they are spread over a fixed number of buckets by a key that
 * nobody else knows. However many names are tried, the memory stays the same, and nobody's count is ever forgotten for
 * another's; that two may share one makes guessing slower, not faster.
 */
class Buckets {
  readonly #clock: Clock;
  readonly #allowance: Allowance;
  readonly #key = randomBytes(32);
  readonly #buckets: Bucket[];

  constructor(clock: Clock, allowance: Allowance) {
    this.#clock = clock;
    this.#allowance = allowance;
    this.#buckets = Array.from({ length: SLOTS }, () => ({ tokens: allowance.burst, filledAt: clock.monotonic() }));
  }

  /** Takes a token; where there is none, says how long it is until there is one, in milliseconds. */
  take(name: string): number {
    const bucket = this.#filled(name);
    if (bucket.tokens < 1) return (1 - bucket.tokens) * this.#allowance.every;
    bucket.tokens -= 1;
    return 0;
  }

  giveBack(name: string): void {
    const bucket = this.#filled(name);
    bucket.tokens = Math.min(this.#allowance.burst, bucket.tokens + 1);
  }

  #filled(name: string): Bucket {
    const slot = createHmac('sha256', this.#key).update(name).digest().readUInt16BE() % SLOTS;
    const bucket = this.#buckets[slot];
    if (bucket === undefined) throw new TypeError('there is no such slot');
    const now = this.#clock.monotonic();
    const { burst, every } = this.#allowance;
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.filledAt) / every);
    bucket.filledAt = now;
    return bucket;
  }
}
