import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { Milliseconds } from '#core/time.ts';
import { loadDevice } from '#meter/device-file.ts';
import { Actuator } from '#modbus/actuator.ts';
import { ModbusError } from '#modbus/transport.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { ScriptedPeer } from './scripted-peer.ts';
import { startStill } from './simulator/simulator-under-test.ts';

const { plan } = loadDevice('pac3200-lab');
const TIMEOUT = Milliseconds(300);
const LIMIT = { timeout: 10_000 };

async function startLaboratory() {
  const { clock, simulator } = await startStill({ model: 'pac3200-lab' });
  const { host, port } = simulator.address;
  return {
    simulator,
    actuator: new Actuator({ plan, host, port, unit: 1, timeout: TIMEOUT, clock }),
    [Symbol.asyncDispose]: () => simulator[Symbol.asyncDispose](),
  };
}

const failure = (kind: ModbusError['kind'], message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ModbusError, String(error));
  assert.equal(error.kind, kind);
  assert.match(error.message, message);
  return true;
};

test('an order is carried out, whatever function it takes', LIMIT, async () => {
  await using laboratory = await startLaboratory();
  const { simulator, actuator } = laboratory;
  await actuator.switchTo('breaker', 2);
  await actuator.switchTo('tariff', 1);
  await actuator.show(['Planned outage', '22:00 to 23:00']);
  assert.deepEqual(simulator.display, ['Planned outage', '22:00 to 23:00']);
  await actuator.show(['Thank you']);
  assert.deepEqual(simulator.display, ['Thank you', '']);
});

test('orders are carried out in turn, and a failed one does not stop the next', LIMIT, async () => {
  await using laboratory = await startLaboratory();
  const { simulator, actuator } = laboratory;
  await simulator.inject('write-protection');
  await assert.rejects(actuator.switchTo('breaker', 0), failure('exception', /exception F0h/));
  await simulator.clear();
  await Promise.all(['one', 'two', 'three'].map((line) => actuator.show([line])));
  assert.deepEqual(simulator.display, ['three', '']);
});

test('nothing is asked for that the description does not list', async () => {
  await using laboratory = await startLaboratory();
  const { simulator, actuator } = laboratory;
  await assert.rejects(actuator.switchTo('breaker', 3), failure('request', /no value 3 for an actuator "breaker"/));
  await assert.rejects(actuator.switchTo('tariff', 2), failure('request', /no value 2/));
  for (const lines of [['a', 'b', 'c'], ['x'.repeat(33)], ['Grüße'], ['two\nlines']]) {
    await assert.rejects(actuator.show(lines), failure('request', /2 lines of 32 printable/));
  }
  const { host, port } = simulator.address;
  const clock = new FakeClock();
  const none = new Actuator({ plan: loadDevice('pac3200').plan, host, port, unit: 1, timeout: TIMEOUT, clock });
  await assert.rejects(none.switchTo('breaker', 0), failure('request', /"breaker"/));
  await assert.rejects(none.show(['Hello']), failure('request', /no display/));
});

test('write-to-another-device', LIMIT, async () => {
  const { clock, simulator } = await startStill();
  await using pac3200 = simulator;
  const { host, port } = pac3200.address;
  const actuator = new Actuator({ plan, host, port, unit: 1, timeout: TIMEOUT, clock });
  // A real PAC3200 has no such register.
  await assert.rejects(actuator.switchTo('tariff', 1), failure('exception', /exception 02h/));
});

/** The function code of a request. */
const functionOf = (request: Uint8Array): number => request[7] ?? 0;

/** A device of the laboratory that answers an order (function 06) with this PDU, or not at all. */
async function answeringOrders(pdu: readonly number[] | undefined, identity = 19_521) {
  const clock = new FakeClock();
  const asked: number[] = [];
  const answerWith = (socket: Socket, request: Uint8Array, body: readonly number[]): void => {
    const unit = request[6] ?? 0;
    socket.write(Uint8Array.from([...request.subarray(0, 4), 0, body.length + 1, unit, ...body]));
  };
  const peer = await ScriptedPeer.start(({ socket, request }) => {
    asked.push(functionOf(request));
    if (functionOf(request) === 3) answerWith(socket, request, [3, 2, identity >> 8, identity & 0xff]);
    else if (pdu !== undefined) answerWith(socket, request, pdu);
  });
  const options = { plan, host: '127.0.0.1', port: peer.port, unit: 1, timeout: TIMEOUT, clock };
  return {
    peer,
    clock,
    asked,
    actuator: new Actuator(options),
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

/** 60006 = EA66h. */
const CONFIRMED = [6, 0xea, 0x66, 0, 1];

test('the device is identified before anything is written, and confirms to the byte', LIMIT, async () => {
  await using device = await answeringOrders(CONFIRMED);
  const { peer, asked, actuator } = device;
  await actuator.switchTo('tariff', 1);
  assert.deepEqual(asked, [3, 6]);
  await actuator.switchTo('tariff', 1);
  assert.deepEqual(asked, [3, 6, 3, 6]);
  assert.equal(peer.connections, 2);
});

test('a device that is another one is left alone', LIMIT, async () => {
  await using device = await answeringOrders(CONFIRMED, 42);
  const { asked, actuator } = device;
  await assert.rejects(actuator.switchTo('tariff', 1), failure('identity', /laboratory is "42", not "19521"/));
  assert.deepEqual(asked, [3]);
});

/** What a device answers to an order instead of confirming it. */
const WRONG: readonly (readonly [string, readonly number[], ModbusError['kind'], RegExp])[] = [
  ['another address', [6, 0xea, 0x67, 0, 1], 'protocol', /echo of something else/],
  ['another value', [6, 0xea, 0x66, 0, 0], 'protocol', /echo of something else/],
  ['less', [6, 0xea, 0x66, 0], 'protocol', /echo of something else/],
  ['more', [6, 0xea, 0x66, 0, 1, 0], 'protocol', /echo of something else/],
  ['another function', [16, 0xea, 0x66, 0, 1], 'protocol', /function 16 answers 6/],
  ['an exception', [0x86, 3], 'exception', /exception 03h/],
];

for (const [what, pdu, kind, message] of WRONG) {
  test(`an order is not taken for done: ${what}`, LIMIT, async () => {
    await using device = await answeringOrders(pdu);
    await assert.rejects(device.actuator.switchTo('tariff', 1), failure(kind, message));
  });
}

test('an order that is not confirmed in time has failed', LIMIT, async () => {
  await using device = await answeringOrders(undefined);
  const { clock, asked, actuator } = device;
  const order = assert.rejects(actuator.switchTo('tariff', 1), failure('timeout', /no reply within 300 ms/));
  while (asked.length < 2) await settle();
  await clock.advance(TIMEOUT);
  await order;
});

test('a device that is not there is not there', LIMIT, async () => {
  const { peer, actuator } = await answeringOrders(CONFIRMED);
  await peer[Symbol.asyncDispose]();
  await assert.rejects(actuator.switchTo('tariff', 1), failure('connect', /no connection/));
});
