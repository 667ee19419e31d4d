import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTime, Days, type Duration, Hours, Instant, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import { everyDay, everyMonth, everyPeriod, startCaptureSchedule } from '#journal/capture-schedule.ts';
import { FakeClock } from '../support/fake-clock.ts';

const utc = (...parts: [number, number, ...number[]]): Instant => Instant(Date.UTC(...parts));
const NINE = utc(2026, 10, 20, 9);

function scheduled(period: Duration, start: Instant): { clock: FakeClock; due: string[] } & Disposable {
  const clock = new FakeClock(start);
  const due: string[] = [];
  const schedule = startCaptureSchedule({
    times: everyPeriod(period),
    clock,
    onDue: (time) => due.push(new Date(time).toISOString().slice(11, 19)),
  });
  return { clock, due, [Symbol.dispose]: () => schedule[Symbol.dispose]() };
}

test('captures are due at the quarters of the clock, not a quarter after the start', async () => {
  using run = scheduled(Minutes(15), Instant(NINE + 7 * 60_000 + 123));
  await run.clock.advance(Minutes(60));
  assert.deepEqual(run.due, ['09:15:00', '09:30:00', '09:45:00', '10:00:00']);
});

test('the shortest period is a second', async () => {
  using run = scheduled(Seconds(1), Instant(NINE + 400));
  await run.clock.advance(Seconds(3));
  assert.deepEqual(run.due, ['09:00:01', '09:00:02', '09:00:03']);
});

for (const period of [Milliseconds(500), Minutes(7), Days(2), Milliseconds(Number.NaN)]) {
  test(`a period of ${period} ms is refused`, () => assert.throws(() => everyPeriod(period), RangeError));
}

test('nothing is due at the start, not even at a quarter itself', async () => {
  using run = scheduled(Minutes(15), NINE);
  await run.clock.advance(Seconds(30));
  assert.deepEqual(run.due, []);
});

test('moments that the clock was set over are not made up', async () => {
  using run = scheduled(Minutes(15), NINE);
  await run.clock.advance(Minutes(5));
  run.clock.set(utc(2026, 10, 20, 11, 3));
  await run.clock.advance(Minutes(30));
  assert.deepEqual(run.due, ['11:15:00', '11:30:00']);
});

test('a clock that is set onto a moment finds it due', async () => {
  using run = scheduled(Minutes(15), NINE);
  await run.clock.advance(Minutes(5));
  run.clock.set(utc(2026, 10, 20, 11, 0, 2));
  await run.clock.advance(Seconds(2));
  assert.deepEqual(run.due, ['11:00:00']);
});

test('moments that come again after the clock was set back are captured again', async () => {
  using run = scheduled(Minutes(15), NINE);
  await run.clock.advance(Minutes(31));
  run.clock.set(Instant(NINE + Minutes(1)));
  await run.clock.advance(Minutes(30));
  assert.deepEqual(run.due, ['09:15:00', '09:30:00', '09:15:00', '09:30:00']);
});

test('a clock that goes back by a little does not capture the same moment twice', async () => {
  using run = scheduled(Minutes(15), NINE);
  await run.clock.advance(Minutes(15));
  run.clock.set(addTime(run.clock.now(), Milliseconds(-300)));
  await run.clock.advance(Minutes(16));
  assert.deepEqual(run.due, ['09:15:00', '09:30:00']);
});

test('a period of a second goes on when the clock goes back by a little', async () => {
  using run = scheduled(Seconds(1), NINE);
  await run.clock.advance(Seconds(2));
  run.clock.set(addTime(run.clock.now(), Milliseconds(-300)));
  await run.clock.advance(Seconds(2));
  assert.deepEqual(run.due, ['09:00:01', '09:00:02', '09:00:03']);
});

test('a disposed schedule calls nobody', async () => {
  const run = scheduled(Minutes(15), NINE);
  await run.clock.advance(Minutes(14));
  run[Symbol.dispose]();
  await run.clock.advance(Minutes(15));
  assert.deepEqual(run.due, []);
  assert.equal(run.clock.waiting, 0);
});

test('a schedule goes on when a capture fails', async () => {
  const clock = new FakeClock(NINE);
  let calls = 0;
  const schedule = startCaptureSchedule({
    times: everyPeriod(Seconds(1)),
    clock,
    onDue() {
      calls += 1;
      throw new Error('no');
    },
  });
  for (let second = 0; second < 3; second += 1) await assert.rejects(clock.advance(Seconds(1)), /no/);
  assert.equal(calls, 3);
  schedule[Symbol.dispose]();
});

test('days and months begin by the legal time of the site', () => {
  const zone = new Zone('Europe/Berlin');
  const noon = utc(2026, 9, 25, 12);
  assert.equal(everyDay(zone).atOrBefore(noon), utc(2026, 9, 24, 22));
  assert.equal(everyDay(zone).after(noon), utc(2026, 9, 25, 23));
  assert.equal(everyDay(zone).after(utc(2026, 9, 24, 22)), utc(2026, 9, 25, 23), 'after, not at');
  assert.equal(everyDay(zone).after(utc(2026, 9, 24, 22)) - utc(2026, 9, 24, 22), Hours(25));
  assert.equal(everyMonth(zone).atOrBefore(noon), utc(2026, 8, 30, 22));
  assert.equal(everyMonth(zone).after(noon), utc(2026, 9, 31, 23));
  assert.equal(everyMonth(zone).after(utc(2026, 11, 24)), utc(2026, 11, 31, 23));
});
