import assert from 'node:assert/strict';
import { it } from 'node:test';

import { Milliseconds, Seconds } from '#core/time.ts';
import { TokenBuckets } from '#http/token-buckets.ts';
import { FakeClock } from '../support/fake-clock.ts';

it('gives out a burst at once, then one at a time, each when it has said it would', async () => {
  const clock = new FakeClock();
  const buckets = new TokenBuckets(clock, 2, 3);
  assert.deepEqual([buckets.take('a'), buckets.take('a'), buckets.take('a')], [undefined, undefined, undefined]);
  assert.equal(buckets.take('a'), 500);
  await clock.advance(Milliseconds(400));
  assert.equal(Math.round(buckets.take('a') ?? 0), 100);
  await clock.advance(Milliseconds(101));
  assert.equal(buckets.take('a'), undefined);
  assert.notEqual(buckets.take('a'), undefined);
});

it('never gives more than a burst, however long nobody asked', async () => {
  const clock = new FakeClock();
  const buckets = new TokenBuckets(clock, 1, 2);
  buckets.take('a');
  await clock.advance(Seconds(3_600));
  assert.deepEqual([buckets.take('a'), buckets.take('a')], [undefined, undefined]);
  assert.equal(buckets.take('a'), 1_000);
});

it('counts each name by itself', () => {
  const buckets = new TokenBuckets(new FakeClock(), 1, 1);
  assert.equal(buckets.take('a'), undefined);
  assert.equal(buckets.take('b'), undefined);
  assert.notEqual(buckets.take('a'), undefined);
});
