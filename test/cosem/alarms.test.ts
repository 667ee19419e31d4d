import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SampleFlag } from '#core/sample.ts';
import { u32 } from './support/data.ts';
import { StandardMeter, secondsAfter, verdict } from './support/standard-meter.ts';

const ERRORS = [1, '0-0:97.97.0.255'] as const;
const REGISTER = [1, '0-0:97.98.0.255'] as const;
const FILTER = [1, '0-0:97.98.10.255'] as const;

/** Bits of the state. */
const UNREACHABLE = 1 << 3;
const STEPPED_BACK = 1 << 4;
const ROLLED_OVER = 1 << 5;

class FlaggedMeter extends StandardMeter {
  #number = 1_000n;

  async flags(...flags: readonly SampleFlag[]): Promise<void> {
    this.#number += 1n;
    const sample = { at: secondsAfter(Number(this.#number)), values: new Map(), flags: new Set(flags) };
    await this.routine.observe(this.device.accept(sample, this.#number));
  }
}

test('errors are those of now, alarms stay', async () => {
  const meter = new FlaggedMeter();
  await meter.flags('device-unreachable', 'counter-rolled-over');
  assert.deepEqual([meter.read(...ERRORS, 2), meter.read(...REGISTER, 2)], [u32(UNREACHABLE), u32(UNREACHABLE)]);
  await meter.flags();
  assert.deepEqual([meter.read(...ERRORS, 2), meter.read(...REGISTER, 2)], [u32(0), u32(UNREACHABLE)]);
  await meter.flags('counter-stepped-back');
  assert.deepEqual(meter.read(...REGISTER, 2), u32(UNREACHABLE | STEPPED_BACK));
  assert.deepEqual(meter.sink.taken(), ['alarm-raised by alarm register', 'alarm-raised by alarm register']);
});

test('an alarm is acknowledged by clearing its bit; nobody sets one', async () => {
  const meter = new FlaggedMeter();
  await meter.flags('device-unreachable', 'counter-stepped-back');
  await meter.write(...REGISTER, 2, u32(STEPPED_BACK | ROLLED_OVER));
  assert.deepEqual(meter.read(...REGISTER, 2), u32(STEPPED_BACK));
  // What lasts is not raised again before it has gone.
  await meter.flags('device-unreachable');
  assert.deepEqual(meter.read(...REGISTER, 2), u32(STEPPED_BACK));
  await meter.flags();
  await meter.flags('device-unreachable');
  assert.deepEqual(meter.read(...REGISTER, 2), u32(UNREACHABLE | STEPPED_BACK));
});

test('the filter says what raises an alarm', async () => {
  const meter = new FlaggedMeter();
  await meter.write(...FILTER, 2, u32(ROLLED_OVER));
  await meter.flags('device-unreachable', 'counter-rolled-over');
  assert.deepEqual(meter.read(...REGISTER, 2), u32(ROLLED_OVER));
  assert.equal(verdict(await meter.write(...FILTER, 2, { type: 'boolean', value: true })), 'TYPE_UNMATCHED');
});

test('alarms outlive a restart', async () => {
  const meter = new FlaggedMeter();
  await meter.flags('device-unreachable');
  assert.deepEqual(new StandardMeter({ parameters: meter.parameters }).read(...REGISTER, 2), u32(UNREACHABLE));
});
