import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Seconds } from '#core/time.ts';
import { type Simulator, startSimulator } from '#modbus/simulator.ts';
import { program } from '../../support/programs.ts';
import { RawClient } from './raw-client.ts';
import { startStill } from './simulator-under-test.ts';

const run = promisify(execFile);
const peer = (file: string): string => fileURLToPath(new URL(`../simulator-peers/${file}`, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'sealmeter-peers-'));
const libmodbusClient = join(folder, 'libmodbus_client');

before(async () => {
  program('libmodbus');
  await run(program('gcc'), ['-Wall', '-Werror', peer('libmodbus_client.c'), '-lmodbus', '-o', libmodbusClient]);
});
after(() => rmSync(folder, { recursive: true }));

/** What a peer prints after it has talked to a simulator. */
async function talk(simulator: Simulator, file: string, ...first: readonly string[]): Promise<Record<string, unknown>> {
  const { host, port } = simulator.address;
  const { stdout } = await run(file, [...first, host, String(port)], { timeout: 20_000 });
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** The momentary values, as our own eyes see them. */
async function momentary(simulator: Simulator): Promise<readonly number[]> {
  await using client = await RawClient.connect(simulator.address);
  const registers = await client.read(1, 74);
  return Array.from({ length: 37 }, (_, index) => registers.getFloat32(4 * index));
}

test('pymodbus reads, writes, is refused, splits and pipelines', async () => {
  const { clock, simulator } = await startStill();
  await using _ = simulator;
  await clock.advance(Seconds(60));
  const expected = await momentary(simulator);
  const seen = await talk(simulator, program('python3'), peer('pymodbus_client.py'));
  const { holding, input, energies, identity, ...rest } = seen;
  assert.deepEqual(holding, expected);
  assert.deepEqual(input, expected);
  assert.ok(Array.isArray(energies) && energies.length === 10);
  assert.ok(Array.isArray(identity) && identity.length === 27 && identity[0] === 42);
  assert.deepEqual(rest, {
    restarted: false,
    function01: { exception: 1 },
    insideAValue: { exception: 2 },
    partOfIdentity: { exception: 2 },
    tooMany: { exception: 3 },
    device: { 0: 'SIEMENS AG', 1: 'SENTRON PAC3200', 2: 'V2.0.2/V1.2.0' },
    split: true,
    pipelined: true,
    written: true,
    readBack: [123_456.5],
    writtenToVoltage: { exception: 2 },
    ordered: true,
    afterReset: [0],
    impossibleOrder: { exception: 3 },
  });
});

test('libmodbus reads, writes, is refused, splits and pipelines', async () => {
  const { clock, simulator } = await startStill();
  await using _ = simulator;
  await clock.advance(Seconds(60));
  const expected = await momentary(simulator);
  const { holding, input, ...rest } = await talk(simulator, libmodbusClient);
  assert.deepEqual(toFloat32(holding), expected);
  assert.deepEqual(toFloat32(input), expected);
  assert.deepEqual(rest, {
    identity: 0,
    manufacturer: 42,
    bits: 0,
    restarted: 0,
    function01: 1,
    insideAValue: 2,
    acrossAHole: 2,
    split: 1,
    pipelined: 1,
    written: 0,
    readBack: 0,
    period: 30,
    impossible: 3,
    ordered: 0,
    tariff: 0,
    activeTariff: 1,
  });
});

/** Nine digits name one float32. */
const toFloat32 = (values: unknown): readonly number[] =>
  Array.isArray(values) ? values.map((value) => Math.fround(Number(value))) : assert.fail('no list of numbers');

for (const fault of ['reply-in-single-bytes', 'latency'] as const) {
  test(`libmodbus copes with ${fault}`, async () => {
    await using simulator = await startSimulator();
    await simulator.inject(fault);
    const { period, activeTariff } = await talk(simulator, libmodbusClient);
    assert.deepEqual({ period, activeTariff }, { period: 30, activeTariff: 1 });
  });
}
