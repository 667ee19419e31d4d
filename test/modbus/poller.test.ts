import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Log, silentLog } from '#core/log.ts';
import { formatQuantity } from '#core/quantity.ts';
import type { Sample } from '#core/sample.ts';
import { addTime, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import { loadDevice } from '#meter/device-file.ts';
import { type PollerOptions, startPoller } from '#modbus/poller.ts';
import { ModbusError } from '#modbus/transport.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { MemoryTransport } from './memory-transport.ts';
import { definedRegisters, pac3200Memory, put } from './pac3200-memory.ts';

const { plan } = loadDevice('pac3200');

/** A poller on a device in memory, and the samples that it has given. */
class Bench implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly transport = new MemoryTransport(pac3200Memory(), this.clock);
  readonly samples: Sample[] = [];
  readonly #poller;

  constructor(options: Partial<PollerOptions> = {}) {
    this.#poller = startPoller({
      plan,
      transport: this.transport,
      clock: this.clock,
      log: silentLog,
      onSample: (sample) => this.samples.push(sample),
      ...options,
    });
  }

  /** Starts, and waits for the first round. */
  static async started(options: Partial<PollerOptions> = {}): Promise<Bench> {
    const bench = new Bench(options);
    await settle();
    return bench;
  }

  get ended(): Promise<void> {
    return this.#poller.ended;
  }

  get last(): Sample {
    return this.samples.at(-1) ?? assert.fail('no sample yet');
  }

  flags(): readonly string[] {
    return [...this.last.flags].sort();
  }

  /** `230.12 V`, or why there is none. */
  value(key: string): string {
    const measured = this.last.values.get(key) ?? assert.fail(`no ${key} in the sample`);
    return measured.kind === 'value' ? formatQuantity(measured.quantity) : measured.reason;
  }

  seconds(count: number): Promise<void> {
    return this.clock.advance(Seconds(count));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#poller[Symbol.asyncDispose]();
  }
}

const MOMENTARY_BLOCKS = ['1×74', '203×20', '223×2'];

test('the fixture has exactly the registers that the reference defines', () => {
  assert.deepEqual(
    [...pac3200Memory().keys()].sort((a, b) => a - b),
    definedRegisters().toSorted((a, b) => a - b),
  );
});

test('a sample has every value of the plan, in its own unit and scale', async () => {
  await using bench = await Bench.started();
  assert.deepEqual(
    [...bench.last.values.keys()],
    plan.measurands.map(({ key }) => key),
  );
  assert.deepEqual(bench.flags(), []);
  const expected: Record<string, string> = {
    'voltage-l1-n': '230.12 V',
    'voltage-l3-l1': '399.40 V',
    'current-l1': '4.213 A',
    'active-power-l1': '951.2 W',
    'active-power-l2': '-312.4 W',
    'active-power-import-l2': '0.0 W',
    'active-power-export-l2': '312.4 W',
    'reactive-power-import-l1': '187.6 var',
    'reactive-power-export-l2': '45.3 var',
    'power-factor-l2': '0.473',
    'power-factor-l3': '0.973',
    'thd-voltage-l1': '1.82 %',
    frequency: '49.987 Hz',
    'max-voltage-l1-n': '253.13 V',
    'min-reactive-power-l2': '-40.8 var',
    'digital-inputs': '1',
    'operating-time': '3600000 s',
    'neutral-current': '1.500 A',
    'demand-active-import/last': '1840.5 W',
    'demand-active-import/period': '900 s',
    'demand-active-import/elapsed': '60 s',
    'demand-period': '900 s',
    'active-energy-import-t1': '2869776238 Wh',
    'active-energy-import-t2': '1234567 Wh',
    'active-energy-import-total': '2871010805 Wh',
    'active-energy-net': '2870922802 Wh',
  };
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, bench.value(key)])), expected);
});

test('the device is identified once per connection, before anything else', async () => {
  const identities: ReadonlyMap<string, string>[] = [];
  await using bench = await Bench.started({ onIdentity: (identity) => identities.push(identity) });
  assert.equal(bench.transport.asked[0], '64001×27');
  assert.deepEqual(
    [identities[0]?.get('manufacturer-id'), identities[0]?.get('order-number'), identities[0]?.get('serial-number')],
    ['42', '7KM2112-0BA00-3AA0', 'LQN/081234567'],
  );
  await bench.seconds(100);
  bench.transport.disconnect('for the test');
  await bench.seconds(100);
  assert.equal(identities.length, 2);
  assert.equal(bench.transport.asked.filter((block) => block === '64001×27').length, 2);
});

test('every group is read with its own period', async () => {
  await using bench = await Bench.started();
  await bench.seconds(60);
  const count = (block: string): number => bench.transport.asked.filter((asked) => asked === block).length;
  assert.deepEqual(
    ['1×74', '203×20', '223×2', '801×40', '501×20', '75×70', '145×58', '64001×27'].map(count),
    [61, 61, 61, 61, 5, 7, 7, 1],
  );
  assert.equal(bench.samples.length, 61);
});

test('a sample is of the time at which the fast block was read; slower values carry their own', async () => {
  const bench = new Bench();
  await using _ = bench;
  bench.transport.latency = Milliseconds(10);
  const start = bench.clock.now();
  await bench.seconds(4);
  assert.equal(bench.last.at, addTime(start, Milliseconds(3_010)));
  const readAt = (key: string): number => {
    const measured = bench.last.values.get(key);
    return measured?.kind === 'value' ? measured.readAt - start : assert.fail(key);
  };
  assert.equal(readAt('voltage-l1-n'), 3_010);
  assert.equal(readAt('device-status'), 3_020);
  assert.equal(readAt('max-voltage-l1-n'), 70);
});

test('NaN is not measured, and what is made of it has no value', async () => {
  const bench = new Bench();
  await using _ = bench;
  put(bench.transport.memory, 27, 'float32', Number.NaN);
  put(bench.transport.memory, 801, 'float64', Number.POSITIVE_INFINITY);
  await settle();
  assert.equal(bench.value('active-power-l2'), 'not-measured');
  assert.equal(bench.value('active-power-import-l2'), 'not-measured');
  assert.equal(bench.value('active-energy-import-t1'), 'not-measured');
  assert.equal(bench.value('active-energy-import-total'), 'input-missing');
  assert.equal(bench.value('active-energy-net'), 'input-missing');
  assert.equal(bench.value('active-energy-export-total'), '88003 Wh');
  assert.deepEqual(bench.flags(), ['value-missing']);
});

test('an exception takes its block away and nothing else', async () => {
  await using bench = await Bench.started();
  bench.transport.exceptions.set(801, 6);
  await bench.seconds(1);
  assert.equal(bench.value('active-energy-import-t1'), 'refused');
  assert.equal(bench.value('voltage-l1-n'), '230.12 V');
  assert.deepEqual(bench.flags(), ['value-missing']);
  bench.transport.exceptions.clear();
  await bench.seconds(1);
  assert.equal(bench.value('active-energy-import-t1'), '2869776238 Wh');
  assert.deepEqual(bench.flags(), []);
});

test('a refused block is logged when it begins, not in every period', async () => {
  const codes: unknown[] = [];
  const log: Log = { ...silentLog, warn: (event, fields) => codes.push([event, fields?.['block'], fields?.['code']]) };
  await using bench = await Bench.started({ log });
  bench.transport.exceptions.set(801, 6);
  await bench.seconds(5);
  bench.transport.exceptions.clear();
  await bench.seconds(1);
  bench.transport.exceptions.set(801, 4);
  await bench.seconds(5);
  assert.deepEqual(codes, [
    ['modbus.refused', 801, 6],
    ['modbus.refused', 801, 4],
  ]);
});

test('a refused optional block is asked for once per connection and is not missed', async () => {
  const bench = new Bench();
  await using _ = bench;
  bench.transport.exceptions.set(223, 2);
  await bench.seconds(10);
  assert.equal(bench.value('neutral-current'), 'refused');
  assert.deepEqual(bench.flags(), []);
  assert.equal(bench.transport.asked.filter((block) => block === '223×2').length, 1);
  bench.transport.disconnect('for the test');
  bench.transport.exceptions.clear();
  await bench.seconds(1);
  assert.equal(bench.value('neutral-current'), '1.500 A');
});

test('an unreachable device gives a sample per period without values, and all values when it is back', async () => {
  await using bench = await Bench.started();
  bench.transport.failure = new ModbusError('timeout', 'no reply');
  await bench.seconds(5);
  assert.equal(bench.samples.length, 6);
  for (const sample of bench.samples.slice(1)) {
    assert.deepEqual([...sample.flags].sort(), ['device-unreachable', 'value-missing']);
    assert.ok([...sample.values.values()].every(({ kind }) => kind === 'missing'));
  }
  assert.equal(bench.value('voltage-l1-n'), 'unreachable');
  assert.equal(bench.value('active-energy-import-total'), 'input-missing');
  assert.equal(bench.last.at, bench.clock.now());
  bench.transport.failure = undefined;
  await bench.seconds(1);
  assert.deepEqual(bench.flags(), []);
  assert.equal(bench.value('max-voltage-l1-n'), '253.13 V');
});

test('another device than the described one is left alone and not published, until it is the right one', async () => {
  const bench = new Bench();
  await using _ = bench;
  put(bench.transport.memory, 64_001, 'uint16', 43);
  await bench.seconds(4);
  assert.deepEqual(bench.transport.asked, ['64001×27']);
  assert.deepEqual(bench.flags(), ['device-not-identified', 'value-missing']);
  assert.ok([...bench.last.values.values()].every(({ kind }) => kind === 'missing'));
  put(bench.transport.memory, 64_001, 'uint16', 42);
  await bench.seconds(1);
  assert.deepEqual(bench.transport.disconnects, ['no reading for 5 periods']);
  assert.deepEqual(bench.flags(), []);
  assert.equal(bench.value('voltage-l1-n'), '230.12 V');
});

test('a device that will not say who it is is not the described one', async () => {
  const bench = new Bench();
  await using _ = bench;
  bench.transport.exceptions.set(64_001, 2);
  await settle();
  assert.deepEqual(bench.flags(), ['device-not-identified', 'value-missing']);
});

test('a connection that brings no reading for some periods is given up', async () => {
  await using bench = await Bench.started({ silentPeriods: 3 });
  for (const address of [1, 203, 223, 801, 501, 75, 145]) bench.transport.exceptions.set(address, 4);
  await bench.seconds(2);
  assert.deepEqual(bench.transport.disconnects, []);
  await bench.seconds(1);
  assert.deepEqual(bench.transport.disconnects, ['no reading for 3 periods']);
  assert.deepEqual(bench.flags(), ['value-missing']);
});

test('a slow device is asked one thing at a time, and rounds do not queue up', async () => {
  const bench = new Bench();
  await using _ = bench;
  bench.transport.latency = Milliseconds(400);
  await bench.seconds(60);
  assert.equal(bench.transport.mostAtOnce, 1);
  // Four requests of 400 ms take 1.6 s, five or more take above 2 s: a round every second or third period.
  const apart = bench.samples.slice(1).map(({ at }, index) => at - (bench.samples[index]?.at ?? 0));
  assert.deepEqual(
    [...new Set(apart.slice(1))].sort((a, b) => a - b),
    [2_000, 3_000],
  );
  const before = bench.samples.length;
  bench.transport.latency = Milliseconds(0);
  await bench.seconds(10);
  assert.ok(bench.samples.length - before <= 11, 'no round is made up for');
});

interface StepBack {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** Status word at the first reading, and when the counter is back. */
  readonly status: readonly [number, number];
  readonly flags: readonly string[];
}

const RESTARTED = 1 << 11;
const RESET = 1 << 12;

const stepsBack: readonly StepBack[] = [
  { name: 'a step forward is nothing', before: 100, after: 101, status: [0, 0], flags: [] },
  { name: 'counter-runs-backwards', before: 5_000, after: 4_990, status: [0, 0], flags: ['counter-stepped-back'] },
  { name: 'rollover', before: 999_999_999_990, after: 5, status: [0, 0], flags: ['counter-rolled-over'] },
  {
    name: 'to zero from halfway is no rollover',
    before: 500_000_000_000,
    after: 0,
    status: [0, 0],
    flags: ['counter-stepped-back'],
  },
  { name: 'restart seen as an edge', before: 5_000, after: 4_990, status: [0, RESTARTED], flags: ['device-restarted'] },
  {
    name: 'restart while the bit is still set',
    before: 5_000,
    after: 4_990,
    status: [RESTARTED, RESTARTED],
    flags: ['device-restarted'],
  },
  { name: 'reset seen as an edge', before: 5_000, after: 0, status: [0, RESET], flags: ['counter-reset'] },
  {
    name: 'reset while the bit is still set',
    before: 5_000,
    after: 0,
    status: [RESET, RESET],
    flags: ['counter-reset'],
  },
  {
    name: 'reset edge while the restart bit is still set',
    before: 5_000,
    after: 0,
    status: [RESTARTED, RESTARTED | RESET],
    flags: ['counter-reset'],
  },
  {
    name: 'both bits still set is a restart',
    before: 5_000,
    after: 4_990,
    status: [RESTARTED | RESET, RESTARTED | RESET],
    flags: ['device-restarted'],
  },
  {
    name: 'another bit explains nothing',
    before: 5_000,
    after: 4_990,
    status: [0, 1 << 9],
    flags: ['counter-stepped-back'],
  },
  {
    name: 'a restart without a step back is told too',
    before: 5_000,
    after: 5_000,
    status: [0, RESTARTED],
    flags: ['device-restarted'],
  },
];

for (const { name, before, after, status, flags } of stepsBack) {
  test(`counter: ${name}`, async () => {
    const bench = new Bench();
    await using _ = bench;
    const { memory } = bench.transport;
    put(memory, 205, 'uint32', status[0]);
    put(memory, 801, 'float64', before);
    await settle();
    assert.deepEqual(bench.flags(), []);
    put(memory, 205, 'uint32', status[1]);
    put(memory, 801, 'float64', after);
    await bench.seconds(1);
    assert.deepEqual(bench.flags(), flags);
    assert.equal(bench.value('active-energy-import-t1'), `${after} Wh`, 'the value is never repaired');
    await bench.seconds(1);
    assert.deepEqual(bench.flags(), [], 'told once');
  });
}

test('a counter that is back after an outage is noticed too', async () => {
  await using bench = await Bench.started();
  bench.transport.failure = new ModbusError('closed', 'gone');
  await bench.seconds(30);
  bench.transport.failure = undefined;
  put(bench.transport.memory, 801, 'float64', 2_869_776_000);
  put(bench.transport.memory, 205, 'uint32', RESTARTED);
  await bench.seconds(1);
  assert.deepEqual(bench.flags(), ['device-restarted']);
});

test('the current average of a demand register forms from the start of a period that was seen to begin', async () => {
  await using bench = await Bench.started();
  assert.equal(bench.value('demand-active-import'), 'not-yet-read');
  assert.deepEqual(bench.flags(), []);
  // The fixture's period is 60 s old at the start. 840 s later the next one begins, and 90 s are a tenth of it.
  for (let age = 75; age <= 990; age += 15) {
    put(bench.transport.memory, 519, 'uint32', age % 900);
    await bench.seconds(15);
  }
  assert.equal(bench.value('demand-active-import'), '200.0 W');
  assert.equal(bench.value('demand-active-export'), '0.0 W');
  bench.transport.failure = new ModbusError('timeout', 'no reply');
  await bench.seconds(1);
  assert.equal(bench.value('demand-active-import'), 'input-missing');
  bench.transport.failure = undefined;
  await bench.seconds(1);
  assert.equal(bench.value('demand-active-import'), 'not-yet-read', 'a period with a hole has no average');
});

test('a listener that throws stops nothing and is logged', async () => {
  const events: string[] = [];
  const log: Log = { ...silentLog, error: (event, fields) => events.push(`${event}: ${fields?.['reason']}`) };
  let calls = 0;
  await using bench = await Bench.started({
    log,
    onSample() {
      calls += 1;
      throw new Error('full');
    },
  });
  await bench.seconds(2);
  assert.equal(calls, 3);
  assert.deepEqual(
    events,
    Array.from({ length: 3 }, () => 'modbus.sample-not-taken: full'),
  );
});

test('stopping ends a request on its way and the waiting', async () => {
  const bench = new Bench();
  bench.transport.latency = Minutes(1);
  await settle();
  await bench[Symbol.asyncDispose]();
  assert.equal(bench.samples.length, 0);
  assert.equal(bench.clock.waiting, 0);

  const waiting = await Bench.started();
  await waiting[Symbol.asyncDispose]();
  await waiting.seconds(10);
  assert.equal(waiting.samples.length, 1);
});

test('a mistake of ours ends the polling and is not taken for a fault of the device', async () => {
  const bench = new Bench();
  bench.transport.failure = new TypeError('ours');
  await assert.rejects(bench.ended, { message: 'ours' });
  assert.equal(bench.samples.length, 0);
});

test('momentary blocks are read in the order of the plan', async () => {
  await using bench = await Bench.started();
  bench.transport.asked.length = 0;
  await bench.seconds(1);
  assert.deepEqual(bench.transport.asked, [...MOMENTARY_BLOCKS, '801×40']);
});
