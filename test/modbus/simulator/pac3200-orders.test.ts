import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Instant } from '#core/time.ts';
import { writeRegisters } from '#modbus/register-format.ts';
import { ModbusRefusal } from '#modbus/simulator/wire/exceptions.ts';
import { Bench } from './meter.ts';

const BIT = {
  parameters: 8,
  limits: 9,
  pulseRateSaved: 10,
  restart: 11,
  reset: 12,
  pulseRate: 17,
  noSync: 24,
  current: 27,
};

/** Household 2 comes home with its car before nine. */
const WINTER_EVENING = Instant(Date.UTC(2026, 11, 20, 17));

const refused = (code: number) => (error: unknown) => error instanceof ModbusRefusal && error.code === code;
const bitOf = (bench: Bench, bit: number): boolean => ((bench.uint32(205) >>> bit) & 1) === 1;

test('the status word and function 02 say the same', () => {
  const bench = new Bench();
  bench.write(50011, 'uint32', 1); // every current overloads a 1 A transformer
  bench.meter.command(60004, 0);
  bench.run(1);
  const set = Object.values(BIT).filter((bit) => bitOf(bench, bit));
  assert.deepEqual(set, [BIT.parameters, BIT.reset, BIT.current]);
  for (const bit of Object.values(BIT)) {
    assert.equal(bench.bit(100 + bit), bitOf(bench, bit), `bit ${bit}`);
  }
});

test('60002 and 60003 reset the extremes to the present', () => {
  const bench = new Bench();
  bench.run(3_600);
  const [maximum, minimum] = [bench.float32(139), bench.float32(197)];
  bench.meter.command(60002, 0);
  assert.equal(bench.float32(139), bench.float32(65));
  assert.notEqual(bench.float32(139), maximum);
  assert.equal(bench.float32(197), minimum, 'minima are left alone');
  bench.meter.command(60003, 0);
  assert.equal(bench.float32(197), bench.float32(65));
});

for (let which = 1; which <= 10; which++) {
  test(`60004 with ${which} resets counter ${which} alone and says so`, () => {
    const bench = new Bench();
    for (let at = 801; at < 841; at += 4) bench.write(at, 'float64', at);
    bench.meter.command(60004, which);
    assert.deepEqual(
      bench.energies(),
      Array.from({ length: 10 }, (_, index) => (index === which - 1 ? 0 : 801 + 4 * index)),
    );
    assert.ok(bitOf(bench, BIT.reset));
  });
}

test('60004 with 0 resets all counters', () => {
  const bench = new Bench();
  bench.run(100);
  bench.meter.command(60004, 0);
  assert.deepEqual(bench.energies(), Array.from({ length: 10 }).fill(0));
});

test('60005 ends the demand period and gives it a length', () => {
  const bench = new Bench();
  bench.run(99);
  bench.meter.command(60005, 5);
  assert.equal(bench.uint32(519), 0);
  assert.equal(bench.uint32(517), 300);
  assert.equal(bench.uint32(50021), 5);
  assert.ok(Number.isFinite(bench.float32(509)), 'the short period is complete');
});

test('60006 switches the tariff', () => {
  const bench = new Bench();
  bench.meter.command(60006, 1);
  assert.equal(bench.uint32(211), 1);
  const [high, low] = [bench.float64(833), bench.float64(837)];
  bench.run(10);
  assert.equal(bench.float64(833), high);
  assert.ok(bench.float64(837) > low);
  bench.meter.command(60006, 0);
  assert.equal(bench.uint32(211), 0);
});

test('60007 acknowledges the saved bits that it names and no other', () => {
  const bench = new Bench();
  bench.write(50011, 'uint32', 1);
  bench.meter.command(60004, 1);
  bench.run(1);
  bench.meter.command(60007, 1 << BIT.reset);
  assert.ok(!bitOf(bench, BIT.reset));
  assert.ok(bitOf(bench, BIT.parameters));
  bench.meter.command(60007, 0xffff);
  assert.ok(!bitOf(bench, BIT.parameters));
  assert.ok(bitOf(bench, BIT.current), 'a momentary bit follows its cause');
});

test('60008 switches the output where it is a remote one, and fails (04) where it is not', () => {
  const bench = new Bench();
  bench.meter.command(60008, 1);
  assert.equal(bench.uint32(207), 1);
  assert.equal(bench.bit(300), true);
  bench.meter.command(60008, 0);
  assert.equal(bench.uint32(207), 0);
  bench.write(50035, 'uint32', 0);
  assert.throws(() => bench.meter.command(60008, 1), refused(0x04));
});

const wrongValues = [
  { at: 60002, value: 1 },
  { at: 60003, value: 1 },
  { at: 60004, value: 11 },
  { at: 60005, value: 0 },
  { at: 60005, value: 61 },
  { at: 60006, value: 2 },
  { at: 60008, value: 2 },
];

for (const { at, value } of wrongValues) {
  test(`${at} does not know ${value} (03)`, () => {
    assert.throws(() => new Bench().meter.command(at, value), refused(0x03));
  });
}

test('an order to a register or to nothing is refused with 02', () => {
  for (const at of [1, 801, 50021, 60001, 60009]) {
    assert.throws(() => new Bench().meter.command(at, 0), refused(0x02), `${at}`);
  }
});

const wrongParameters = [
  { at: 50001, value: 5 },
  { at: 50005, value: 0 },
  { at: 50007, value: 691 },
  { at: 50013, value: 3 },
  { at: 50021, value: 61 },
  { at: 50037, value: 7 },
  { at: 50045, value: 29 },
  { at: 63015, value: 2 },
];

for (const { at, value } of wrongParameters) {
  test(`parameter ${at} cannot be ${value} (03)`, () => {
    const bench = new Bench();
    const before = bench.uint32(at);
    assert.throws(() => bench.write(at, 'uint32', value), refused(0x03));
    assert.equal(bench.uint32(at), before);
  });
}

test('a float that is no number is no parameter and no energy', () => {
  const bench = new Bench();
  assert.throws(() => bench.write(50019, 'float32', Number.NaN), refused(0x03));
  assert.throws(() => bench.write(801, 'float64', Number.NaN), refused(0x03));
  assert.throws(() => bench.write(801, 'float64', -1), refused(0x03));
  assert.throws(() => bench.write(801, 'float64', 1e12), refused(0x03));
});

test('parameter changes are counted, those that matter are remembered', () => {
  const bench = new Bench();
  bench.write(50033, 'uint32', 3);
  assert.deepEqual([bench.uint32(217), bench.uint32(219), bitOf(bench, BIT.parameters)], [0, 1, false]);
  bench.write(50011, 'uint32', 100);
  assert.deepEqual([bench.uint32(217), bench.uint32(219), bitOf(bench, BIT.parameters)], [1, 2, true]);
});

test('measured values, addresses of the maker and passwords cannot be written', () => {
  const bench = new Bench();
  for (const at of [1, 75, 145, 205, 501, 517, 63007, 63009]) {
    assert.throws(() => bench.meter.writeRegisters(at, writeRegisters('uint32', 1)), refused(0x02), `${at}`);
  }
});

test('under write protection every write and every order gets F0h, and reading goes on', () => {
  const bench = new Bench();
  bench.meter.isWriteProtected = true;
  assert.throws(() => bench.write(801, 'float64', 1), refused(0xf0));
  assert.throws(() => bench.meter.command(60004, 0), refused(0xf0));
  assert.ok(bench.float64(833) > 0);
});

test('a violated limit is seen in 203, in function 02 and, saved, in 205', () => {
  const bench = new Bench({ seed: 2, start: WINTER_EVENING });
  while (bench.float32(65) < 10_500) bench.run(60);
  const limits = bench.uint32(203);
  assert.equal(limits & 0x10, 0x10, 'the car takes more than 10 kW');
  assert.equal(limits >>> 24, 1, 'and so the limit logic is true');
  assert.equal(bench.bit(4), true);
  assert.equal(bench.bit(50), true);
  assert.ok(bitOf(bench, BIT.limits));
  const violations = bench.uint32(221);
  assert.ok(violations > 0);
  bench.run(10);
  assert.equal(bench.uint32(203), limits);
  assert.equal(bench.uint32(221), violations, 'a violation that lasts is one');
  bench.write(50035, 'uint32', 4);
  bench.write(50037, 'uint32', 5);
  assert.equal(bench.uint32(207), 1, 'the output shows limit 4');
  bench.write(50037, 'uint32', 1);
  assert.equal(bench.uint32(207), 0, 'limit 0 is kept');
});

test('energy pulses that are too fast for their length are reported and remembered', () => {
  const bench = new Bench();
  bench.write(50035, 'uint32', 5);
  bench.write(50043, 'uint32', 999);
  bench.write(50045, 'uint32', 500);
  bench.write(50041, 'uint32', 1);
  bench.run(1);
  assert.ok(bench.float32(65) < -3_700, 'more than 1 pulse per second flows out');
  assert.ok(bitOf(bench, BIT.pulseRate));
  assert.ok(bitOf(bench, BIT.pulseRateSaved));
  bench.write(50041, 'uint32', 0);
  bench.run(1);
  assert.ok(!bitOf(bench, BIT.pulseRate));
  assert.ok(bitOf(bench, BIT.pulseRateSaved));
});

test('a synchronization pulse that does not come is reported until one does', () => {
  const bench = new Bench();
  bench.write(50023, 'uint32', 1);
  bench.run(900);
  assert.ok(bitOf(bench, BIT.noSync));
  bench.meter.command(60005, 15);
  bench.run(1);
  assert.ok(!bitOf(bench, BIT.noSync));
});

test('the digital input is a contact, a pulse counter, a tariff switch or a synchronization', () => {
  const bench = new Bench();
  const pulse = (): void => {
    bench.meter.setInput(true);
    bench.meter.setInput(false);
  };
  bench.meter.setInput(true);
  assert.equal(bench.uint32(209), 1);
  assert.equal(bench.bit(200), true);
  bench.meter.setInput(false);
  assert.equal(bench.uint32(209), 0);

  bench.write(50025, 'uint32', 1);
  pulse();
  pulse();
  assert.equal(bench.uint32(215), 2);

  bench.write(50025, 'uint32', 2);
  bench.meter.setInput(true);
  assert.equal(bench.uint32(211), 1);
  bench.meter.setInput(false);
  assert.equal(bench.uint32(211), 0);

  bench.write(50025, 'uint32', 3);
  bench.run(10);
  pulse();
  assert.equal(bench.uint32(519), 0);
  assert.equal(bench.uint32(215), 2, 'only pulses in pulse mode count');
});
