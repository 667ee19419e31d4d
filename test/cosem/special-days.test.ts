import assert from 'node:assert/strict';
import { test } from 'node:test';
import { date, list, struct, u8, u16 } from './support/data.ts';
import { StandardMeter, verdict } from './support/standard-meter.ts';

const DAYS = [11, '0-0:11.0.0.255'] as const;
const INSERT = 1;
const DELETE = 2;

const day = (index: number, when: string, id: number) => struct(u16(index), date(when), u8(id));
const christmas = day(2, '*-12-25', 3);
const newYear = day(1, '*-01-01', 3);

test('days are inserted in the order of their index, replaced and deleted', async () => {
  const meter = new StandardMeter();
  assert.deepEqual(meter.read(...DAYS, 2), list());
  await meter.invoke(...DAYS, INSERT, christmas);
  await meter.invoke(...DAYS, INSERT, newYear);
  assert.deepEqual(meter.read(...DAYS, 2), list(newYear, christmas));
  await meter.invoke(...DAYS, INSERT, day(2, '*-12-24', 4));
  assert.deepEqual(meter.read(...DAYS, 2), list(newYear, day(2, '*-12-24', 4)));
  await meter.invoke(...DAYS, DELETE, u16(1));
  assert.deepEqual(meter.read(...DAYS, 2), list(day(2, '*-12-24', 4)));
  assert.deepEqual(
    meter.sink.taken(),
    Array.from({ length: 4 }, () => 'parameter-changed by grid'),
  );
});

test('the whole table is written at once', async () => {
  const meter = new StandardMeter();
  assert.equal(verdict(await meter.write(...DAYS, 2, list(christmas))), 'done');
  assert.deepEqual(meter.read(...DAYS, 2), list(christmas));
});

test('what is no entry is refused', async () => {
  const meter = new StandardMeter();
  assert.equal(verdict(await meter.invoke(...DAYS, INSERT, u16(1))), 'TYPE_UNMATCHED');
  assert.equal(verdict(await meter.invoke(...DAYS, DELETE, u16(1))), 'VALUE_NOT_ALLOWED');
});

test('the table has an end', async () => {
  const meter = new StandardMeter();
  const full = list(...Array.from({ length: 400 }, (_, index) => day(index, '*-12-25', 1)));
  assert.equal(verdict(await meter.write(...DAYS, 2, full)), 'done');
  assert.equal(verdict(await meter.invoke(...DAYS, INSERT, day(400, '*-12-26', 1))), 'VALUE_NOT_ALLOWED');
  assert.equal(verdict(await meter.invoke(...DAYS, INSERT, day(399, '*-12-26', 1))), 'done');
});
