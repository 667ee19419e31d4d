import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitOf } from '#core/quantity.ts';
import type { Measured } from '#core/sample.ts';
import { Instant } from '#core/time.ts';
import { RunningMean } from '#modbus/poll/running-mean.ts';

const watt = unitOf('W') ?? assert.fail();

/** One observation: second, value, and what the device last said of its period (at which second, age, length). */
interface Step {
  readonly at: number;
  readonly value: bigint | undefined;
  readonly told?: { readonly at: number; readonly age: number; readonly length?: number };
}

const measured = (value: bigint, second: number): Measured => ({
  kind: 'value',
  quantity: { value, scaler: 0, unit: watt },
  readAt: Instant(second * 1_000),
});

/** What the mean is after each step. */
function means(steps: readonly Step[]): readonly (bigint | string)[] {
  const mean = new RunningMean();
  let told = { at: 0, age: 0, length: 60 };
  return steps.map((step) => {
    told = { ...told, ...step.told };
    return mean.observe({
      at: Instant(step.at * 1_000),
      value: step.value === undefined ? { kind: 'missing', reason: 'not-measured' } : measured(step.value, step.at),
      period: measured(BigInt(told.length), told.at),
      elapsed: measured(BigInt(told.age), told.at),
    });
  });
}

const every = (from: number, to: number, step: number, value: bigint): Step[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => ({ at: from + index * step, value }));

test('there is none for a period whose start was not seen', () => {
  assert.deepEqual(means([{ at: 10, value: 100n, told: { at: 10, age: 10 } }, ...every(20, 50, 10, 100n)]), [
    'not-yet-read',
    'not-yet-read',
    'not-yet-read',
    'not-yet-read',
    'not-yet-read',
  ]);
});

test('it grows over a whole period to the average, also where the device has not told of the period yet', () => {
  assert.deepEqual(means([{ at: 50, value: 100n, told: { at: 50, age: 50 } }, ...every(60, 110, 10, 600n)]), [
    'not-yet-read',
    0n,
    100n,
    200n,
    300n,
    400n,
    500n,
  ]);
});

test('only the part of an interval after the start counts', () => {
  assert.deepEqual(
    means([
      { at: 55, value: 0n, told: { at: 55, age: 55 } },
      { at: 65, value: 600n },
    ]),
    ['not-yet-read', 50n],
  );
});

test('whole seconds and replies that take their time do not begin a new period', () => {
  const steps = [
    { at: 58, value: 0n, told: { at: 58, age: 58 } },
    { at: 62, value: 600n, told: { at: 62, age: 1 } },
    { at: 72, value: 600n, told: { at: 72, age: 12 } },
  ];
  assert.deepEqual(means(steps), ['not-yet-read', 10n, 110n]);
});

test('a period that the device ends early begins a new one', () => {
  const steps = [
    { at: 60, value: 0n, told: { at: 60, age: 0 } },
    { at: 70, value: 600n, told: { at: 70, age: 10 } },
    { at: 80, value: 600n, told: { at: 80, age: 5 } },
  ];
  assert.deepEqual(means(steps).at(-1), 50n);
});

test('a new length is a new period', () => {
  const steps = [
    { at: 59, value: 0n, told: { at: 59, age: 59 } },
    { at: 60, value: 600n },
    { at: 61, value: 600n, told: { at: 61, age: 1, length: 600 } },
  ];
  assert.deepEqual(means(steps), ['not-yet-read', 0n, 1n]);
});

test('a hole spoils the rest of the period, and the next one too where it covers its start', () => {
  const steps = [
    { at: 55, value: 60n, told: { at: 55, age: 55 } },
    { at: 65, value: 60n },
    { at: 75, value: undefined },
    { at: 85, value: 60n },
    { at: 115, value: undefined },
    { at: 125, value: 60n },
    { at: 175, value: 60n },
    { at: 185, value: 60n },
  ];
  assert.deepEqual(means(steps), [
    'not-yet-read',
    5n,
    'input-missing',
    'not-yet-read',
    'input-missing',
    'not-yet-read',
    'not-yet-read',
    5n,
  ]);
});

test('after the wall clock was set back the time is not known', () => {
  const steps = [
    { at: 58, value: 60n, told: { at: 58, age: 58 } },
    { at: 70, value: 60n },
    { at: 65, value: 60n },
    { at: 75, value: 60n },
  ];
  assert.deepEqual(means(steps), ['not-yet-read', 10n, 'not-yet-read', 'not-yet-read']);
});

test('negative values are rounded away from zero like positive ones', () => {
  const last = (value: bigint): unknown =>
    means([
      { at: 58, value: 0n, told: { at: 58, age: 58 } },
      { at: 60, value: 0n },
      { at: 61, value },
    ]).at(-1);
  assert.deepEqual([last(30n), last(-30n), last(29n), last(-29n)], [1n, -1n, 0n, 0n]);
});

test('a period of no length has no mean', () => {
  assert.deepEqual(means([{ at: 0, value: 1n, told: { at: 0, age: 0, length: 0 } }]), ['input-missing']);
});
