import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { Instant, Minutes } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import type { CaptureObject } from '#cosem/capture-object.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { historyOfSnapshots } from '#cosem/snapshot-history.ts';
import { allTime } from '#cosem/time-span.ts';
import { captureHistory } from '#journal/capture-history.ts';
import { everyDay, everyPeriod } from '#journal/capture-schedule.ts';
import { exampleMeter, goodValues, METER_ID } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { timeOf } from './support/captures.ts';
import { newCapture, open } from './support/journals.ts';

const column = (obis: string, classId = 3): CaptureObject => ({
  classId,
  logicalName: parseObis(obis),
  attribute: 2,
  dataIndex: 0,
});

/** What a profile of energy, voltage and demand shows of a journal. */
function shown(): { rows: (order?: 'newest-first') => readonly unknown[]; count: () => number } & Disposable {
  const journal = open(temporaryFolder());
  journal.capture(newCapture(1));
  journal.capture(newCapture(2, { values: { ...goodValues, energy: 1_234_999n, voltage: 'unreachable' } }));
  journal.capture(newCapture(3, { at: Instant(timeOf(3) + 5_000) }));
  journal.capture(newCapture(4, { state: ['clock-set'] }));
  const columns = [column('1-0:1.8.0.255'), column('1-0:32.7.0.255'), column('1-0:1.4.0.255', 5)];
  const device = exampleMeter();
  const snapshots = captureHistory(journal.captures, METER_ID, everyPeriod(Minutes(15)));
  const history = historyOfSnapshots(snapshots, columns, () => device);
  return {
    rows: (order) =>
      Array.from(history.entries(allTime, order ?? 'oldest-first'), ({ at, values }) => [at, ...values.map(textOf)]),
    count: () => history.count(),
    [Symbol.dispose]: () => journal[Symbol.dispose](),
  };
}

const textOf = (data: CosemData): string =>
  'value' in data && typeof data.value === 'bigint' ? `${data.type} ${data.value}` : data.type;

const ROWS = [
  [timeOf(1), 'long64-unsigned 1234567', 'double-long-unsigned 23010', 'double-long 5000'],
  [timeOf(2), 'long64-unsigned 1234999', 'null-data', 'double-long 5000'],
  [timeOf(4), 'long64-unsigned 1234567', 'double-long-unsigned 23010', 'double-long 5000'],
];

test('a profile shows the captures of its moments as its objects read them', () => {
  using profile = shown();
  assert.deepEqual(profile.rows(), ROWS);
  assert.deepEqual(profile.rows('newest-first'), ROWS.toReversed());
  assert.equal(profile.count(), 3);
});

test('a capture is the snapshot that it was, at the moment that it was taken for', () => {
  const { snapshot } = newCapture(7, { state: ['clock-set', 'device-restarted'] });
  using journal = open(temporaryFolder());
  const captureTime = timeOf(7);
  const sample = { ...snapshot.sample, at: Instant(captureTime + 137) };
  journal.capture({ ...newCapture(7), captureTime, snapshot: { ...snapshot, at: sample.at, sample } });
  const [taken] = captureHistory(journal.captures, METER_ID, everyPeriod(Minutes(15))).entries(allTime, 'oldest-first');
  assert.equal(taken?.at, captureTime);
  assert.equal(taken?.sample.at, sample.at);
  assert.equal(taken?.sequenceNumber, 7n);
  assert.deepEqual(taken?.state, snapshot.state);
  assert.deepEqual(new Map(taken?.sample.values), sample.values);
});

test('a span of time includes its start and excludes its end', () => {
  using journal = open(temporaryFolder());
  for (let number = 1; number <= 5; number += 1) journal.capture(newCapture(number));
  const history = captureHistory(journal.captures, METER_ID, everyPeriod(Minutes(15)));
  const times = (from: Instant | undefined, to: Instant | undefined): readonly number[] =>
    Array.from(history.entries({ from, to }, 'oldest-first'), ({ at }) => at);
  assert.deepEqual(times(timeOf(2), timeOf(4)), [timeOf(2), timeOf(3)]);
  assert.deepEqual(times(timeOf(4), undefined), [timeOf(4), timeOf(5)]);
  assert.deepEqual(times(undefined, timeOf(2)), [timeOf(1)]);
});

test('a daily profile counts its days', () => {
  using journal = open(temporaryFolder());
  const midnight = Date.UTC(2026, 10, 20, 23);
  for (let hour = 0; hour <= 50; hour += 1) {
    journal.capture(newCapture(hour + 1, { at: Instant(midnight + hour * 3_600_000) }));
  }
  const history = captureHistory(journal.captures, METER_ID, everyDay(new Zone('Europe/Berlin')));
  assert.equal(history.count(), 3);
  const days = Array.from(history.entries(allTime, 'newest-first'), ({ at }) => (at - midnight) / 86_400_000);
  assert.deepEqual(days, [2, 1, 0]);
});
