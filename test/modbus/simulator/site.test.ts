import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Instant } from '#core/time.ts';
import { Grid } from '#modbus/simulator/model/grid.ts';
import type { Reading } from '#modbus/simulator/model/measurands.ts';
import { measure } from '#modbus/simulator/model/measure.ts';
import { magnitude, phasor, zero } from '#modbus/simulator/model/phasor.ts';
import { Random } from '#modbus/simulator/model/random.ts';
import { Site } from '#modbus/simulator/model/site.ts';
import type { ThreePhases } from '#modbus/simulator/model/three-phases.ts';
import { NOON } from './meter.ts';

const PHASES = ['l1', 'l2', 'l3'] as const;
const ALL: ThreePhases<boolean> = [true, true, true];

/** Every `every`th reading of a site, `seconds` long. */
function* readings(seed: number, start: Instant, seconds: number, every = 1, isConnected = ALL): Generator<Reading> {
  const site = new Site(start, seed);
  for (let second = 0; second < seconds; second++) {
    const state = site.step();
    if (second % every === 0) yield measure(state, isConnected);
  }
}

const seeds = fc.nat();
const starts = fc.integer({ min: 0, max: 4e12 }).map(Instant);
/** An hour, looked at every ten seconds. */
const someReadings = (seed: number, start: Instant): Iterable<Reading> => readings(seed, start, 3_600, 10);

/** Equal but for the last digits of a double. */
function near(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );
}

function forEveryReading(check: (reading: Reading) => void): void {
  fc.assert(
    fc.property(seeds, starts, (seed, start) => {
      for (const reading of someReadings(seed, start)) check(reading);
    }),
    { numRuns: 20 },
  );
}

test('apparent power is never less than active and reactive power together', () => {
  forEveryReading((reading) => {
    for (const part of [...PHASES, 'total'] as const) {
      const s = reading[`apparent-power-${part}`];
      const square = reading[`active-power-${part}`] ** 2 + reading[`reactive-power-${part}`] ** 2;
      assert.ok(s ** 2 >= square * (1 - 1e-12), `${part}: ${s}² < ${square}`);
    }
  });
});

test('power factors are |P| / S, from 0 to 1', () => {
  forEveryReading((reading) => {
    for (const part of [...PHASES, 'total'] as const) {
      const factor = reading[`power-factor-${part}`];
      near(factor, Math.abs(reading[`active-power-${part}`]) / reading[`apparent-power-${part}`], part);
      assert.ok(factor >= 0 && factor <= 1, `${part}: ${factor}`);
    }
  });
});

test('apparent power is voltage times current', () => {
  forEveryReading((reading) => {
    for (const phase of PHASES) {
      near(reading[`voltage-${phase}-n`] * reading[`current-${phase}`], reading[`apparent-power-${phase}`], phase);
    }
  });
});

test('totals are the sums of the phases, averages their means', () => {
  forEveryReading((reading) => {
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    for (const power of ['apparent', 'active', 'reactive'] as const) {
      near(reading[`${power}-power-total`], sum(PHASES.map((phase) => reading[`${power}-power-${phase}`])), power);
    }
    near(reading['average-voltage-l-n'], sum(PHASES.map((phase) => reading[`voltage-${phase}-n`])) / 3, 'voltage');
    near(reading['average-current'], sum(PHASES.map((phase) => reading[`current-${phase}`])) / 3, 'current');
    const lineToLine = [reading['voltage-l1-l2'], reading['voltage-l2-l3'], reading['voltage-l3-l1']];
    near(reading['average-voltage-l-l'], sum(lineToLine) / 3, 'line to line');
  });
});

test('voltages between phases close a triangle around the voltages to neutral', () => {
  forEveryReading((reading) => {
    const [u1, u2, u12] = [reading['voltage-l1-n'], reading['voltage-l2-n'], reading['voltage-l1-l2']];
    assert.ok(u12 > Math.abs(u1 - u2) && u12 < u1 + u2, `${u1}, ${u2}, ${u12}`);
    const angle = Math.acos((u1 ** 2 + u2 ** 2 - u12 ** 2) / (2 * u1 * u2));
    assert.ok(Math.abs(angle - (2 * Math.PI) / 3) < 0.1, `${angle} rad between L1 and L2`);
  });
});

test('everything stays within the ranges of the register list and of EN 50160', () => {
  forEveryReading((reading) => {
    const within = (value: number, least: number, most: number) =>
      assert.ok(value >= least && value <= most, `${value}`);
    within(reading.frequency, 49.5, 50.5);
    for (const phase of PHASES) {
      within(reading[`voltage-${phase}-n`], 207, 253);
      within(reading[`thd-voltage-${phase}`], 0, 100);
      within(reading[`thd-current-${phase}`], 0, 100);
    }
    within(reading['unbalance-voltage'], 0, 100);
    within(reading['unbalance-current'], 0, 200);
  });
});

test('the frequency strays by about 20 mHz around 50 Hz', () => {
  const day = [...readings(7, NOON, 86_400, 10)].map(({ frequency }) => frequency);
  const mean = day.reduce((sum, frequency) => sum + frequency, 0) / day.length;
  const sigma = Math.sqrt(day.reduce((sum, frequency) => sum + (frequency - mean) ** 2, 0) / day.length);
  assert.ok(Math.abs(mean - 50) < 0.01, `mean ${mean}`);
  assert.ok(sigma > 0.012 && sigma < 0.04, `sigma ${sigma}`);
});

test('a summer day has a kettle, a car, an exporting noon, leading and lagging hours', () => {
  const day = [...readings(2, NOON, 86_400, 30)];
  const some = (what: string, is: (reading: Reading) => boolean) => assert.ok(day.some(is), what);
  some('the kettle boils', (reading) => reading['active-power-l2'] > 1_900);
  some('the car charges', (reading) => PHASES.every((phase) => reading[`active-power-${phase}`] > 3_600));
  some('the sun gives power to the network', (reading) => reading['active-power-total'] < -3_000);
  some('filters lead', (reading) => reading['reactive-power-total'] < 0);
  some('motors lag', (reading) => reading['reactive-power-total'] > 0);
});

test('the same seed and start give the same seconds, another seed gives others', () => {
  const power = (seed: number) => [...readings(seed, NOON, 600, 60)].map((reading) => reading['active-power-total']);
  assert.deepEqual(power(5), power(5));
  assert.notDeepEqual(power(5), power(6));
});

test('a phase that is not connected measures nothing, and totals and means are those of the others', () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom(0, 1, 2), (seed, open) => {
      const isConnected = ALL.with(open, false) as unknown as ThreePhases<boolean>;
      const there = PHASES.filter((_, index) => index !== open);
      const gone = PHASES[open] ?? assert.fail();
      for (const reading of readings(seed, NOON, 100, 10, isConnected)) {
        for (const quantity of [
          'active-power',
          'reactive-power',
          'apparent-power',
          'current',
          'power-factor',
        ] as const) {
          assert.ok(Number.isNaN(reading[`${quantity}-${gone}`]), quantity);
          assert.ok(there.every((phase) => !Number.isNaN(reading[`${quantity}-${phase}`])));
        }
        assert.ok(Number.isNaN(reading[`voltage-${gone}-n`]));
        const lineToLine = [reading['voltage-l2-l3'], reading['voltage-l3-l1'], reading['voltage-l1-l2']];
        assert.deepEqual(
          lineToLine.map(Number.isNaN),
          [0, 1, 2].map((opposite) => opposite !== open),
          'only the voltage between the other two is there',
        );
        const total = there.reduce((sum, phase) => sum + reading[`active-power-${phase}`], 0);
        near(reading['active-power-total'], total, 'total');
        near(
          reading['average-voltage-l-n'],
          there.reduce((sum, phase) => sum + reading[`voltage-${phase}-n`], 0) / 2,
          'mean',
        );
      }
    }),
    { numRuns: 20 },
  );
});

test('the neutral carries what the phases do not give back to each other', () => {
  for (const reading of readings(1, NOON, 600, 60, [false, true, false])) {
    const fundamental = Math.sqrt(1 - (reading['thd-current-l2'] / 100) ** 2) * reading['current-l2'];
    near(reading['neutral-current'], fundamental, 'one phase alone');
  }
  for (const reading of readings(1, NOON, 600, 60)) {
    assert.ok(reading['neutral-current'] > 0);
    assert.ok(reading['neutral-current'] <= 3 * reading['average-current'], 'no more than all phases together');
  }
});

test('a load pulls its phase down and shifts the star point', () => {
  const magnitudes = (current: number) =>
    new Grid(new Random(1)).step(0, [phasor(current, 0), zero, zero]).voltages.map(magnitude);
  const [idle, loaded] = [magnitudes(0), magnitudes(16)];
  const drop = idle.map((voltage, phase) => voltage - (loaded[phase] ?? 0));
  near(Math.round((drop[0] ?? 0) * 10) / 10, 6.4, '16 A through 0.24 and 0.16 ohm');
  assert.ok((drop[1] ?? 0) < -1, 'another rises');
});

test('where no phase is connected nothing is measured', () => {
  for (const reading of readings(1, NOON, 10, 1, [false, false, false])) {
    const measured = Object.entries(reading).filter(([, value]) => !Number.isNaN(value));
    assert.deepEqual(measured, []);
  }
});
