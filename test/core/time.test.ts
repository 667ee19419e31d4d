import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep, systemClock } from '#core/clock.ts';
import {
  addTime,
  formatInstant,
  Instant,
  Milliseconds,
  Minutes,
  parseDuration,
  parseInstant,
  Seconds,
  timeBetween,
} from '#core/time.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('an instant is written in UTC with milliseconds', () => {
  const instant = Instant(Date.UTC(2026, 10, 20, 9, 15));
  assert.equal(formatInstant(instant), '2026-11-20T09:15:00.000Z');
  assert.equal(parseInstant('2026-11-20T10:15:00+01:00'), instant);
  assert.equal(timeBetween(instant, addTime(instant, Minutes(2))), Seconds(120));
});

for (const text of ['2026-11-20', '2026-11-20T09:15:00', '2026-06-31T00:00:00Z', '2026-11-20T24:00:00Z', '', 'now']) {
  test(`"${text}" is no instant`, () => assert.equal(parseInstant(text), undefined));
}

test('half a millisecond is a mistake of the programmer', () => {
  assert.throws(() => Instant(0.5), TypeError);
});

test('sleeping ends when the clock says so', async () => {
  const clock = new FakeClock();
  let awake = false;
  const sleeping = sleep(clock, Seconds(5)).then(() => {
    awake = true;
  });
  await clock.advance(Milliseconds(4_999));
  assert.equal(awake, false);
  await clock.advance(Milliseconds(1));
  assert.equal(awake, true);
  await sleeping;
});

test('an aborted sleep ends at once and leaves no timer', async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const sleeping = sleep(clock, Seconds(5), controller.signal);
  controller.abort(new Error('stopped'));
  await assert.rejects(sleeping, /stopped/);
  assert.equal(clock.waiting, 0);
  await assert.rejects(sleep(clock, Seconds(5), controller.signal), /stopped/);
});

test('the system clock calls back, and not when cancelled', async () => {
  const cancelled = systemClock.after(Milliseconds(0), () => assert.fail('was cancelled'));
  cancelled();
  const before = systemClock.monotonic();
  await sleep(systemClock, Milliseconds(1));
  assert.ok(systemClock.monotonic() >= before);
  assert.ok(systemClock.now() > Date.UTC(2024, 0));
});

test('a length of time is a whole number and a unit', () => {
  assert.equal(parseDuration('500 ms'), Milliseconds(500));
  assert.equal(parseDuration('15 min'), Minutes(15));
  for (const text of ['5', '5s', '1.5 s', '-1 s', '5 weeks', '']) assert.equal(parseDuration(text), undefined);
});
