import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Hours, Seconds } from '#core/time.ts';
import { LogInThrottle, type Trier } from '#das/server/log-in-throttle.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const wrong = async (): Promise<boolean> => false;
const right = async (): Promise<boolean> => true;

/** How many of these guesses are looked at. */
async function looksAt(triers: Iterable<Trier>, throttle = new LogInThrottle(new FakeClock())): Promise<number> {
  let looks = 0;
  for (const trier of triers) {
    try {
      await throttle.attempt(trier, wrong);
      looks += 1;
    } catch (error) {
      assert.equal((error as { code: string }).code, 'LOG_IN_THROTTLED');
    }
  }
  return looks;
}

const manyOf = (trierOf: (index: number) => Trier, count = 200): readonly Trier[] =>
  Array.from({ length: count }, (_, index) => trierOf(index));

const vera = (address: string): Trier => ({ name: 'vera', address });

describe('an address has 40 attempts that fail, whatever the names', () => {
  for (const [network, addressOf] of Object.entries<(index: number) => string>({
    'one of IPv4': () => '192.0.2.1',
    'one of IPv4, as a socket of IPv6 has it': () => '::ffff:192.0.2.1',
    'a /64 of IPv6': (index) => `2001:db8:1:2:${index.toString(16)}::1`,
    'a /64 of IPv6 with zeros that are left out': (index) =>
      index % 2 === 0 ? `2001:db8::${index}` : `2001:db8::${index}:1`,
  })) {
    it(network, async () => {
      const triers = manyOf((index) => ({ name: `name${index}`, address: addressOf(index) }));
      assert.equal(await looksAt(triers), 40);
    });
  }

  it('and others have theirs', async () => {
    const four = manyOf((index) => ({ name: `name${index}`, address: `192.0.2.${index}` }));
    const six = manyOf((index) => ({ name: `name${index}`, address: `2001:db8:0:${index.toString(16)}::1` }));
    assert.deepEqual([await looksAt(four), await looksAt(six)], [200, 200]);
  });

  it('then one in 15 seconds, and never more saved up than at the beginning', async () => {
    const clock = new FakeClock();
    const throttle = new LogInThrottle(clock);
    const from = (count: number) => manyOf((index) => ({ name: `name${index}`, address: '192.0.2.1' }), count);
    await clock.advance(Hours(1_000));
    assert.equal(await looksAt(from(100), throttle), 40);
    await clock.advance(Seconds(15));
    assert.equal(await looksAt(from(100), throttle), 1);
  });
});

describe('a name', () => {
  it('is guessed at from an address 10 times, then once in a minute', async () => {
    const clock = new FakeClock();
    const throttle = new LogInThrottle(clock);
    const guesses = manyOf(() => vera('198.51.100.1'));
    assert.equal(await looksAt(guesses, throttle), 10);
    await clock.advance(Seconds(60));
    assert.equal(await looksAt(guesses, throttle), 1);
  });

  it('lets its owner in from elsewhere, however many addresses guess at it', async () => {
    const throttle = new LogInThrottle(new FakeClock());
    await looksAt(
      manyOf((index) => vera(`198.51.${index >> 8}.${index & 255}`), 5_000),
      throttle,
    );
    assert.equal(await throttle.attempt(vera('203.0.113.1'), right), true);
  });

  it('that is refused uses up nothing of its address', async () => {
    const throttle = new LogInThrottle(new FakeClock());
    await looksAt(
      manyOf(() => vera('198.51.100.1'), 1_000),
      throttle,
    );
    const others = manyOf((index) => ({ name: `name${index}`, address: '198.51.100.1' }));
    assert.equal(await looksAt(others, throttle), 30);
  });

  it('that is known has 20 attempts of its own, which nobody else uses up', async () => {
    const throttle = new LogInThrottle(new FakeClock());
    await looksAt(
      manyOf(() => vera('198.51.100.1'), 1_000),
      throttle,
    );
    const known = { known: 'a device of vera' };
    assert.equal(await throttle.attempt(known, right), true);
    assert.equal(
      await looksAt(
        manyOf(() => known),
        throttle,
      ),
      20,
    );
    assert.equal(await throttle.attempt({ known: 'another device of vera' }, right), true);
  });

  it('is not forgotten for ten thousand others', async () => {
    const throttle = new LogInThrottle(new FakeClock());
    const guesses = manyOf(() => vera('198.51.100.1'), 20);
    await looksAt(guesses, throttle);
    await looksAt(
      manyOf((index) => ({ name: `name${index}`, address: `10.0.${index >> 8}.${index & 255}` }), 10_000),
      throttle,
    );
    assert.equal(await looksAt(guesses, throttle), 0);
  });
});

describe('an attempt', () => {
  it('that succeeds does not count', async () => {
    const throttle = new LogInThrottle(new FakeClock());
    for (let attempt = 0; attempt < 100; attempt += 1)
      assert.equal(await throttle.attempt(vera('192.0.2.1'), right), true);
  });

  it('counts as failed until it has succeeded', async () => {
    const throttle = new LogInThrottle(new FakeClock());
    const look = Promise.withResolvers<boolean>();
    const attempts = Array.from({ length: 30 }, () => throttle.attempt(vera('192.0.2.1'), () => look.promise));
    const settled = Promise.allSettled(attempts);
    look.resolve(true);
    assert.equal((await settled).filter(({ status }) => status === 'fulfilled').length, 10);
  });

  it('that was not looked at does not count: whoever has many addresses cannot use up the buckets of all', async () => {
    const throttle = new LogInThrottle(new FakeClock());
    const busy = async (): Promise<boolean> => {
      throw new Error('too many are in line');
    };
    for (let attempt = 0; attempt < 300; attempt += 1)
      await assert.rejects(throttle.attempt(vera('192.0.2.1'), busy), /in line/);
    assert.equal(await throttle.attempt(vera('192.0.2.1'), right), true);
  });
});
