import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { addTime, type Instant, Seconds } from '#core/time.ts';
import type { SampledDevice } from '#cosem/sampled-device.ts';
import { type ExampleValues, exampleMeter, exampleSample, goodValues, START } from '../support/example-meter.ts';
import { attributeTable } from './attribute-table.ts';

const NOT_SPECIFIED = 'ffffffffffffffffff8000ff';
const after = (seconds: number): Instant => addTime(START, Seconds(seconds));

/** Value, status and capture time after each of these samples, ten seconds apart. */
function history(...values: readonly ExampleValues[string][]): readonly string[] {
  const meter = exampleMeter();
  return values.map((value, index) => {
    meter.accept(exampleSample({ ...goodValues, 'highest-voltage': value }, after(10 * index)), 101n + BigInt(index));
    return table(meter)
      .filter((line) => /^[245]/.test(line))
      .join(' ');
  });
}

function table(meter: SampledDevice): readonly string[] {
  const highest = meter.object(4, parseObis('1-0:32.26.0.255')) ?? assert.fail();
  return attributeTable(highest, meter.snapshot());
}

test('an Extended register has status and capture time beside its value', () => {
  const meter = exampleMeter();
  meter.accept(exampleSample(), 101n);
  assert.deepEqual(table(meter), [
    '1 logical_name octet-string:0100201a00ff',
    '2 value long-unsigned:2411',
    '3 scaler_unit structure{integer:-1,enum:35}',
    '4 status unsigned:0',
    `5 capture_time octet-string:${NOT_SPECIFIED}`,
  ]);
});

test('the capture time is the time at which the value was seen to change', () => {
  assert.deepEqual(history(2411n, 2411n, 2420n, 2420n), [
    `2 value long-unsigned:2411 4 status unsigned:0 5 capture_time octet-string:${NOT_SPECIFIED}`,
    `2 value long-unsigned:2411 4 status unsigned:0 5 capture_time octet-string:${NOT_SPECIFIED}`,
    '2 value long-unsigned:2420 4 status unsigned:0 5 capture_time octet-string:07ea0b1405090f1400000000',
    '2 value long-unsigned:2420 4 status unsigned:0 5 capture_time octet-string:07ea0b1405090f1400000000',
  ]);
});

test('a gap is no change: the same value after it keeps its capture time', () => {
  assert.deepEqual(history(2411n, 2420n, 'unreachable', 2420n).slice(2), [
    '2 value null-data 4 status unsigned:1 5 capture_time octet-string:07ea0b1405090f0a00000000',
    '2 value long-unsigned:2420 4 status unsigned:0 5 capture_time octet-string:07ea0b1405090f0a00000000',
  ]);
});

test('the status says why a value is missing', () => {
  const reasons = ['unreachable', 'refused', 'not-measured', 'out-of-range', 'input-missing', 'not-yet-read'] as const;
  assert.deepEqual(
    history(...reasons).map((line) => /status unsigned:(\d+)/.exec(line)?.[1]),
    ['1', '2', '3', '4', '5', '6'],
  );
});
