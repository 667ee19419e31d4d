import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '#core/bytes.ts';
import { statusBits } from '#modbus/simulator/pac3200/status-word.ts';
import { ModbusRefusal } from '#modbus/simulator/wire/exceptions.ts';
import { readVectors } from '../csv.ts';
import { Bench } from './meter.ts';

const values = readVectors<'offset' | 'registers' | 'format' | 'name'>('pac3200.csv').map((row) => ({
  ...row,
  at: Number(row.offset),
  registers: Number(row.registers),
}));
const bits = readVectors<'fc' | 'offset' | 'format' | 'name'>('pac3200-bits-commands.csv');

/** The identification blocks can only be read whole. */
const blocks = [
  { at: 64001, registers: 27 },
  { at: 64028, registers: 89 },
];
const blockOf = (at: number) => blocks.find((block) => at >= block.at && at < block.at + block.registers);

const refused = (code: number) => (error: unknown) => error instanceof ModbusRefusal && error.code === code;

test('every value of the table is there, whole, for functions 03 and 04', () => {
  const bench = new Bench();
  for (const { at, registers, name } of values.filter(({ at }) => blockOf(at) === undefined)) {
    assert.equal(bench.registers(at, registers).length, 2 * registers, name);
    assert.equal(toHex(bench.registers(at, registers, 4)), toHex(bench.registers(at, registers)), name);
    for (let short = 1; short < registers; short++) {
      assert.throws(() => bench.registers(at, short), refused(0x02), `${short} registers of ${name}`);
      assert.throws(() => bench.registers(at + short, registers - short), refused(0x02), `the end of ${name}`);
    }
  }
});

test('every offset that no value begins at is refused', () => {
  const bench = new Bench();
  const known = new Set(values.map(({ at }) => at));
  const readable = Array.from({ length: 65_536 }, (_, at) => at).filter((at) =>
    [1, 2, 4].some((count) => isReadable(bench, at, count)),
  );
  const expected = [...known].filter((at) => blockOf(at) === undefined);
  assert.deepEqual(readable, expected);
});

function isReadable(bench: Bench, at: number, count: number): boolean {
  try {
    bench.registers(at, count);
    return true;
  } catch (error) {
    if (error instanceof ModbusRefusal) return false;
    throw error;
  }
}

test('the identification blocks are read whole or not at all', () => {
  const bench = new Bench();
  for (const { at, registers } of blocks) {
    assert.equal(bench.registers(at, registers).length, 2 * registers);
    assert.throws(() => bench.registers(at, 1), refused(0x02));
    assert.throws(() => bench.registers(at, registers - 1), refused(0x02));
    assert.throws(() => bench.registers(at + 1, registers - 1), refused(0x02));
  }
});

test('the meter says who it is', () => {
  const identity = new Bench().registers(64001, 27);
  const text = (from: number, length: number) =>
    new TextDecoder().decode(identity.subarray(from, from + length)).trim();
  assert.equal(toHex(identity.subarray(0, 2)), '002a');
  assert.equal(text(2, 20), '7KM2112-0BA00-3AA0');
  assert.equal(text(22, 16), '0012345678');
  assert.equal(toHex(identity.subarray(40, 44)), '56020002', 'V 2.0.2');
});

test('function 02 knows the bits of the table and no other', () => {
  const bench = new Bench();
  const known = bits.filter(({ fc }) => fc === '2').map(({ offset }) => Number(offset));
  assert.deepEqual([...bench.meter.bits.keys()], known);
});

test('the status word has the bits of the table', () => {
  const masks = bits
    .filter(({ offset, fc }) => fc === '3/4' && offset === '205')
    .map(({ format }) => Number(format.slice(5)));
  const ours = Object.values(statusBits).map(({ bit }) => 2 ** bit);
  assert.deepEqual(new Set(ours), new Set(masks));
});

test('old firmware has no neutral current', () => {
  const { memory } = new Bench();
  const old = new Bench({ memory, hasNeutralCurrent: false });
  assert.throws(() => old.registers(223, 2), refused(0x02));
  assert.equal(old.registers(203, 20).length, 40);
});
