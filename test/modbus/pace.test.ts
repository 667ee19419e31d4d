import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cancel } from '#core/clock.ts';
import { addTime, type Duration, type Instant, Milliseconds, Seconds } from '#core/time.ts';
import { Pace } from '#modbus/poll/pace.ts';
import { START } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** When rounds begin, in milliseconds after START, each with the periods since the one before. */
class Rounds {
  readonly clock: FakeClock;
  readonly #pace: Pace;

  constructor(start: Instant) {
    this.clock = new FakeClock(start);
    this.#pace = new Pace(this.clock, Seconds(1));
  }

  /** The round takes so long, and then the next one is waited for, for three seconds at most. */
  async next(taking = 0): Promise<readonly [number, number]> {
    await this.clock.advance(Milliseconds(taking));
    const begun: (readonly [number, number])[] = [];
    const waiting = this.#pace.next(new AbortController().signal).then((passed) => {
      begun.push([this.clock.now() - START, passed]);
    });
    for (let time = 0; begun.length === 0 && time < 3_000; time += 1) await this.clock.advance(Milliseconds(1));
    await waiting;
    return begun[0] ?? assert.fail('no round');
  }
}

test('rounds begin at whole seconds, wherever the first one began', async () => {
  const rounds = new Rounds(addTime(START, Milliseconds(413)));
  assert.deepEqual(
    [await rounds.next(), await rounds.next(), await rounds.next()],
    [
      [1_000, 1],
      [2_000, 1],
      [3_000, 1],
    ],
  );
});

test('a round that takes long is followed at the next whole second; those that it ran over are left out', async () => {
  const rounds = new Rounds(START);
  assert.deepEqual(
    [await rounds.next(999), await rounds.next(1_001), await rounds.next(), await rounds.next(2_300)],
    [
      [1_000, 1],
      [3_000, 2],
      [4_000, 1],
      [7_000, 3],
    ],
  );
});

test('a clock that is set does not hold the rounds up', async () => {
  for (const step of [-3_600_000, 3_600_000, -300, 300]) {
    const rounds = new Rounds(START);
    await rounds.next();
    rounds.clock.set(addTime(rounds.clock.now(), Milliseconds(step)));
    const before = rounds.clock.monotonic();
    await rounds.next(10);
    assert.ok(rounds.clock.monotonic() - before <= 1_300, `${step}`);
    const [begun] = await rounds.next(10);
    assert.equal(Math.abs(begun % 1_000), 0, `${step}`);
  }
});

/** As the timers of Node.js do at times. */
class EarlyClock extends FakeClock {
  override after(delay: Duration, callback: () => void): Cancel {
    return super.after(Milliseconds(Math.max(1, delay - 1)), callback);
  }
}

test('a timer that calls back too early does not begin the round', async () => {
  const clock = new EarlyClock(START);
  const begun = new Pace(clock, Seconds(1)).next(new AbortController().signal).then(() => clock.now());
  await clock.advance(Seconds(1));
  assert.equal(await begun, addTime(START, Seconds(1)));
});
