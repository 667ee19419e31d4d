import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CosemData } from '#cosem/data-types.ts';
import { choice, i8, list, name, struct, u16, u32 } from './support/data.ts';
import { StandardMeter, secondsAfter, verdict } from './support/standard-meter.ts';

const MONITOR = [21, '0-0:16.0.0.255'] as const;
const call = (selector: number): CosemData => struct(name('0-0:10.0.106.255'), u16(selector));
const noCall = call(0);

async function monitoring(): Promise<StandardMeter> {
  const meter = new StandardMeter();
  await meter.write(...MONITOR, 3, struct(u16(3), name('1-0:32.7.0.255'), i8(2)));
  await meter.write(...MONITOR, 2, list(u32(20_000), u32(25_000)));
  await meter.write(70, '0-0:96.3.10.255', 4, choice(5));
  await meter.write(...MONITOR, 4, list(struct(noCall, noCall), struct(call(1), call(2))));
  meter.sink.taken();
  return meter;
}

async function crossings(meter: StandardMeter, ...voltages: readonly bigint[]): Promise<readonly string[]> {
  for (const [second, voltage] of voltages.entries()) await meter.sample(secondsAfter(second + 1), { voltage });
  return meter.sink.taken().map((event) => event.replace(` by register monitor ${MONITOR[1]}`, ''));
}

test('a value that passes a threshold runs its script, upwards and downwards', async () => {
  const meter = await monitoring();
  assert.deepEqual(await crossings(meter, 23_000n, 25_000n, 25_001n, 26_000n), [
    'threshold-crossed',
    'script-executed',
    'disconnect-ordered',
  ]);
  assert.deepEqual(await crossings(meter, 25_000n, 24_999n), [
    'threshold-crossed',
    'script-executed',
    'reconnect-ordered',
  ]);
});

test('a crossing without a script is told all the same', async () => {
  assert.deepEqual(await crossings(await monitoring(), 23_000n, 19_999n), ['threshold-crossed']);
});

test('several thresholds are passed at once', async () => {
  const names = await crossings(await monitoring(), 19_000n, 26_000n);
  assert.deepEqual(names.filter((name) => name === 'threshold-crossed').length, 2);
});

test('the first value passes nothing', async () => {
  assert.deepEqual(await crossings(await monitoring(), 26_000n), []);
});

test('a value that is not there passes nothing', async () => {
  const meter = await monitoring();
  await meter.write(...MONITOR, 3, struct(u16(3), name('1-0:99.7.0.255'), i8(2)));
  meter.sink.taken();
  assert.deepEqual(await crossings(meter, 23_000n, 26_000n), []);
});

test('thresholds are integers', async () => {
  const meter = await monitoring();
  assert.equal(verdict(await meter.write(...MONITOR, 2, list(name('0-0:0.0.0.0')))), 'TYPE_UNMATCHED');
});
