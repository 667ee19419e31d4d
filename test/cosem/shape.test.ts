import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseObis } from '#core/obis.ts';
import { AccessRefusal } from '#cosem/access-result.ts';
import { captureObjectShape } from '#cosem/capture-object.ts';
import type { CosemData } from '#cosem/data-types.ts';
import {
  integer,
  integerIn,
  label,
  listOf,
  logicalNameShape,
  noParameter,
  octets,
  oneOf,
  restricted,
  type Shape,
  small,
  structureOf,
  truth,
} from '#cosem/shape.ts';
import { octets as hex, i8, list, name, struct, u8, u16, u32, yes } from './support/data.ts';

const pair = structureOf({ first: small('unsigned'), second: listOf(truth, { most: 2 }) });
const even = restricted(small('unsigned'), 'an even number', (value) => value % 2 === 0);

/** What is sent where something else is expected: the code, and where it says that it stands. */
const REFUSALS: readonly (readonly [string, Shape<unknown>, CosemData, string, RegExp])[] = [
  ['another type', small('unsigned'), u16(1), 'TYPE_UNMATCHED', /^here: long-unsigned instead of unsigned$/],
  ['no integer', integer('long64'), yes, 'TYPE_UNMATCHED', /boolean/],
  ['too large', small('unsigned', { max: 5n }), u8(6), 'VALUE_NOT_ALLOWED', /6; allowed is 0 to 5/],
  ['too small', small('integer', { min: -1n }), i8(-2), 'VALUE_NOT_ALLOWED', /-2; allowed is -1 to 127/],
  ['outside its own type', small('unsigned'), { type: 'unsigned', value: 256n }, 'VALUE_NOT_ALLOWED', /256/],
  ['no boolean', truth, u8(1), 'TYPE_UNMATCHED', /unsigned instead of boolean/],
  ['too many octets', octets({ most: 2 }), hex('010203'), 'VALUE_NOT_ALLOWED', /3 octets; allowed is 0 to 2/],
  ['too few octets', logicalNameShape, hex('0100'), 'VALUE_NOT_ALLOWED', /2 octets; allowed is 6 to 6/],
  ['not one of these', oneOf(['unsigned', 'boolean']), u16(1), 'TYPE_UNMATCHED', /instead of unsigned or boolean/],
  ['too many items', listOf(truth, { most: 1 }), list(yes, yes), 'VALUE_NOT_ALLOWED', /2 items/],
  ['one bad item', listOf(truth, { most: 9 }), list(yes, u8(1)), 'TYPE_UNMATCHED', /^here, item 2: unsigned/],
  ['no list', listOf(truth, { most: 9 }), struct(yes), 'TYPE_UNMATCHED', /structure instead of array/],
  ['too few elements', pair, struct(u8(1)), 'TYPE_UNMATCHED', /1 elements instead of 2/],
  ['a bad element', pair, struct(u8(1), list(u8(1))), 'TYPE_UNMATCHED', /^here, second, item 1: unsigned/],
  ['no structure', pair, list(u8(1), list()), 'TYPE_UNMATCHED', /array instead of structure/],
  ['what does not hold', even, u8(3), 'VALUE_NOT_ALLOWED', /an even number/],
  ['a parameter where there is none', noParameter, u8(0), 'TYPE_UNMATCHED', /unsigned instead of integer/],
];

for (const [what, shape, data, code, message] of REFUSALS) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => shape.read(data, 'here'),
      (error) => {
        assert.ok(error instanceof AccessRefusal);
        assert.deepEqual([error.code, error.fault], [code, 'client']);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('what is read is what was written', () => {
  const captured = { classId: 3, logicalName: parseObis('1-0:1.8.0.255'), attribute: -1, dataIndex: 2 };
  assert.deepEqual(captureObjectShape.read(captureObjectShape.write(captured), ''), captured);
  assert.deepEqual(captureObjectShape.write(captured), struct(u16(3), name('1-0:1.8.0.255'), i8(-1), u16(2)));
  fc.assert(
    fc.property(
      fc.record({ first: fc.nat(255), second: fc.array(fc.boolean(), { maxLength: 2 }) }, { noNullPrototype: true }),
      (value) => {
        assert.deepEqual(pair.read(pair.write(value), ''), value);
      },
    ),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
      const sent: CosemData = { type: 'octet-string', value: bytes };
      assert.deepEqual(label(8).write(label(8).read(sent, '')), sent);
    }),
  );
});

test('no parameter is an integer 0, or nothing', () => {
  assert.equal(noParameter.read(i8(0), ''), undefined);
  assert.equal(noParameter.read({ type: 'null-data' }, ''), undefined);
});

test('the number in data is there for integers alone', () => {
  assert.deepEqual([u32(7), i8(-7), yes, hex('07'), undefined].map(integerIn), [
    7n,
    -7n,
    undefined,
    undefined,
    undefined,
  ]);
});
