import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  dataType,
  dataTypeNames,
  fits,
  type IntegerType,
  integerData,
  isDataTypeName,
  isIntegerType,
  octetsData,
} from '#cosem/data-types.ts';

/** @see IEC 62056-5-3 (Green Book), A-XDR; the same numbers as in recorded exchanges */
const TAGS: Readonly<Record<string, number>> = {
  'null-data': 0,
  array: 1,
  structure: 2,
  boolean: 3,
  'bit-string': 4,
  'double-long': 5,
  'double-long-unsigned': 6,
  'floating-point': 7,
  'octet-string': 9,
  'visible-string': 10,
  'utf8-string': 12,
  bcd: 13,
  integer: 15,
  long: 16,
  unsigned: 17,
  'long-unsigned': 18,
  'compact-array': 19,
  long64: 20,
  'long64-unsigned': 21,
  enum: 22,
  float32: 23,
  float64: 24,
  'date-time': 25,
  date: 26,
  time: 27,
  'dont-care': 255,
};

/** @see BSI TR-03109-1 Anlage II 1.01, XML data types */
const RANGES: readonly (readonly [IntegerType, bigint, bigint])[] = [
  ['bcd', -128n, 127n],
  ['integer', -128n, 127n],
  ['long', -32_768n, 32_767n],
  ['double-long', -2_147_483_648n, 2_147_483_647n],
  ['long64', -9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
  ['unsigned', 0n, 255n],
  ['enum', 0n, 255n],
  ['long-unsigned', 0n, 65_535n],
  ['double-long-unsigned', 0n, 4_294_967_295n],
  ['long64-unsigned', 0n, 18_446_744_073_709_551_615n],
];

test('every data type has its A-XDR tag', () => {
  assert.deepEqual(Object.fromEntries(dataTypeNames.map((name) => [name, dataType(name).tag])), TAGS);
});

test('an integer type carries exactly its range', () => {
  assert.deepEqual(RANGES.map(([type]) => type).sort(), dataTypeNames.filter(isIntegerType).sort());
  for (const [type, min, max] of RANGES) {
    assert.deepEqual(
      [min - 1n, min, max, max + 1n].map((value) => fits(type, value)),
      [false, true, true, false],
      type,
    );
    assert.throws(() => integerData(type, max + 1n), RangeError);
    assert.deepEqual(integerData(type, min), { type, value: min });
  }
});

test('octets of a fixed length have that length', () => {
  assert.deepEqual(octetsData('octet-string', new Uint8Array(3)).type, 'octet-string');
  assert.deepEqual(octetsData('date-time', new Uint8Array(12)).type, 'date-time');
  assert.throws(() => octetsData('date-time', new Uint8Array(11)), RangeError);
  assert.throws(() => octetsData('float32', new Uint8Array(8)), RangeError);
});

test('a name is a data type only if the table has it itself', () => {
  assert.ok(isDataTypeName('long64-unsigned'));
  for (const name of ['', 'Long', 'toString', 'constructor', 'long64_unsigned']) assert.ok(!isDataTypeName(name), name);
  assert.ok(!isIntegerType('octet-string'));
});
