import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatInstant } from '#core/time.ts';
import { choice, date, list, name, struct, time, u16 } from './support/data.ts';
import { at, StandardMeter, secondsAfter, verdict } from './support/standard-meter.ts';

const SCHEDULE = [22, '0-0:15.0.1.255'] as const;
const SCRIPT = struct(name('0-0:10.0.106.255'), u16(1));

async function scheduled(...times: readonly (readonly [string, string])[]): Promise<StandardMeter> {
  const meter = new StandardMeter();
  await meter.write(...SCHEDULE, 2, SCRIPT);
  const entries = times.map(([days, hours]) => struct(time(hours), date(days)));
  assert.equal(verdict(await meter.write(...SCHEDULE, 4, list(...entries))), 'done');
  await meter.write(...SCHEDULE, 3, choice(5));
  meter.sink.taken();
  return meter;
}

const secondBefore = (moment: string): string => formatInstant(secondsAfter(-1, at(moment)));

/** Whether the script ran at each of these moments. */
async function runs(meter: StandardMeter, ...moments: readonly string[]): Promise<readonly boolean[]> {
  const ran: boolean[] = [];
  for (const moment of moments) {
    await meter.sample(at(moment));
    ran.push(meter.sink.taken().some((event) => event.startsWith('disconnect-ordered by schedule')));
  }
  return ran;
}

test('a script runs when its moment has come, in legal time, once', async () => {
  const meter = await scheduled(['2026-11-21', '06:00:00']);
  assert.deepEqual(
    await runs(meter, '2026-11-21T04:59:59.900Z', '2026-11-21T05:00:00.900Z', '2026-11-21T05:00:01.900Z'),
    [false, true, false],
  );
});

test('a moment between two samples is not missed', async () => {
  const meter = await scheduled(['*-*-*', '06:00:00']);
  assert.deepEqual(await runs(meter, '2026-11-21T04:59:00Z', '2026-11-21T05:03:00Z'), [false, true]);
});

test('a moment that fell into a long pause is gone', async () => {
  const meter = await scheduled(['*-*-*', '06:00:00']);
  assert.deepEqual(await runs(meter, '2026-11-21T04:59:00Z', '2026-11-21T05:15:00Z'), [false, false]);
});

test('nothing runs for what was before the first sample, or when the clock is set back', async () => {
  const meter = await scheduled(['*-*-*', '06:00:00']);
  assert.deepEqual(await runs(meter, '2026-11-21T05:00:00Z', '2026-11-21T04:50:00Z'), [false, false]);
});

test('several moments, each on its day', async () => {
  const meter = await scheduled(['*-*-* 6', '06:00:00'], ['*-*-22', '07:30:00']);
  const moments = ['2026-11-21T05:00:00Z', '2026-11-21T06:30:00Z', '2026-11-22T05:00:00Z', '2026-11-22T06:30:00Z'];
  const ran: boolean[] = [];
  for (const moment of moments) ran.push(...(await runs(meter, secondBefore(moment), moment)));
  assert.deepEqual(ran, [false, true, false, false, false, false, false, true]);
});

test('a time without an hour is no moment', async () => {
  const meter = new StandardMeter();
  const open = list(struct(time('255:00:00'), date('*-*-*')));
  assert.equal(verdict(await meter.write(...SCHEDULE, 4, open)), 'VALUE_NOT_ALLOWED');
});

test('a script that is not there is not run, and nothing else suffers', async () => {
  const meter = await scheduled(['*-*-*', '06:00:00']);
  await meter.write(...SCHEDULE, 2, struct(name('0-0:10.0.99.255'), u16(1)));
  meter.sink.taken();
  await meter.sample(at('2026-11-21T04:59:59Z'));
  await meter.sample(at('2026-11-21T05:00:00Z'));
  assert.deepEqual(meter.sink.taken(), []);
});

test('the end of a day and of a month capture their billing profiles', async () => {
  const meter = new StandardMeter();
  const captured = (): readonly number[] =>
    ['billing-daily', 'billing-monthly'].map((name) => meter.history(name).count());
  await meter.sample(at('2026-11-29T22:59:59Z'));
  await meter.sample(at('2026-11-29T23:00:00Z'));
  assert.deepEqual(captured(), [1, 0]);
  await meter.sample(at('2026-11-30T22:59:59Z'));
  await meter.sample(at('2026-11-30T23:00:00Z'));
  assert.deepEqual(captured(), [2, 1]);
});
