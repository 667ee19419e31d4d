import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex, utf8 } from '#core/bytes.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { readLiteral } from '#representation/data-literal.ts';
import { wireNameOf } from '#representation/data-text.ts';
import { arbitraryData } from './arbitrary-data.ts';

const READ: Readonly<Record<string, CosemData>> = {
  'long-unsigned:12345': { type: 'long-unsigned', value: 12_345n },
  'octet-string:98aaddff': { type: 'octet-string', value: Uint8Array.of(0x98, 0xaa, 0xdd, 0xff) },
  'octet-string:98AADDFF': { type: 'octet-string', value: Uint8Array.of(0x98, 0xaa, 0xdd, 0xff) },
  'octet-string:': { type: 'octet-string', value: new Uint8Array() },
  'boolean:1': { type: 'boolean', value: true },
  'boolean:0': { type: 'boolean', value: false },
  'null-data:': { type: 'null-data' },
  'visible-string:4a': { type: 'visible-string', value: 'J' },
  'UTF8-string:c3a4': { type: 'utf8-string', value: 'ä' },
  'bit-string:0101': { type: 'bit-string', value: '0101' },
  'bcd:153': { type: 'bcd', value: -103n },
  'bcd:42': { type: 'bcd', value: 42n },
  'integer:-2': { type: 'integer', value: -2n },
  'long64-unsigned:18446744073709551615': { type: 'long64-unsigned', value: 2n ** 64n - 1n },
  'float32:43660000': { type: 'float32', value: Uint8Array.of(0x43, 0x66, 0, 0) },
  'date_time:07ea0b1405090f0000000000': {
    type: 'date-time',
    value: Uint8Array.of(7, 0xea, 0x0b, 0x14, 5, 9, 0x0f, 0, 0, 0, 0, 0),
  },
  '[]': { type: 'array', value: [] },
  '{}': { type: 'structure', value: [] },
  '[unsigned:1,unsigned:2]': {
    type: 'array',
    value: [
      { type: 'unsigned', value: 1n },
      { type: 'unsigned', value: 2n },
    ],
  },
  '{integer:-2,[enum:35]}': {
    type: 'structure',
    value: [
      { type: 'integer', value: -2n },
      { type: 'array', value: [{ type: 'enum', value: 35n }] },
    ],
  },
};

test('a literal is read', () => {
  for (const [text, data] of Object.entries(READ)) assert.deepEqual(readLiteral(text), data, text);
});

const REFUSED = [
  '',
  '12345',
  'long-unsigned',
  'long-unsigned:',
  'long-unsigned:65536',
  'long-unsigned:0x10',
  'long_unsigned:1',
  'date-time:07ea0b1405090f0000000000',
  'utf8-string:4a',
  'visible-string:J',
  'visible-string:ff',
  'octet-string:9',
  'boolean:yes',
  'null-data:0',
  'bcd:-1',
  'bcd:256',
  'array:1',
  'compact-array:00',
  '[',
  ']',
  '[]]',
  '[unsigned:1',
  '[unsigned:1,]',
  '[,unsigned:1]',
  '[unsigned:1}',
  '{unsigned:1]',
  '[unsigned:1][unsigned:2]',
  'unsigned:1,unsigned:2',
  ' unsigned:1',
  '['.repeat(9) + ']'.repeat(9),
  '['.repeat(3_900),
];

test('what is no literal is refused', () => {
  for (const text of REFUSED) assert.equal(readLiteral(text), undefined, text.slice(0, 40));
});

/** As a client writes it. */
function literalOf(data: CosemData): string {
  if (data.type === 'array' || data.type === 'structure') {
    const [start, end] = data.type === 'array' ? ['[', ']'] : ['{', '}'];
    return start + data.value.map(literalOf).join(',') + end;
  }
  const name = wireNameOf(data.type);
  if (!('value' in data)) return `${name}:`;
  if (data.type === 'visible-string' || data.type === 'utf8-string') return `${name}:${toHex(utf8(data.value))}`;
  if (data.type === 'bcd') return `${name}:${BigInt.asUintN(8, data.value)}`;
  const { value } = data;
  assert.ok(typeof value !== 'object' || value instanceof Uint8Array);
  return `${name}:${typeof value === 'object' ? toHex(value) : value.toString()}`;
}

const depthOf = (data: CosemData): number =>
  data.type === 'array' || data.type === 'structure' ? 1 + Math.max(0, ...data.value.map(depthOf)) : 1;

const holdsCompact = (data: CosemData): boolean =>
  data.type === 'compact-array' || ('value' in data && Array.isArray(data.value) && data.value.some(holdsCompact));

test('whatever has a literal is read from it', () => {
  const written = arbitraryData.filter((data) => !holdsCompact(data) && depthOf(data) <= 8);
  fc.assert(
    fc.property(written, (data) => assert.deepEqual(readLiteral(literalOf(data)), data)),
    { numRuns: 2_000, seed: 7 },
  );
});

test('any text is a literal or none, and never an error', () => {
  const part = fc.constantFrom('[', ']', '{', '}', ',', ':', 'unsigned', 'bcd', 'octet-string', '1', 'ff', '-', ' ');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      readLiteral(parts.join(''));
    }),
    { numRuns: 3_000, seed: 8 },
  );
});
