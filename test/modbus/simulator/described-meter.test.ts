import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Log, silentLog } from '#core/log.ts';
import { Instant } from '#core/time.ts';
import { parseYaml } from '#meter/yaml-file.ts';
import { decode, decodeIdentity } from '#modbus/decode.ts';
import { type MeasurePlan, readMeasurePlan } from '#modbus/measure-plan.ts';
import { DescribedMeter } from '#modbus/simulator/described/meter.ts';
import { Memory } from '#modbus/simulator/memory.ts';
import { Site } from '#modbus/simulator/model/site.ts';
import { ModbusRefusal } from '#modbus/simulator/wire/exceptions.ts';
import { startSimulator } from '#modbus/simulator.ts';
import { NOON } from './meter.ts';
import { hex, RawClient, readRequest } from './raw-client.ts';

const sdm630 = readMeasurePlan(
  parseYaml('sdm630.yaml', readFileSync(new URL('../../../devices/sdm630.yaml', import.meta.url), 'utf8')),
);

/** A little of everything that a description can say of a register. */
const SMALL = readMeasurePlan(
  parseYaml(
    'small.yaml',
    `model: { id: small, manufacturer: Nobody, name: Small }
access: { functionCode: 3, addressBase: oneBased, wordOrder: little, unit: 7, port: 502, maxRegisters: 20, gaps: forbidden }
identify: [{ key: maker, at: 100, format: uint16, expect: 42 }, { key: serial, at: 101, format: "char[8]" }]
groups: { fast: { every: 1 s } }
blocks: [{ start: 1, count: 8, group: fast }, { start: 100, count: 5, group: fast }]
objects:
  - { key: voltage-l1-n, unit: V, scaler: -2, at: 1, format: int32, factor: -1, plus: -500 }
  - { key: active-power-total, unit: W, scaler: -1, at: 3, format: float32 }
  - { key: active-power-export-total, unit: W, scaler: -1, at: 3, format: float32, take: negative }
  - { key: colour, unit: "", scaler: 0, at: 5, format: float32 }
  - { key: flavour, unit: "", scaler: 0, at: 7, format: uint32, absent: [0xffffffff] }
`,
  ),
);

/** A described meter at its site; the test owns its seconds. */
function bench(plan: MeasurePlan, { memory = new Memory(undefined, silentLog), log = silentLog } = {}) {
  const site = new Site(NOON, 1);
  const meter = new DescribedMeter({ plan, memory, serialNumber: '12345678', log });
  const run = (seconds: number): void => {
    for (let second = 0; second < seconds; second++) meter.step(site.step());
  };
  run(1);
  return { meter, run, values: () => valuesOf(plan, meter) };
}

/** The meter, read with its description: the published numbers by key, in whole units. */
function valuesOf(plan: MeasurePlan, meter: DescribedMeter): Readonly<Record<string, number>> {
  const entries = plan.blocks.flatMap((block) => {
    const bytes = meter.registers.get(block.functionCode)?.read(block.address, block.count) ?? assert.fail();
    return block.measurands.map((measurand) => {
      const measured = decode(measurand, { address: block.address, bytes, readAt: Instant(0) });
      const value = measured.kind === 'value' ? Number(measured.quantity.value) * 10 ** measurand.scaler : Number.NaN;
      return [measurand.key, value] as const;
    });
  });
  return Object.fromEntries(entries);
}

test('every row of the SDM630 has a value', () => {
  const events: string[] = [];
  const log: Log = { ...silentLog, warn: (event, fields) => events.push(`${event} ${fields?.['key']}`) };
  const values = bench(sdm630, { log }).values();
  assert.deepEqual(events, []);
  assert.deepEqual(
    Object.keys(values).filter((key) => Number.isNaN(values[key])),
    [],
  );
});

test('the values of an SDM630 agree with each other', () => {
  const { run, values: read } = bench(sdm630);
  run(3_600);
  const values = read();
  const value = (key: string): number => values[key] ?? assert.fail(key);
  const near = (a: number, b: number, within: number, what: string) =>
    assert.ok(Math.abs(a - b) <= within, `${what}: ${a}, ${b}`);
  const sum = (...keys: readonly string[]): number => keys.reduce((total, key) => total + value(key), 0);
  const of = (key: string) => [`${key}-l1`, `${key}-l2`, `${key}-l3`];
  near(value('active-power-total'), sum(...of('active-power')), 0.3, 'P');
  near(value('apparent-power-total'), sum(...of('apparent-power')), 0.3, 'S');
  near(value('current-sum'), sum(...of('current')), 0.01, 'I');
  near(
    value('active-power-total'),
    value('active-power-import-total') - value('active-power-export-total'),
    0.1,
    '+P, -P',
  );
  near(value('active-energy-absolute'), sum('active-energy-import', 'active-energy-export'), 2, 'energy');
  for (const phase of ['l1', 'l2', 'l3']) {
    const both = sum(`active-energy-import-${phase}`, `active-energy-export-${phase}`);
    near(value(`active-energy-absolute-${phase}`), both, 2, phase);
    assert.ok(value(`max-demand-current-${phase}`) >= value(`demand-current-${phase}`));
  }
  assert.ok(value('active-energy-export') > 1_000, 'an hour of sun, in Wh');
});

test('energy of an SDM630 is the integral of its power', () => {
  const { run, values } = bench(sdm630);
  let exported = values()['active-energy-export'] ?? assert.fail();
  const before = exported;
  for (let second = 0; second < 3_600; second++) {
    run(1);
    exported += (values()['active-power-export-total'] ?? assert.fail()) / 3_600;
  }
  const after = values()['active-energy-export'] ?? assert.fail();
  assert.ok(after - before > 1_000);
  assert.ok(Math.abs(after - exported) < 2, `${after} Wh, not ${exported}`);
});

test('a maximum demand is the largest there has been', () => {
  const { run, values } = bench(sdm630);
  let largest = 0;
  for (let minute = 0; minute < 120; minute++) {
    const { 'demand-current-l2': now = 0, 'max-demand-current-l2': maximum = 0 } = values();
    largest = Math.max(largest, now);
    assert.ok(maximum >= largest, `${maximum} A after ${largest} A`);
    run(60);
  }
  assert.ok((values()['demand-current-l2'] ?? 0) < largest, 'it has fallen since');
});

test('integers, word order, offsets, factors and one-based addresses are those of the description', () => {
  const { meter, values } = bench(SMALL);
  const { 'voltage-l1-n': voltage = 0, 'active-power-total': power = 0, ...others } = values();
  const same = bench(sdm630).values()['voltage-l1-n'] ?? assert.fail();
  assert.ok(Math.abs(voltage - same) < 0.1, `${voltage} V, where an SDM630 measures ${same} V`);
  assert.ok(power < 0 && others['active-power-export-total'] === -power);
  const raw = meter.registers.get(3)?.read(0, 2) ?? assert.fail();
  const tenthsLowWordFirst = (raw[0] ?? 0) * 256 + (raw[1] ?? 0);
  assert.equal(tenthsLowWordFirst, Math.round((voltage + 5) * 10), 'the device counts 0.1 V from 5 V up');
});

test('a row that the model does not know is named in the log and reads as not measured', () => {
  const events: string[] = [];
  const log: Log = { ...silentLog, warn: (event, fields) => events.push(`${event} ${fields?.['key']}`) };
  const { colour, flavour } = bench(SMALL, { log }).values();
  assert.deepEqual([colour, flavour], [Number.NaN, Number.NaN]);
  assert.deepEqual(events, ['simulator.row-not-modelled colour', 'simulator.row-not-modelled flavour']);
});

test('the meter identifies itself as its description expects', () => {
  const { meter } = bench(SMALL);
  const block = SMALL.blocks[1] ?? assert.fail();
  const bytes = meter.registers.get(3)?.read(block.address, block.count) ?? assert.fail();
  const reading = { address: block.address, bytes, readAt: Instant(0) };
  assert.deepEqual(
    block.identity.map((point) => decodeIdentity(point, reading)),
    ['42', '12345678'],
  );
});

test('energies and maxima survive a stop, and a power cut sets them back', async () => {
  const memory = new Memory(undefined, silentLog);
  const first = bench(sdm630, { memory });
  first.run(299);
  const saved = first.values();
  first.run(100);
  assert.notEqual(first.values()['active-energy-export'], saved['active-energy-export']);
  first.meter.powerCut();
  for (const key of ['active-energy-export', 'active-energy-absolute-l1', 'max-demand-current-l1']) {
    assert.equal(first.values()[key], saved[key], key);
  }
  first.meter.save();
  const second = new DescribedMeter({ plan: sdm630, memory, serialNumber: '1', log: silentLog });
  assert.equal(valuesOf(sdm630, second)['active-energy-export'], saved['active-energy-export']);
});

test('undefined registers of a block read 0 where the meter has such, and are refused elsewhere', () => {
  const { meter } = bench(sdm630);
  const registers = meter.registers.get(4) ?? assert.fail();
  assert.deepEqual([...registers.read(44, 2)], [0, 0, 0, 0]);
  assert.throws(() => registers.read(108, 2), ModbusRefusal);
});

test('over the wire an SDM630 knows readings only, 80 registers at most', async () => {
  await using simulator = await startSimulator({ plan: sdm630 });
  await using client = await RawClient.connect(simulator.address);
  assert.equal((await client.ask(readRequest(0, 72, 4))).length, 2 * (2 + 144));
  assert.equal(await client.ask(readRequest(0, 81, 4)), '8403');
  assert.equal(await client.ask(readRequest(0, 2, 3)), '8302', 'it is no holding register');
  assert.match(await client.ask(readRequest(64512, 2, 3)), /^0304/);
  assert.equal(await client.ask(hex('02 0000 0001')), '8201');
  assert.equal(await client.ask(hex('06 0000 0001')), '8601');
  assert.equal(await client.ask(hex('10 0000 0001 02 0000')), '9001');
  assert.equal(await client.ask(hex('2b 0e 01 00')), 'ab01');
});

test('a described meter answers to the unit of its description', async () => {
  await using simulator = await startSimulator({ plan: SMALL });
  await using client = await RawClient.connect(simulator.address);
  assert.match(await client.ask(readRequest(0, 2), { unit: 7 }), /^0304/);
  assert.equal(await client.ask(readRequest(0, 2), { unit: 1 }), '830b');
});
