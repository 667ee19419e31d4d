import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes, fromHex } from '#core/bytes.ts';
import { unitOf } from '#core/quantity.ts';
import type { Measured } from '#core/sample.ts';
import { Instant } from '#core/time.ts';
import { addUp, decode, decodeIdentity } from '#modbus/decode.ts';
import type { ReadMeasurand } from '#modbus/measure-plan.ts';
import { type FormatName, writeRegisters } from '#modbus/register-format.ts';

const volt = unitOf('V') ?? assert.fail();
const readAt = Instant(1_000);

/** A row that takes a register as it stands. */
const plain: ReadMeasurand = {
  kind: 'read',
  key: 'row',
  unit: volt,
  scaler: 0,
  source: { address: 10, format: 'uint16', wordOrder: 'big' },
  absent: [],
  mask: undefined,
  map: undefined,
  factor: 0,
  plus: 0n,
  take: undefined,
  counter: undefined,
};

const counter = { rollover: undefined };

interface Case {
  readonly name: string;
  readonly format: FormatName;
  readonly raw: number | bigint;
  readonly row: Partial<ReadMeasurand>;
  readonly expected: bigint | string;
}

const cases: readonly Case[] = [
  { name: 'a float is rounded once', format: 'float32', raw: 230.125, row: { scaler: -2 }, expected: 23_013n },
  { name: 'a half goes away from zero', format: 'float32', raw: -0.5, row: {}, expected: -1n },
  {
    name: 'an energy is floored',
    format: 'float64',
    raw: 2_869_776_238.950955,
    row: { counter },
    expected: 2_869_776_238n,
  },
  {
    name: 'kilowatt-hours become watt-hours before the floor',
    format: 'float32',
    raw: 1.9995,
    row: { counter, factor: 3 },
    expected: 1_999n,
  },
  { name: 'a small integer scale', format: 'int16', raw: -1_234n, row: { scaler: -2, factor: -1 }, expected: -12_340n },
  { name: 'an integer scaled down is rounded once', format: 'uint16', raw: 1_250n, row: { factor: -2 }, expected: 13n },
  { name: 'NaN is not measured', format: 'float32', raw: Number.NaN, row: {}, expected: 'not-measured' },
  {
    name: 'infinity is not measured',
    format: 'float64',
    raw: Number.POSITIVE_INFINITY,
    row: { counter },
    expected: 'not-measured',
  },
  {
    name: 'minus infinity is not measured',
    format: 'float32',
    raw: Number.NEGATIVE_INFINITY,
    row: { take: 'positive' },
    expected: 'not-measured',
  },
  {
    name: 'NaN has no positive half',
    format: 'float32',
    raw: Number.NaN,
    row: { take: 'positive' },
    expected: 'not-measured',
  },
  {
    name: 'a sentinel is not measured',
    format: 'uint16',
    raw: 0xffffn,
    row: { absent: [0x8000n, 0xffffn] },
    expected: 'not-measured',
  },
  {
    name: 'import is the positive half',
    format: 'float32',
    raw: 12.5,
    row: { scaler: -1, take: 'positive' },
    expected: 125n,
  },
  {
    name: 'export of an importing phase is zero',
    format: 'float32',
    raw: 12.5,
    row: { scaler: -1, take: 'negative' },
    expected: 0n,
  },
  {
    name: 'export is the negative half',
    format: 'float32',
    raw: -12.5,
    row: { scaler: -1, take: 'negative' },
    expected: 125n,
  },
  {
    name: 'import of an exporting phase is zero',
    format: 'float32',
    raw: -12.5,
    row: { scaler: -1, take: 'positive' },
    expected: 0n,
  },
  {
    name: 'a mask takes its bits and moves them down',
    format: 'uint16',
    raw: 0xab5cn,
    row: { mask: 0x0ff0n },
    expected: 0xb5n,
  },
  { name: 'a map gives the meaning', format: 'uint16', raw: 3n, row: { map: new Map([[3n, 30n]]) }, expected: 30n },
  {
    name: 'what the map does not know is no value',
    format: 'uint16',
    raw: 4n,
    row: { map: new Map([[3n, 30n]]) },
    expected: 'out-of-range',
  },
  {
    name: 'mask before map',
    format: 'uint16',
    raw: 0x31n,
    row: { mask: 0xf0n, map: new Map([[3n, 1n]]) },
    expected: 1n,
  },
  {
    name: 'an offset is added in scaled units',
    format: 'int16',
    raw: 250n,
    row: { scaler: -1, factor: -1, plus: -400n },
    expected: -150n,
  },
];

for (const { name, format, raw, row, expected } of cases) {
  test(name, () => {
    const measurand = { ...plain, ...row, source: { ...plain.source, format } };
    const measured = decode(measurand, { address: 10, bytes: writeRegisters(format, raw), readAt });
    assert.equal(measured.kind === 'value' ? measured.quantity.value : measured.reason, expected);
  });
}

test('a value is taken from its place in the block, in its word order, and carries unit, scaler and time', () => {
  const measurand: ReadMeasurand = {
    ...plain,
    scaler: -1,
    source: { address: 12, format: 'float32', wordOrder: 'little' },
  };
  const bytes = concatBytes(writeRegisters('float32', 99), writeRegisters('float32', 1.5, 'little'));
  assert.deepEqual(decode(measurand, { address: 10, bytes, readAt }), {
    kind: 'value',
    quantity: { value: 15n, scaler: -1, unit: volt },
    readAt,
  });
});

const value = (number: bigint, at = readAt): Measured => ({
  kind: 'value',
  quantity: { value: number, scaler: 0, unit: volt },
  readAt: at,
});
const sum = {
  kind: 'sum',
  key: 'sum',
  unit: volt,
  scaler: 0,
  terms: [
    { key: 'a', sign: 1n },
    { key: 'b', sign: -1n },
  ],
} as const;

test('a sum adds what is published and is as old as its oldest term', () => {
  const values = new Map([
    ['a', value(7n, Instant(2_000))],
    ['b', value(10n, Instant(1_500))],
  ]);
  assert.deepEqual(addUp(sum, values), value(-3n, Instant(1_500)));
});

test('a sum without one of its terms has no value', () => {
  const missing: Measured = { kind: 'missing', reason: 'input-missing' };
  assert.deepEqual(addUp(sum, new Map([['a', value(7n)]])), missing);
  const refused: Measured = { kind: 'missing', reason: 'refused' };
  assert.deepEqual(
    addUp(
      sum,
      new Map([
        ['a', value(7n)],
        ['b', refused],
      ]),
    ),
    missing,
  );
});

test('identity is text without padding, or a number', () => {
  const bytes = concatBytes(fromHex('002a') ?? assert.fail(), new TextEncoder().encode('7KM2112\0'));
  const reading = { address: 100, bytes, readAt };
  const number = {
    key: 'maker',
    address: 100,
    expect: '42',
    kind: 'number',
    format: 'uint16',
    wordOrder: 'big',
  } as const;
  const text = { key: 'order', address: 101, expect: undefined, kind: 'text', characters: 8 } as const;
  assert.equal(decodeIdentity(number, reading), '42');
  assert.equal(decodeIdentity(text, reading), '7KM2112');
});
