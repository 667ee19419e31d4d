import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDecimal, formatQuantity, rescale, scaleExactly, unitOf, unitOfCode } from '#core/quantity.ts';

const scalings = [
  { number: 230, scaler: -2, rounding: 'half-away-from-zero', expected: 23000n },
  // The float32 nearest to 230.1 is 230.1000061…
  { number: Math.fround(230.1), scaler: -2, rounding: 'half-away-from-zero', expected: 23010n },
  // 1.005 is 1.00499999999999989…: a multiplication in floating point would round it up.
  { number: 1.005, scaler: -2, rounding: 'half-away-from-zero', expected: 100n },
  { number: 2.5, scaler: 0, rounding: 'half-away-from-zero', expected: 3n },
  { number: -2.5, scaler: 0, rounding: 'half-away-from-zero', expected: -3n },
  { number: 2869776238.950955, scaler: 0, rounding: 'floor', expected: 2869776238n },
  { number: -0.5, scaler: 0, rounding: 'floor', expected: -1n },
  { number: 1234, scaler: 2, rounding: 'half-away-from-zero', expected: 12n },
  { number: 2 ** -1074, scaler: 0, rounding: 'half-away-from-zero', expected: 0n },
  { number: 2 ** 70, scaler: 0, rounding: 'floor', expected: 2n ** 70n },
] as const;

for (const { number, scaler, rounding, expected } of scalings) {
  test(`${number} at scaler ${scaler}, ${rounding}, is ${expected}`, () => {
    assert.equal(scaleExactly(number, scaler, rounding), expected);
  });
}

test('a kilowatt-hour counter is read in watt-hours', () => {
  assert.equal(scaleExactly(12.345, 0, 'floor', 3), 12345n);
});

test('what is not a number has no value', () => {
  for (const nothing of [Number.NaN, Infinity, -Infinity]) {
    assert.equal(scaleExactly(nothing, 0, 'floor'), undefined);
  }
});

test('an integer survives scaling at scaler 0, whatever its size', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (integer) => {
      assert.equal(scaleExactly(integer, 0, 'floor'), BigInt(integer));
      assert.equal(scaleExactly(integer, 0, 'half-away-from-zero'), BigInt(integer));
    }),
  );
});

test('rounding never strays further than half a unit, floor never above', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), (number) => {
      const rounded = scaleExactly(number, -2, 'half-away-from-zero');
      const floored = scaleExactly(number, -2, 'floor');
      assert.ok(rounded !== undefined && floored !== undefined);
      assert.ok(Math.abs(Number(rounded) / 100 - number) <= 0.005 + 1e-6);
      assert.ok(Number(floored) / 100 <= number + 1e-6);
    }),
  );
});

test('a scaler changes exactly, or with one rounding', () => {
  assert.equal(rescale(12n, 3, 0, 'floor'), 12000n);
  assert.equal(rescale(12999n, 0, 3, 'floor'), 12n);
  assert.equal(rescale(-12999n, 0, 3, 'floor'), -13n);
  assert.equal(rescale(12500n, 0, 3, 'half-away-from-zero'), 13n);
});

test('a decimal shows the digits that its scaler promises', () => {
  assert.equal(formatDecimal(23010n, -2), '230.10');
  assert.equal(formatDecimal(-5n, -3), '-0.005');
  assert.equal(formatDecimal(12n, 2), '1200');
  assert.equal(formatDecimal(0n, 0), '0');
});

test('units are found by symbol and by DLMS code', () => {
  const volt = unitOf('V');
  assert.ok(volt !== undefined);
  assert.equal(volt.code, 35);
  assert.equal(unitOfCode(35), volt);
  assert.equal(unitOf('furlong'), undefined);
  assert.equal(formatQuantity({ value: 23010n, scaler: -2, unit: volt }), '230.10 V');
});
