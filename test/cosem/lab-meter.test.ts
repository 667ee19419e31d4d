import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '#core/log.ts';
import { parseObis } from '#core/obis.ts';
import { Milliseconds, Seconds } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import { rightsOf } from '#cosem/access-rights.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { DeviceRoutine } from '#cosem/device-routine.ts';
import { measuredBreaker } from '#cosem/disconnect-control.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import { ObjectAccess } from '#cosem/object-access.ts';
import { SampledDevice } from '#cosem/sampled-device.ts';
import { standardObjects } from '#cosem/standard-objects.ts';
import { loadDevice } from '#meter/device-file.ts';
import { Actuator } from '#modbus/actuator.ts';
import { createGuardedClient } from '#modbus/guarded-client.ts';
import { startPoller } from '#modbus/poller.ts';
import { startSimulator } from '#modbus/simulator.ts';
import { METER_ID, managementDevice, START } from '../support/example-meter.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { choice, i8, list, name, no, struct, text, time, u16, u32, yes } from './support/data.ts';
import { MemoryBooks, MemoryParameters, RecordedEvents, verdict, zero } from './support/standard-meter.ts';

/*
 * From a client's order to the register and back: the simulated meter of the laboratory on real Modbus TCP, polled and acted
 * upon as its description says.
 */

const { plan, objects: rows } = loadDevice('pac3200-lab');
const LIMIT = { timeout: 20_000 };
const grid = { id: 'grid', rights: rightsOf('grid-operator') };

async function startLaboratory() {
  await using starting = new AsyncDisposableStack();
  const clock = new FakeClock(START);
  const simulator = starting.use(await startSimulator({ clock, model: 'pac3200-lab' }));
  const connection = { ...simulator.address, unit: 1, timeout: Milliseconds(1_000), clock };
  const actuator = new Actuator({ plan, ...connection });
  const { breaker, display, tariff } = plan.actuators;
  assert.ok(breaker !== undefined && display !== undefined && tariff !== undefined);
  const sink = new RecordedEvents();
  const { objects, watchers } = standardObjects({
    identity: { id: METER_ID, meterNumber: '1', locationId: '', manufacturer: 'sealmeter', model: 'pac3200-lab' },
    firmware: { identifier: 'sealmeter', sha256: new Uint8Array(32) },
    rows,
    zone: new Zone('Europe/Berlin'),
    parameters: new MemoryParameters(),
    books: new MemoryBooks(),
    profile: () => undefined,
    breaker: measuredBreaker(breaker.state, (state) => actuator.switchTo('breaker', state)),
    switchTariff: (number) => actuator.switchTo('tariff', number - 1),
    display: { ...display, show: (lines) => actuator.show(lines) },
  });
  const start = { at: START, sequenceNumber: 0n };
  const device = new SampledDevice({ id: METER_ID, meterNumber: '1', locationId: '', rows, others: objects, start });
  const routine = new DeviceRoutine({ device, watchers, events: sink, log: silentLog });
  let samples = 0n;
  let acting: Promise<void> = Promise.resolve();
  const transport = starting.use(createGuardedClient({ ...connection, log: silentLog }));
  starting.use(
    startPoller({
      plan,
      transport,
      clock,
      log: silentLog,
      onSample(sample) {
        samples += 1n;
        acting = routine.observe(device.accept(sample, samples));
      },
    }),
  );
  /** Until another sample has come, and what it made the device do is done. */
  const nextSample = async (): Promise<void> => {
    const { sequenceNumber } = device.snapshot();
    await clock.advance(Seconds(1));
    while (device.snapshot().sequenceNumber === sequenceNumber) await settle();
    await acting;
  };
  await nextSample();
  const access = new ObjectAccess({ devices: logicalDevices(managementDevice(), [device]), events: sink, clock });
  const running = starting.move();
  return {
    simulator,
    sink,
    nextSample,
    read: (classId: number, obis: string, attribute: number) =>
      device.object(classId, parseObis(obis))?.read(attribute, device.snapshot()),
    write: (classId: number, obis: string, member: number, data: CosemData) =>
      access.write({ ldev: METER_ID, classId, logicalName: parseObis(obis), member }, data, grid),
    invoke: (classId: number, obis: string, member: number) =>
      access.invoke({ ldev: METER_ID, classId, logicalName: parseObis(obis), member }, zero, grid),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const BREAKER = [70, '0-0:96.3.10.255'] as const;
const POWER = [3, '1-0:16.7.0.255', 2] as const;

const powerIn = (data: CosemData | undefined): bigint => {
  assert.ok(data?.type === 'double-long');
  return data.value;
};

test(
  'a client disconnects the consumer, and the meter shows it; only somebody at the meter reconnects',
  LIMIT,
  async () => {
    await using laboratory = await startLaboratory();
    assert.deepEqual(laboratory.read(...BREAKER, 2), yes);
    assert.notEqual(powerIn(laboratory.read(...POWER)), 0n);
    assert.equal(verdict(await laboratory.invoke(...BREAKER, 1)), 'done');
    await laboratory.nextSample();
    await laboratory.nextSample();
    assert.deepEqual([laboratory.read(...BREAKER, 2), laboratory.read(...BREAKER, 3)], [no, choice(0)]);
    assert.equal(powerIn(laboratory.read(...POWER)), 0n);
    await laboratory.write(...BREAKER, 4, choice(1));
    assert.equal(verdict(await laboratory.invoke(...BREAKER, 2)), 'done');
    await laboratory.nextSample();
    assert.deepEqual([laboratory.read(...BREAKER, 2), laboratory.read(...BREAKER, 3)], [no, choice(2)]);
    laboratory.simulator.pressButton();
    await laboratory.nextSample();
    await laboratory.nextSample();
    assert.deepEqual([laboratory.read(...BREAKER, 2), laboratory.read(...BREAKER, 3)], [yes, choice(1)]);
    assert.notEqual(powerIn(laboratory.read(...POWER)), 0n);
    assert.deepEqual(laboratory.sink.taken(), [
      'disconnect-ordered by grid',
      'setting-changed by grid',
      'reconnect-ordered by grid',
    ]);
  },
);

test('a message reaches the display', LIMIT, async () => {
  await using laboratory = await startLaboratory();
  assert.equal(verdict(await laboratory.write(1, '0-0:96.13.1.255', 2, text('Planned outage\n22:00'))), 'done');
  assert.deepEqual(laboratory.simulator.display, ['Planned outage', '22:00']);
});

test('a meter that is write protected refuses, and it is recorded', LIMIT, async () => {
  await using laboratory = await startLaboratory();
  await laboratory.simulator.inject('write-protection');
  assert.equal(verdict(await laboratory.invoke(...BREAKER, 1)), 'HARDWARE_FAULT');
  await laboratory.nextSample();
  assert.deepEqual(laboratory.read(...BREAKER, 2), yes);
  assert.deepEqual(laboratory.sink.taken(), ['disconnect-ordered by grid', 'order-failed by grid']);
});

test('a calendar switches the tariff of the meter', LIMIT, async () => {
  await using laboratory = await startLaboratory();
  assert.deepEqual(laboratory.read(6, '0-0:14.0.0.255', 4), text('T1'));
  const calendar = [20, '0-0:13.0.0.255'] as const;
  const always = struct(time('00:00:00'), name('0-0:10.0.100.255'), u16(2));
  const days = list(struct({ type: 'unsigned', value: 1n }, list(always)));
  const week = struct(text('W'), ...Array.from({ length: 7 }, (): CosemData => ({ type: 'unsigned', value: 1n })));
  const start: CosemData = { type: 'octet-string', value: Uint8Array.of(255, 255, 1, 1, 255, 0, 0, 0, 0, 128, 0, 255) };
  const parts = [text('C'), list(struct(text('S'), start, text('W'))), list(week), days];
  for (const [index, part] of parts.entries())
    assert.equal(verdict(await laboratory.write(...calendar, 6 + index, part)), 'done');
  assert.equal(verdict(await laboratory.invoke(...calendar, 1)), 'done');
  // The first one acts; the next may have been under way by then, and does not show it yet.
  for (let sample = 0; sample < 3; sample++) await laboratory.nextSample();
  assert.deepEqual(laboratory.read(6, '0-0:14.0.0.255', 4), text('T2'));
});

test('a limiter disconnects a consumer who takes too much', LIMIT, async () => {
  await using laboratory = await startLaboratory();
  const limiter = [71, '0-0:17.0.0.255'] as const;
  const call = (selector: number): CosemData => struct(name('0-0:10.0.106.255'), u16(selector));
  // Any current at all, in either direction, is too much for this one.
  await laboratory.write(...limiter, 2, struct(u16(3), name('1-0:31.7.0.255'), i8(2)));
  await laboratory.write(...limiter, 4, u32(0));
  await laboratory.write(...limiter, 6, u32(1));
  await laboratory.write(...limiter, 11, struct(call(1), call(0)));
  for (let sample = 0; sample < 4; sample++) await laboratory.nextSample();
  assert.deepEqual(laboratory.read(...BREAKER, 3), choice(2));
  const names = laboratory.sink.taken().filter((event) => event.endsWith('limiter 0-0:17.0.0.255'));
  assert.deepEqual(names.slice(-1), ['disconnect-ordered by limiter 0-0:17.0.0.255']);
});
