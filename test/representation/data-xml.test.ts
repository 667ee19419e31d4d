import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { type CosemData, dataTypeNames } from '#cosem/data-types.ts';
import { readCanonical } from '#representation/canonical-reader.ts';
import { readData } from '#representation/data-reader.ts';
import { writeData } from '#representation/data-xml.ts';
import { arbitraryData } from './arbitrary-data.ts';

const read = (xml: string): CosemData => readData(readCanonical(utf8(xml)));
const inCod = (name: string, content: string): string => `<${name} xmlns="urn:k461-dke-de:cod-1">${content}</${name}>`;

/** One per type. @see BSI TR-03109-1 Anlage II 1.01, XML data types */
const FORMS: readonly (readonly [CosemData, string, string])[] = [
  [{ type: 'null-data' }, 'null-data', ''],
  [{ type: 'dont-care' }, 'dont-care', ''],
  [{ type: 'boolean', value: true }, 'boolean', 'true'],
  [{ type: 'bit-string', value: '0110' }, 'bit-string', '0110'],
  [{ type: 'octet-string', value: Uint8Array.of(0, 0xab) }, 'octet-string', '00ab'],
  [{ type: 'visible-string', value: 'A&B' }, 'visible-string', 'A&amp;B'],
  [{ type: 'utf8-string', value: 'Zähler' }, 'UTF8-string', 'Zähler'],
  [{ type: 'bcd', value: -1n }, 'bcd', '-1'],
  [{ type: 'integer', value: -128n }, 'integer', '-128'],
  [{ type: 'long', value: -1n }, 'long', '-1'],
  [{ type: 'double-long', value: 0n }, 'double-long', '0'],
  [{ type: 'long64', value: -(2n ** 63n) }, 'long64', '-9223372036854775808'],
  [{ type: 'unsigned', value: 255n }, 'unsigned', '255'],
  [{ type: 'enum', value: 35n }, 'enum', '35'],
  [{ type: 'long-unsigned', value: 65_535n }, 'long-unsigned', '65535'],
  [{ type: 'double-long-unsigned', value: 23_010n }, 'double-long-unsigned', '23010'],
  [{ type: 'long64-unsigned', value: 2n ** 64n - 1n }, 'long64-unsigned', '18446744073709551615'],
  [{ type: 'floating-point', value: Uint8Array.of(0x43, 0x66, 0, 0) }, 'floating-point', '43660000'],
  [{ type: 'float32', value: Uint8Array.of(0x43, 0x66, 0, 0) }, 'float32', '43660000'],
  [{ type: 'float64', value: new Uint8Array(8) }, 'float64', '0000000000000000'],
  [{ type: 'date-time', value: new Uint8Array(12) }, 'date_time', '000000000000000000000000'],
  [{ type: 'date', value: new Uint8Array(5) }, 'date', '0000000000'],
  [{ type: 'time', value: new Uint8Array(4) }, 'time', '00000000'],
  [{ type: 'array', value: [] }, 'array', ''],
  [
    {
      type: 'structure',
      value: [
        { type: 'integer', value: -2n },
        { type: 'enum', value: 35n },
      ],
    },
    'structure',
    '<integer>-2</integer><enum>35</enum>',
  ],
  [
    {
      type: 'compact-array',
      description: {
        type: 'structure',
        elements: [{ type: 'date-time' }, { type: 'array', count: 2, element: { type: 'unsigned' } }],
      },
      contents: Uint8Array.of(1, 2),
    },
    'compact-array',
    '<contents-description><structure><date_time></date_time><array><number-of-elements>2</number-of-elements>' +
      '<type-description><unsigned></unsigned></type-description></array></structure></contents-description>' +
      '<array-contents>0102</array-contents>',
  ],
];

test('every type has its form', () => {
  assert.deepEqual(FORMS.map(([{ type }]) => type).sort(), dataTypeNames.toSorted());
  for (const [data, name, content] of FORMS) {
    assert.equal(writeData(data), inCod(name, content));
    assert.deepEqual(read(inCod(name, content)), data);
  }
});

test('what was written is read, whatever it is', () => {
  fc.assert(
    fc.property(arbitraryData, (data) => assert.deepEqual(read(writeData(data)), data)),
    { numRuns: 2_000, seed: 5 },
  );
});

test('the other forms that the annex allows are understood', () => {
  const others: readonly (readonly [string, string, CosemData])[] = [
    ['boolean', '1', { type: 'boolean', value: true }],
    ['boolean', '0', { type: 'boolean', value: false }],
    ['octet-string', '0AbC', { type: 'octet-string', value: Uint8Array.of(0x0a, 0xbc) }],
    ['long', '+05', { type: 'long', value: 5n }],
    ['long', '-005', { type: 'long', value: -5n }],
  ];
  for (const [name, content, data] of others) assert.deepEqual(read(inCod(name, content)), data);
});

const REFUSED: readonly (readonly [string, string])[] = [
  ['null-data', '0'],
  ['boolean', 'TRUE'],
  ['boolean', ''],
  ['bit-string', '012'],
  ['octet-string', '0'],
  ['octet-string', 'xy'],
  ['octet-string', ' 00'],
  ['unsigned', '-1'],
  ['unsigned', '256'],
  ['unsigned', ''],
  ['unsigned', ' 1'],
  ['unsigned', '1.0'],
  ['unsigned', '0x1'],
  ['long64-unsigned', '18446744073709551616'],
  ['long64', '9'.repeat(31)],
  ['float32', '230.0'],
  ['date_time', '07ea0b1405090f00000000'],
  ['date-time', '000000000000000000000000'],
  ['utf8-string', ''],
  ['Integer8', '1'],
  ['structure', 'text'],
  ['structure', '<integer>1</integer>text'],
  ['integer', '<integer>1</integer>'],
  ['compact-array', ''],
  ['compact-array', '<contents-description></contents-description><array-contents></array-contents>'],
  [
    'compact-array',
    '<contents-description><unsigned></unsigned><unsigned></unsigned></contents-description><array-contents></array-contents>',
  ],
  [
    'compact-array',
    '<contents-description><compact-array></compact-array></contents-description><array-contents></array-contents>',
  ],
  [
    'compact-array',
    '<contents-description><unsigned>1</unsigned></contents-description><array-contents></array-contents>',
  ],
];

test('what is no value of its type is refused', () => {
  for (const [name, content] of REFUSED) {
    assert.throws(
      () => read(inCod(name, content)),
      { code: 'DOCUMENT_INVALID', fault: 'evidence' },
      `${name} ${content}`,
    );
  }
  for (const xml of ['<integer>1</integer>', '<integer xmlns="urn:k461-dke-de:cor-1">1</integer>']) {
    assert.throws(() => read(xml), { code: 'DOCUMENT_INVALID' });
  }
  assert.throws(() => read('<integer xmlns="urn:k461-dke-de:cod-1" unit="V">1</integer>'), {
    code: 'DOCUMENT_INVALID',
  });
});

test('an element with any name and any text is a value or is refused', () => {
  const content = fc.string({ unit: fc.constantFrom(...'01-+a x'.split('')), maxLength: 24 });
  const name = fc.constantFrom(...FORMS.map(([, element]) => element), 'other');
  fc.assert(
    fc.property(name, content, (element, text) => {
      try {
        read(inCod(element, text));
      } catch (error) {
        assert.ok(error instanceof SealmeterError && error.code === 'DOCUMENT_INVALID', String(error));
      }
    }),
    { numRuns: 2_000, seed: 6 },
  );
});
