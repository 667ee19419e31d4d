import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControlState } from '#cosem/disconnect-control.ts';
import { attributeTable } from './attribute-table.ts';
import { choice } from './support/data.ts';
import { StandardMeter, verdict, zero } from './support/standard-meter.ts';

const OBIS = '0-0:96.3.10.255';

/** By control mode: what a remote reconnection, a local disconnection and a local reconnection lead to. */
const MODES: readonly (readonly [number, string, string, string])[] = [
  [0, 'STATE_UNSUITABLE', 'STATE_UNSUITABLE', 'STATE_UNSUITABLE'],
  [1, 'ready-for-reconnection', 'ready-for-reconnection', 'STATE_UNSUITABLE'],
  [2, 'connected', 'ready-for-reconnection', 'STATE_UNSUITABLE'],
  [3, 'ready-for-reconnection', 'ready-for-reconnection', 'STATE_UNSUITABLE'],
  [4, 'connected', 'ready-for-reconnection', 'STATE_UNSUITABLE'],
  [5, 'ready-for-reconnection', 'ready-for-reconnection', 'connected'],
  [6, 'ready-for-reconnection', 'ready-for-reconnection', 'connected'],
];

async function after(mode: number, from: ControlState, method: number, isLocal: boolean): Promise<string> {
  const meter = new StandardMeter();
  await meter.write(70, OBIS, 4, choice(mode));
  meter.breaker.current = from;
  const outcome = await meter.object(70, OBIS).invoke(method, zero, meter.context({ isLocal }));
  return outcome.kind === 'done' ? (meter.breaker.current ?? '') : verdict(outcome);
}

for (const [mode, remoteReconnect, localDisconnect, localReconnect] of MODES) {
  test(`in control mode ${mode} a trigger leads where the mode says`, async () => {
    assert.equal(await after(mode, 'connected', 1, false), mode === 0 ? 'STATE_UNSUITABLE' : 'disconnected');
    assert.equal(await after(mode, 'disconnected', 2, false), remoteReconnect);
    assert.equal(await after(mode, 'connected', 1, true), localDisconnect);
    assert.equal(await after(mode, 'ready-for-reconnection', 2, true), localReconnect);
  });
}

test('the states are those of the device', () => {
  const meter = new StandardMeter();
  const table = (state: ControlState | undefined): readonly string[] => {
    meter.breaker.current = state;
    return attributeTable(meter.object(70, OBIS), meter.device.snapshot()).slice(1);
  };
  assert.deepEqual(table('connected'), [
    '2 output_state boolean:true',
    '3 control_state enum:1',
    '4 control_mode enum:4',
  ]);
  assert.deepEqual(table('disconnected').slice(0, 2), ['2 output_state boolean:false', '3 control_state enum:0']);
  assert.deepEqual(table('ready-for-reconnection').slice(0, 2), [
    '2 output_state boolean:false',
    '3 control_state enum:2',
  ]);
  assert.deepEqual(table(undefined).slice(0, 2), ['2 output_state null-data', '3 control_state null-data']);
});

test('a consumer who is connected is not reconnected, and so perhaps disconnected', async () => {
  const meter = new StandardMeter();
  await meter.write(70, OBIS, 4, choice(1));
  assert.equal(verdict(await meter.invoke(70, OBIS, 2)), 'STATE_UNSUITABLE');
  assert.equal(meter.breaker.current, 'connected');
});

test('nobody is reconnected while the device does not tell its state; everybody can be disconnected', async () => {
  const meter = new StandardMeter();
  meter.breaker.current = undefined;
  assert.equal(verdict(await meter.invoke(70, OBIS, 2)), 'HARDWARE_FAULT');
  assert.equal(verdict(await meter.invoke(70, OBIS, 1)), 'done');
});

test('a meter without a breaker has nothing that would move one', () => {
  const { device } = new StandardMeter({}, false);
  for (const classId of [70, 71]) assert.ok(!device.objects.some((object) => object.classId === classId));
});
