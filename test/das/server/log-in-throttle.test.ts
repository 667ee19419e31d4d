import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Hours, Seconds } from '#core/time.ts';
import { LogInThrottle } from '#das/server/log-in-throttle.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const THROTTLED = { code: 'LOG_IN_THROTTLED' };

/** So many names, one after the other: none of them is tried often. */
function* names() {
  for (let number = 0; ; number += 1) yield `name${number}`;
}

/** How many attempts these addresses have until one is refused. */
function attemptsFrom(addresses: Iterable<string>): number {
  const throttle = new LogInThrottle(new FakeClock());
  const guessed = names();
  let attempts = 0;
  for (const address of addresses) {
    try {
      throttle.begin(guessed.next().value ?? '', address);
    } catch {
      return attempts;
    }
    attempts += 1;
  }
  return attempts;
}

const manyOf = (addressOf: (index: number) => string): readonly string[] =>
  Array.from({ length: 200 }, (_, index) => addressOf(index));

describe('an address has 40 attempts that fail', () => {
  for (const [network, addressOf] of Object.entries<(index: number) => string>({
    'one of IPv4': () => '192.0.2.1',
    'one of IPv4, as a socket of IPv6 has it': () => '::ffff:192.0.2.1',
    'a /64 of IPv6': (index) => `2001:db8:1:2:${index.toString(16)}::1`,
    'a /64 of IPv6 with zeros that are left out': (index) =>
      index % 2 === 0 ? `2001:db8::${index}` : `2001:db8::${index}:1`,
  })) {
    it(network, () => assert.equal(attemptsFrom(manyOf(addressOf)), 40));
  }

  it('and others have theirs', () => {
    assert.equal(attemptsFrom(manyOf((index) => `192.0.2.${index}`)), 200);
    assert.equal(attemptsFrom(manyOf((index) => `2001:db8:0:${index.toString(16)}::1`)), 200);
  });
});

describe('a name', () => {
  const anywhere = (index: number): string => `198.51.100.${index % 250}`;
  const exhaust = (throttle: LogInThrottle): void => {
    for (let attempt = 0; attempt < 20; attempt += 1) throttle.begin('vera', anywhere(attempt));
  };

  it('is guessed at 20 times, from wherever, then once in half a minute', async () => {
    const clock = new FakeClock();
    const throttle = new LogInThrottle(clock);
    exhaust(throttle);
    assert.throws(() => throttle.begin('vera', anywhere(99)), THROTTLED);
    await clock.advance(Seconds(30));
    throttle.begin('vera', anywhere(100));
    assert.throws(() => throttle.begin('vera', anywhere(101)), THROTTLED);
  });

  it('never has more attempts saved up than at the beginning', async () => {
    const clock = new FakeClock();
    const throttle = new LogInThrottle(clock);
    await clock.advance(Hours(1_000));
    exhaust(throttle);
    assert.throws(() => throttle.begin('vera', anywhere(99)), THROTTLED);
  });

  it('is not forgotten for ten thousand others', () => {
    const throttle = new LogInThrottle(new FakeClock());
    exhaust(throttle);
    const guessed = names();
    for (let index = 0; index < 10_000; index += 1) {
      try {
        throttle.begin(guessed.next().value ?? '', `10.0.${index >> 8}.${index & 255}`);
      } catch (error) {
        assert.equal((error as { code: string }).code, 'LOG_IN_THROTTLED');
      }
    }
    assert.throws(() => throttle.begin('vera', '203.0.113.1'), THROTTLED);
  });
});
