import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '#core/log.ts';
import { loadDevice } from '#meter/device-file.ts';
import { readRegisters, writeRegisters } from '#modbus/register-format.ts';
import { Memory } from '#modbus/simulator/memory.ts';
import { Site } from '#modbus/simulator/model/site.ts';
import { Pac3200 } from '#modbus/simulator/pac3200/meter.ts';
import { Pac3200Lab } from '#modbus/simulator/pac3200-lab/meter.ts';
import { ModbusRefusal } from '#modbus/simulator/wire/exceptions.ts';
import { NOON } from './meter.ts';
import { startStill } from './simulator-under-test.ts';

const STATE = 62_001;
const ORDER = 62_002;
const POWER = 65;
const VOLTAGE = 1;

class Laboratory {
  readonly memory: Memory;
  readonly meter: Pac3200Lab;
  readonly #site = new Site(NOON, 1);

  constructor(memory = new Memory(undefined, silentLog)) {
    this.memory = memory;
    this.meter = new Pac3200Lab({ memory, serialNumber: '0012345678', hasNeutralCurrent: true });
    this.run(1);
  }

  run(seconds: number): void {
    for (let second = 0; second < seconds; second++) this.meter.step(this.#site.step(this.meter.isConnecting));
  }

  order(value: number): void {
    this.meter.writeRegisters(ORDER, writeRegisters('uint16', value));
    this.run(1);
  }

  read(at: number, format: 'uint16' | 'float32' = 'uint16'): number {
    const registers = this.meter.registers.get(3)?.read(at, format === 'uint16' ? 1 : 2) ?? assert.fail();
    return Number(readRegisters(format, registers));
  }
}

const refused = (code: number) => (error: unknown) => error instanceof ModbusRefusal && error.code === code;

test('an open breaker lets no current through, and leaves the voltage', () => {
  const laboratory = new Laboratory();
  assert.deepEqual([laboratory.read(STATE), laboratory.read(ORDER)], [1, 1]);
  assert.notEqual(laboratory.read(POWER, 'float32'), 0);
  laboratory.order(0);
  assert.deepEqual([laboratory.read(STATE), laboratory.read(ORDER)], [0, 0]);
  assert.equal(laboratory.read(POWER, 'float32'), 0);
  assert.ok(laboratory.read(VOLTAGE, 'float32') > 200);
  laboratory.order(1);
  assert.notEqual(laboratory.read(POWER, 'float32'), 0);
});

test('the button closes a breaker that is ready, and does nothing else', () => {
  const laboratory = new Laboratory();
  for (const [order, pressed] of [
    [0, 0],
    [2, 1],
    [1, 1],
  ] as const) {
    laboratory.order(order);
    assert.equal(laboratory.read(STATE), order);
    laboratory.meter.pressButton();
    assert.equal(laboratory.read(STATE), pressed);
  }
});

test('an order that the breaker does not know, and an order to its state, are refused', () => {
  const laboratory = new Laboratory();
  assert.throws(() => laboratory.order(3), refused(3));
  assert.throws(() => laboratory.meter.writeRegisters(STATE, writeRegisters('uint16', 0)), refused(2));
  laboratory.meter.isWriteProtected = true;
  assert.throws(() => laboratory.order(0), refused(0xf0));
  assert.equal(laboratory.read(STATE), 1);
});

test('breaker and display keep what they are without power', () => {
  const laboratory = new Laboratory();
  laboratory.order(2);
  laboratory.meter.writeRegisters(62_010, new TextEncoder().encode('Hello'.padEnd(32)));
  laboratory.meter.powerCut();
  assert.equal(laboratory.read(STATE), 2);
  const later = new Laboratory(laboratory.memory);
  assert.deepEqual([later.read(STATE), later.meter.display], [2, ['Hello', '']]);
});

test('a memory that another program wrote is refused', () => {
  const memory = new Memory(undefined, silentLog);
  memory.write('panel', { state: 7, order: 1, lines: [] });
  assert.throws(() => new Laboratory(memory), { code: 'SIMULATOR_STATE_INVALID' });
});

test('a PAC3200 has none of it', () => {
  const meter = new Pac3200({
    memory: new Memory(undefined, silentLog),
    serialNumber: '0012345678',
    hasNeutralCurrent: true,
  });
  for (const at of [62_000, STATE, ORDER, 62_010]) assert.throws(() => meter.registers.get(3)?.read(at, 1), refused(2));
});

test('the description lists what the simulator has', () => {
  const { plan } = loadDevice('pac3200-lab');
  const { meter } = new Laboratory();
  for (const { address, count } of plan.blocks) assert.doesNotThrow(() => meter.registers.get(3)?.read(address, count));
  const { breaker, display } = plan.actuators;
  assert.equal(breaker?.address, ORDER);
  assert.deepEqual(breaker.values, [0, 1, 2]);
  const text = new TextEncoder().encode('x'.repeat((display?.lines ?? 0) * (display?.columns ?? 0)));
  meter.writeRegisters(display?.address ?? 0, text);
  assert.deepEqual(meter.display, ['x'.repeat(32), 'x'.repeat(32)]);
});

test('an operator presses the button and reads the display', async () => {
  const { simulator } = await startStill({ model: 'pac3200-lab' });
  await using laboratory = simulator;
  assert.equal(await laboratory.obey('button'), 'pressed');
  assert.equal(await laboratory.obey('display'), '\n');
  assert.match(await laboratory.obey('help'), /button: presses/);
});

test('a meter without a breaker and a display has neither button nor lines', async () => {
  const { simulator } = await startStill();
  await using pac3200 = simulator;
  assert.equal(await pac3200.obey('button'), 'pressed');
  assert.deepEqual(pac3200.display, []);
});
