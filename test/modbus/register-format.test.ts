import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fromHex, toHex } from '#core/bytes.ts';
import { type FormatName, formatNames, isFormatName, readRegisters, writeRegisters } from '#modbus/register-format.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? assert.fail(`${hex} is not hex`);

/** What each format makes of its bytes. The energy and the voltage are readings of a PAC3200 (offsets 801 and 1). */
const examples: readonly { format: FormatName; hex: string; value: bigint | number }[] = [
  { format: 'uint16', hex: 'fffe', value: 65_534n },
  { format: 'int16', hex: 'fffe', value: -2n },
  { format: 'uint32', hex: 'fffffffe', value: 4_294_967_294n },
  { format: 'int32', hex: 'fffffffe', value: -2n },
  { format: 'uint64', hex: 'fffffffffffffffe', value: 18_446_744_073_709_551_614n },
  { format: 'int64', hex: 'fffffffffffffffe', value: -2n },
  { format: 'float32', hex: '43660000', value: 230 },
  { format: 'float64', hex: '41e561a9edde6e39', value: 2_869_776_238.950955 },
];

for (const { format, hex, value } of examples) {
  test(`${format} ${hex} is ${value}, and back`, () => {
    assert.equal(readRegisters(format, bytes(hex)), value);
    assert.equal(toHex(writeRegisters(format, value)), hex);
  });
}

test('every format has an example', () => {
  assert.deepEqual(examples.map(({ format }) => format).sort(), [...formatNames].sort());
});

test('little word order swaps registers and leaves the bytes within them alone', () => {
  assert.equal(readRegisters('int32', bytes('0001fffe'), 'little'), -131_071n);
  assert.equal(toHex(writeRegisters('float64', 2_869_776_238.950955, 'little')), '6e39edde61a941e5');
});

test('a wrong number of bytes is a mistake of the caller', () => {
  assert.throws(() => readRegisters('float32', bytes('436600')), TypeError);
  assert.throws(() => readRegisters('float32', bytes('41e561a9edde6e39')), TypeError);
});

test('only names of the table are formats', () => {
  assert.equal(isFormatName('float32'), true);
  assert.equal(isFormatName('double'), false);
  assert.equal(isFormatName('toString'), false);
});

test('reading undoes writing, in either word order', () => {
  const numbers = fc.float({ noNaN: true });
  const orders = fc.constantFrom('big' as const, 'little' as const);
  fc.assert(
    fc.property(numbers, orders, (value, order) => {
      assert.equal(readRegisters('float32', writeRegisters('float32', value, order), order), value);
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), orders, (value, order) => {
      assert.equal(readRegisters('int64', writeRegisters('int64', value, order), order), value);
    }),
  );
});
