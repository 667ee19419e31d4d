import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Instant } from '#core/time.ts';
import { measurandRows } from '#modbus/simulator/pac3200/register-table.ts';
import { Bench } from './meter.ts';

/** Household 9 has just enough sun for itself. */
const SUNSET = Instant(Date.UTC(2026, 5, 20, 18));

const POWER = { active: 65, reactive: 67, apparent: 63 };
const ENERGY = { activeImport: 0, activeExport: 2, reactiveImport: 4, reactiveExport: 6, apparent: 8 };

/** float32 in the registers, double in the meter: relative error of one rounding. */
function near(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-6 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );
}

test('minimum <= value <= maximum for everything that has extremes', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const bench = new Bench({ seed });
      for (let minute = 0; minute < 30; minute++) {
        bench.run(60);
        for (const { measurand, at, maximum, minimum } of measurandRows) {
          const now = bench.float32(at);
          if (maximum !== undefined) assert.ok(now <= bench.float32(maximum), `${measurand} above its maximum`);
          if (minimum !== undefined) assert.ok(now >= bench.float32(minimum), `${measurand} below its minimum`);
        }
      }
    }),
    { numRuns: 10 },
  );
});

test('energy is the sum of the powers, second by second, by sign and by tariff', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 599 }), (seed, switchAt) => {
      const bench = new Bench({ seed });
      const expected = bench.energies().slice();
      const add = (counter: number, power: number): void => {
        expected[counter] = (expected[counter] ?? 0) + power / 3_600;
      };
      for (let second = 0; second < 600; second++) {
        if (second === switchAt) bench.meter.command(60006, 1);
        bench.run(1);
        const tariff = bench.uint32(211);
        const [active, reactive] = [bench.float32(POWER.active), bench.float32(POWER.reactive)];
        add((active < 0 ? ENERGY.activeExport : ENERGY.activeImport) + tariff, Math.abs(active));
        add((reactive < 0 ? ENERGY.reactiveExport : ENERGY.reactiveImport) + tariff, Math.abs(reactive));
        add(ENERGY.apparent + tariff, bench.float32(POWER.apparent));
      }
      bench.energies().forEach((energy, index) => near(energy, expected[index] ?? Number.NaN, `counter ${index}`));
    }),
    { numRuns: 20 },
  );
});

test('a day of power flows through every counter of its tariff and never backwards', () => {
  const bench = new Bench();
  let before = bench.energies();
  for (let hour = 0; hour < 24; hour++) {
    bench.run(3_600);
    const now = bench.energies();
    now.forEach((energy, index) => assert.ok(energy >= (before[index] ?? 0), `counter ${index} ran backwards`));
    before = now;
  }
  before.forEach((energy, index) => assert.equal(energy > 0, index % 2 === 0, `counter ${index}: ${energy}`));
});

test('a counter starts again from 0 at 1.0e12', () => {
  const bench = new Bench();
  bench.write(833, 'float64', 1e12 - 1e-4);
  bench.run(1);
  assert.ok(bench.float64(833) < 10, `${bench.float64(833)}`);
});

test('demand is the mean of the completed period and holds through the next', () => {
  const bench = new Bench({ seed: 9, start: SUNSET });
  bench.run(899);
  assert.equal(bench.uint32(519), 0, 'the period is complete');
  const sums = { imported: 0, exported: 0, maximum: Number.NEGATIVE_INFINITY, minimum: Number.POSITIVE_INFINITY };
  for (let second = 1; second <= 900; second++) {
    bench.run(1);
    assert.equal(bench.uint32(519), second % 900);
    const power = bench.float32(POWER.active);
    sums.imported += Math.max(power, 0);
    sums.exported += Math.max(-power, 0);
    sums.maximum = Math.max(sums.maximum, power);
    sums.minimum = Math.min(sums.minimum, power);
  }
  assert.ok(sums.imported > 0 && sums.exported > 0, 'power flows both ways');
  const completed = [501, 505, 509, 511].map((at) => bench.float32(at));
  near(completed[0] ?? 0, sums.imported / 900, 'import');
  near(completed[1] ?? 0, sums.exported / 900, 'export');
  near(completed[2] ?? 0, sums.maximum, 'maximum');
  near(completed[3] ?? 0, sums.minimum, 'minimum');
  bench.run(500);
  assert.deepEqual(
    [501, 505, 509, 511].map((at) => bench.float32(at)),
    completed,
  );
});

test('before the first period is complete there is no demand', () => {
  const bench = new Bench();
  for (let at = 501; at <= 515; at += 2) assert.ok(Number.isNaN(bench.float32(at)), `${at}`);
});

test('the length of the demand period in minutes is that in seconds', () => {
  const bench = new Bench();
  assert.equal(bench.uint32(517), 900);
  bench.write(50021, 'uint32', 1);
  assert.equal(bench.uint32(517), 60);
  bench.run(59);
  assert.equal(bench.uint32(519), 0, 'the new length holds for the period that runs');
});

test('a phase that loses its voltage leaves extremes and counters alone', () => {
  const bench = new Bench();
  bench.run(60);
  const [maximum, minimum] = [bench.float32(99), bench.float32(169)];
  bench.meter.setConnected(0, false);
  bench.run(60);
  assert.ok(Number.isNaN(bench.float32(25)));
  assert.deepEqual([bench.float32(99), bench.float32(169)], [maximum, minimum]);
  assert.ok(bench.energies().every((energy) => Number.isFinite(energy)));
});

test('where nothing is measured nothing is counted', () => {
  const bench = new Bench();
  for (const phase of [0, 1, 2] as const) bench.meter.setConnected(phase, false);
  const before = bench.energies();
  bench.run(60);
  assert.deepEqual(bench.energies(), before);
});

test('the operating time counts seconds', () => {
  const bench = new Bench();
  const before = bench.uint32(213);
  bench.run(77);
  assert.equal(bench.uint32(213) - before, 77);
});
