import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SealmeterError } from '#core/errors.ts';
import { type Log, silentLog } from '#core/log.ts';
import { Memory } from '#modbus/simulator/memory.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { Bench } from './meter.ts';

const folder = temporaryFolder();
const fileNamed = (name: string): string => join(folder, `${name}.json`);

const RESTART = 1 << 11;
const isRestarted = (bench: Bench): boolean => (bench.uint32(205) & RESTART) !== 0;

test('a new meter has not restarted', () => {
  assert.equal(isRestarted(new Bench()), false);
});

test('a power cut sets counters back to the last full five minutes, and bit 11', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_500 }), (seconds) => {
      const bench = new Bench(); // one second old
      const saved = Math.floor((seconds + 1) / 300) * 300;
      bench.run(Math.max(0, saved - 1));
      const then = saved === 0 ? Array.from({ length: 10 }).fill(0) : bench.energies();
      bench.run(seconds - Math.max(0, saved - 1));
      bench.meter.powerCut();
      assert.deepEqual(bench.energies(), then);
      assert.ok(isRestarted(bench));
    }),
    { numRuns: 30 },
  );
});

test('a power cut sets extremes back to the last full five seconds', () => {
  const bench = new Bench();
  const extremes = () => [99, 101, 103, 139, 129, 187].map((at) => bench.float32(at));
  bench.run(290);
  bench.meter.command(60002, 0);
  bench.meter.command(60003, 0);
  bench.run(9); // 300 seconds old
  const saved = extremes();
  bench.run(4);
  assert.notDeepEqual(extremes(), saved, 'something was to be lost');
  bench.meter.powerCut();
  assert.deepEqual(extremes(), saved);
});

test('a reset of extremes is not undone by a power cut', () => {
  const bench = new Bench();
  bench.run(303);
  bench.meter.command(60002, 0);
  bench.meter.powerCut();
  assert.equal(bench.float32(139), bench.float32(65));
});

test('a power cut forgets the demand and begins a period', () => {
  const bench = new Bench();
  bench.run(1_000);
  assert.ok(Number.isFinite(bench.float32(501)));
  bench.meter.powerCut();
  assert.ok(Number.isNaN(bench.float32(501)));
  assert.equal(bench.uint32(519), 0);
});

test('what somebody has set or reset survives a power cut', () => {
  const bench = new Bench();
  bench.run(100);
  bench.write(50021, 'uint32', 30);
  bench.meter.command(60006, 1);
  bench.meter.command(60008, 1);
  bench.meter.command(60004, 0);
  bench.meter.powerCut();
  assert.deepEqual(
    { period: bench.uint32(517), tariff: bench.uint32(211), output: bench.uint32(207), status: bench.uint32(205) },
    { period: 1_800, tariff: 1, output: 1, status: RESTART | (1 << 12) },
  );
  assert.deepEqual(bench.energies(), Array.from({ length: 10 }).fill(0), 'a reset is not undone');
});

test('what a client writes is saved at once', () => {
  const bench = new Bench();
  bench.write(801, 'float64', 4_711);
  bench.write(50021, 'uint32', 30);
  bench.meter.powerCut();
  assert.deepEqual([bench.float64(801), bench.uint32(50021)], [4_711, 30]);
});

test('a new start finds what was set, and saved bits but no momentary ones', () => {
  const memory = new Memory(undefined, silentLog);
  const first = new Bench({ memory });
  first.meter.command(60006, 1);
  first.meter.command(60008, 1);
  first.meter.command(60004, 0);
  first.write(50011, 'uint32', 1);
  first.run(1);
  assert.equal(first.bit(127), true, 'every current overloads a 1 A transformer');
  first.meter.powerCut();
  assert.equal(first.bit(127), false, 'before the next measurement');
  const second = new Bench({ memory });
  assert.deepEqual(
    { tariff: second.uint32(211), output: second.uint32(207), reset: second.bit(112), changed: second.bit(108) },
    { tariff: 1, output: 1, reset: true, changed: true },
  );
});

test('a meter that was stopped goes on where it was, as one that has restarted', async () => {
  const path = fileNamed('goes-on');
  const first = new Memory(path, silentLog);
  const bench = new Bench({ memory: first });
  bench.run(123);
  bench.meter.writeRegisters(64028, new TextEncoder().encode('Plant 7'.padEnd(178)));
  bench.meter.save();
  await first.flush();

  const second = new Bench({ memory: new Memory(path, silentLog), seed: 2 });
  second.meter.powerCut(); // takes back the second that it ran
  assert.deepEqual(second.energies(), bench.energies());
  assert.equal(second.uint32(213), bench.uint32(213));
  assert.equal(second.float32(139), bench.float32(139));
  assert.ok(new TextDecoder().decode(second.registers(64028, 89)).startsWith('Plant 7   '));
  assert.ok(isRestarted(second));
});

test('the restart bit stays until it is acknowledged, and then stays away', async () => {
  const path = fileNamed('acknowledged');
  const memory = new Memory(path, silentLog);
  const bench = new Bench({ memory });
  bench.meter.powerCut();
  bench.run(1_000);
  assert.ok(isRestarted(bench));
  bench.meter.command(60007, RESTART);
  bench.run(10);
  assert.ok(!isRestarted(bench));
  await memory.flush();
});

test('whoever reads the state file finds it whole at any time', async () => {
  const path = fileNamed('whole');
  const memory = new Memory(path, silentLog);
  memory.write('counters', { round: -1, filler: '' });
  await memory.flush();
  for (let round = 0; round < 200; round++) {
    memory.write('counters', { round, filler: 'x'.repeat(round * 50) });
    await new Promise((resolve) => setImmediate(resolve));
    const { counters } = JSON.parse(readFileSync(path, 'utf8')) as { counters: { round: number; filler: string } };
    assert.equal(counters.filler.length, Math.max(0, counters.round) * 50);
  }
  await memory.flush();
  const parsed = new Memory(path, silentLog).read('counters', (content) => content as { round: number });
  assert.equal(parsed?.round, 199, 'the last state is the one that stays');
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('whole')),
    ['whole.json'],
  );
});

const notStates = [
  { name: 'broken-json', text: '{"format":' },
  { name: 'another-format', text: '{"format":"something else"}' },
  { name: 'an-array', text: '[1]' },
  { name: 'null', text: 'null' },
];

for (const { name, text } of notStates) {
  test(`a state file that is ${name} is refused, with its name and what to do`, () => {
    const path = fileNamed(name);
    writeFileSync(path, text);
    assert.throws(
      () => new Memory(path, silentLog),
      (error: unknown) =>
        error instanceof SealmeterError &&
        error.code === 'SIMULATOR_STATE_INVALID' &&
        error.message.includes(path) &&
        error.mend !== undefined,
    );
  });
}

const strangeParts = [
  { name: 'a counter that is text', part: { counters: { 'active-energy-import-t1': 'many' } } },
  { name: 'counters that are no object', part: { counters: 3 } },
  { name: 'an extreme that is null', part: { extremes: { maxima: { frequency: null }, minima: {} } } },
  { name: 'settings without a state', part: { settings: { parameters: {}, texts: {} } } },
];

for (const { name, part } of strangeParts) {
  test(`a state file with ${name} is refused`, () => {
    const path = fileNamed('strange');
    writeFileSync(path, JSON.stringify({ format: 'sealmeter simulator 1', ...part }));
    assert.throws(
      () => new Bench({ memory: new Memory(path, silentLog) }),
      (error: unknown) => error instanceof SealmeterError && error.code === 'SIMULATOR_STATE_INVALID',
    );
  });
}

test('a state that cannot be written is logged, and the meter goes on', async () => {
  const events: string[] = [];
  const log: Log = { ...silentLog, error: (event) => events.push(event) };
  const memory = new Memory(join(folder, 'no-such-folder', 'state.json'), log);
  memory.write('counters', { a: 1 });
  await memory.flush();
  assert.deepEqual(events, ['simulator.state-not-saved']);
  assert.deepEqual(
    memory.read('counters', (content) => content),
    { a: 1 },
  );
});
