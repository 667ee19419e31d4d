import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import { formatQuantity } from '#core/quantity.ts';
import type { Sample } from '#core/sample.ts';
import { Milliseconds, Seconds } from '#core/time.ts';
import { loadDevice } from '#meter/device-file.ts';
import { createGuardedClient } from '#modbus/guarded-client.ts';
import { startPoller } from '#modbus/poller.ts';
import { ModbusError, type ModbusTransport } from '#modbus/transport.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { pac3200Memory } from './pac3200-memory.ts';
import { LibmodbusServer, type Peer, startPymodbus } from './peers.ts';

const LIMIT = { timeout: 20_000 };
const libmodbus = new LibmodbusServer();
after(() => libmodbus[Symbol.dispose]());

const servers: readonly { name: string; start: () => Promise<Peer> }[] = [
  { name: 'pymodbus', start: () => startPymodbus(pac3200Memory()) },
  { name: 'libmodbus', start: () => libmodbus.start(pac3200Memory()) },
];

function clientFor({ port }: { readonly port: number }): ModbusTransport {
  return createGuardedClient({
    host: '127.0.0.1',
    port,
    unit: 1,
    timeout: Seconds(5),
    clock: systemClock,
    log: silentLog,
  });
}

/** The first sample of a PAC3200, and who the device says it is. */
async function firstSample(transport: ModbusTransport): Promise<{ sample: Sample; serialNumber: string | undefined }> {
  const { promise, resolve } = Promise.withResolvers<Sample>();
  let serialNumber: string | undefined;
  await using _ = startPoller({
    plan: loadDevice('pac3200').plan,
    transport,
    clock: systemClock,
    log: silentLog,
    onSample: resolve,
    onIdentity: (identity) => {
      serialNumber = identity.get('serial-number');
    },
  });
  return { sample: await promise, serialNumber };
}

for (const { name, start } of servers) {
  test(`a PAC3200 behind ${name} is read in full`, LIMIT, async () => {
    await using peer = await start();
    await using client = clientFor(peer);
    const { sample, serialNumber } = await firstSample(client);
    assert.deepEqual([...sample.flags], []);
    assert.equal(serialNumber, 'LQN/081234567');
    const value = (key: string): string => {
      const measured = sample.values.get(key);
      return measured?.kind === 'value' ? formatQuantity(measured.quantity) : `${key}: ${measured?.reason}`;
    };
    assert.deepEqual(
      ['voltage-l1-n', 'frequency', 'active-power-l2', 'active-energy-import-total', 'min-frequency'].map(value),
      ['230.12 V', '49.987 Hz', '-312.4 W', '2871010805 Wh', '44.988 Hz'],
    );
  });

  test(`both read functions, the longest request and an address out of range with ${name}`, LIMIT, async () => {
    await using peer = await start();
    await using client = clientFor(peer);
    await client.connect();
    for (const functionCode of [3, 4] as const) {
      assert.equal((await client.read({ functionCode, address: 75, count: 125 })).length, 250);
      await assert.rejects(client.read({ functionCode, address: 65_000, count: 2 }), {
        kind: 'exception',
        exceptionCode: 2,
      });
    }
  });
}

test('refused, up, stopped, killed, back: the client recovers each time', LIMIT, async () => {
  const clock = new FakeClock();
  const timeout = Milliseconds(300);
  const first = await libmodbus.start(pac3200Memory());
  const { port } = first;
  const backOff = { first: Milliseconds(0), longest: Milliseconds(0) };
  await using client = createGuardedClient({
    host: '127.0.0.1',
    port,
    unit: 1,
    timeout,
    backOff,
    clock,
    log: silentLog,
  });

  await first.kill();
  assert.equal(await poll(client), 'connect');

  await using second = await libmodbus.start(pac3200Memory(), port);
  assert.equal(await poll(client), 'ok');

  second.stop();
  for (let round = 0; round < 2; round++) assert.notEqual(await pollInVain(), 'ok');
  second.carryOn();
  assert.equal(await poll(client), 'ok');

  await second.kill();
  assert.notEqual(await poll(client), 'ok');
  assert.equal(await poll(client), 'connect');

  await using third = await libmodbus.start(pac3200Memory(), port);
  assert.equal(third.port, port);
  assert.equal(await poll(client), 'ok');

  /** Lets the time run out once the client waits. */
  async function pollInVain(): Promise<string> {
    const result = poll(client);
    while (clock.waiting === 0) await settle();
    await clock.advance(timeout);
    return result;
  }
});

async function poll(client: ModbusTransport): Promise<string> {
  try {
    await client.connect();
    await client.read({ functionCode: 3, address: 1, count: 74 });
    return 'ok';
  } catch (error) {
    return error instanceof ModbusError ? error.kind : String(error);
  }
}
