import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SampleFlag } from '#core/sample.ts';
import { CounterEvents } from '#journal/counter-events.ts';
import { exampleSample, goodValues, METER_ID, START } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newCapture, open } from './support/journals.ts';

const COUNTERS = ['energy'];

const sample = (energy: bigint | 'unreachable', ...flags: SampleFlag[]) =>
  exampleSample({ ...goodValues, energy }, START, ...flags);

/** What is told of a counter that goes from one value to another. */
function toldOf(from: bigint, to: bigint, ...flags: SampleFlag[]): readonly (readonly [string, unknown])[] {
  const counters = new CounterEvents(METER_ID, COUNTERS, []);
  assert.deepEqual(counters.note(sample(from), 1n), []);
  return counters.note(sample(to, ...flags), 2n).map(({ name, data }) => [name, data]);
}

const data = (from: bigint, to: bigint, sampleNumber = 2n) => ({
  device: METER_ID,
  counter: 'energy',
  from,
  to,
  scaler: 0n,
  unit: 'Wh',
  sample: sampleNumber,
});

test('a counter that grows or stands still is no event', () => {
  assert.deepEqual(toldOf(100n, 101n), []);
  assert.deepEqual(toldOf(100n, 100n), []);
});

for (const [flags, name] of [
  [[], 'counter-stepped-back'],
  [['counter-stepped-back'], 'counter-stepped-back'],
  [['counter-reset'], 'counter-reset'],
  [['device-restarted'], 'counter-back-by-restart'],
  [['counter-rolled-over'], 'counter-rolled-over'],
  [['counter-rolled-over', 'device-restarted', 'counter-reset'], 'counter-rolled-over'],
] as const satisfies readonly (readonly [readonly SampleFlag[], string])[]) {
  test(`a counter that falls with ${flags.join(' and ') || 'no flag'} is "${name}", with both values`, () => {
    assert.deepEqual(toldOf(1_000n, 10n, ...flags), [[name, data(1_000n, 10n)]]);
  });
}

test('a counter that falls by a little has not passed its end, whatever another one has', () => {
  assert.deepEqual(toldOf(1_000n, 990n, 'counter-rolled-over'), [['counter-stepped-back', data(1_000n, 990n)]]);
  assert.deepEqual(toldOf(1_000n, 990n, 'counter-rolled-over', 'device-restarted'), [
    ['counter-back-by-restart', data(1_000n, 990n)],
  ]);
});

test('a value that is missing in between changes nothing', () => {
  const counters = new CounterEvents(METER_ID, COUNTERS, []);
  counters.note(sample(100n), 1n);
  assert.deepEqual(counters.note(sample('unreachable', 'device-unreachable'), 2n), []);
  assert.equal(counters.note(sample(99n), 3n).length, 1);
});

test('a step is told once', () => {
  const counters = new CounterEvents(METER_ID, COUNTERS, []);
  counters.note(sample(100n), 1n);
  assert.equal(counters.note(sample(50n), 2n).length, 1);
  assert.deepEqual(counters.note(sample(51n), 3n), []);
});

/** A capture of a moment at which the device did not answer. */
const away = (number: number) => newCapture(number, { values: { ...goodValues, energy: 'unreachable' } });

for (const [what, captured] of [
  ['from the last capture', [newCapture(1)]],
  ['from the last capture that has a value, where the device was away before', [newCapture(1), away(2), away(3)]],
] as const) {
  test(`a step while the service was down is told ${what}, and stands in the calibration book`, () => {
    const folder = temporaryFolder();
    {
      using journal = open(folder);
      for (const capture of captured) journal.capture(capture);
    }
    using journal = open(folder);
    const captures = journal.captures.read({ device: METER_ID }, 'newest-first');
    const counters = new CounterEvents(METER_ID, COUNTERS, captures);
    for (const event of counters.note(sample(7n, 'counter-reset'), 9n)) journal.log(event);
    const [event] = journal.events.read({ book: 'calibration' });
    assert.equal(event?.name, 'counter-reset');
    assert.deepEqual(event?.data, data(1_234_567n, 7n, 9n));
  });
}
