import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SealmeterError } from '#core/errors.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { dateTime, list, name, no, struct, u16, u32, yes } from './support/data.ts';
import { StandardMeter, secondsAfter, verdict } from './support/standard-meter.ts';

const LIMITER = [71, '0-0:17.0.0.255'] as const;
const NORMAL = 4;
const EMERGENCY = 5;
const MIN_OVER = 6;
const MIN_UNDER = 7;
const PROFILE = 8;
const GROUPS = 9;
const ACTIONS = 11;

const call = (selector: number): CosemData => struct(name('0-0:10.0.106.255'), u16(selector));

/** More than 1000 W for 10 s disconnects; less for 5 s reconnects. */
async function limited(): Promise<StandardMeter> {
  const meter = new StandardMeter();
  const settings: readonly (readonly [number, CosemData])[] = [
    [NORMAL, u32(1_000)],
    [EMERGENCY, u32(200)],
    [MIN_OVER, u32(10)],
    [MIN_UNDER, u32(5)],
    [ACTIONS, struct(call(1), call(2))],
  ];
  for (const [attribute, data] of settings) {
    assert.equal(verdict(await meter.write(...LIMITER, attribute, data)), 'done');
  }
  await meter.write(70, '0-0:96.3.10.255', 4, { type: 'enum', value: 5n });
  meter.sink.taken();
  return meter;
}

/** The power of each second from `from` on. */
async function powers(meter: StandardMeter, from: number, to: number, power: bigint): Promise<void> {
  for (let second = from; second <= to; second += 1) await meter.sample(secondsAfter(second), { power });
}

test('too much for too long disconnects; enough patience reconnects', async () => {
  const meter = await limited();
  await powers(meter, 1, 10, 1_001n);
  assert.equal(meter.breaker.current, 'connected');
  await powers(meter, 11, 11, 1_001n);
  assert.equal(meter.breaker.current, 'ready-for-reconnection');
  assert.deepEqual(meter.sink.taken(), [
    'threshold-crossed by limiter 0-0:17.0.0.255',
    'script-executed by limiter 0-0:17.0.0.255',
    'disconnect-ordered by limiter 0-0:17.0.0.255',
  ]);
  await powers(meter, 12, 16, 0n);
  assert.equal(meter.breaker.current, 'ready-for-reconnection');
  await powers(meter, 17, 17, 0n);
  assert.equal(meter.breaker.current, 'connected');
});

test('a peak that is shorter is no excess, and the threshold itself neither', async () => {
  const meter = await limited();
  await powers(meter, 1, 10, 5_000n);
  await powers(meter, 11, 11, 1_000n);
  await powers(meter, 12, 21, 5_000n);
  assert.equal(meter.breaker.current, 'connected');
});

test('in an emergency of its group, the other threshold holds while it lasts', async () => {
  const meter = await limited();
  await meter.write(...LIMITER, PROFILE, struct(u16(7), dateTime('2026-11-20', '10:15:00'), u32(60)));
  await meter.sample(secondsAfter(1));
  assert.deepEqual(
    [3, 10].map((id) => meter.read(...LIMITER, id)),
    [u32(1_000), no],
  );
  await meter.write(...LIMITER, GROUPS, list(u16(6), u16(7)));
  assert.deepEqual(
    [3, 10].map((id) => meter.read(...LIMITER, id)),
    [u32(200), yes],
  );
  await powers(meter, 2, 12, 201n);
  assert.equal(meter.breaker.current, 'ready-for-reconnection');
  await meter.sample(secondsAfter(60));
  assert.deepEqual(
    [3, 10].map((id) => meter.read(...LIMITER, id)),
    [u32(1_000), no],
  );
});

test('a breaker that does not answer is asked again, but not every second', async () => {
  const meter = await limited();
  meter.breaker.fault = new SealmeterError('device', 'MODBUS_TIMEOUT', 'no reply');
  await powers(meter, 1, 70, 2_000n);
  assert.equal(meter.sink.taken().filter((event) => event.startsWith('disconnect-ordered')).length, 1);
  meter.breaker.fault = undefined;
  await powers(meter, 71, 72, 2_000n);
  assert.equal(meter.breaker.current, 'ready-for-reconnection');
});

test('a limiter begins with a limit that nothing reaches', async () => {
  const meter = new StandardMeter();
  await powers(meter, 1, 100, 4_000_000_000n);
  assert.deepEqual(meter.sink.taken(), []);
});

test('a threshold is an integer', async () => {
  const meter = new StandardMeter();
  assert.equal(verdict(await meter.write(...LIMITER, NORMAL, yes)), 'TYPE_UNMATCHED');
  assert.equal(verdict(await meter.write(...LIMITER, 3, u32(1))), 'ATTRIBUTE_READ_ONLY');
});
