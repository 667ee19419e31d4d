import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { dataToJson } from '#representation/data-json.ts';
import { readAttributeBody } from '#representation/request-body.ts';
import { writeReadingJson, writeTreeJson } from '#representation/tree-json.ts';
import { METER_ID } from '../support/example-meter.ts';
import { arbitraryData } from './arbitrary-data.ts';
import { everyTarget, exampleReading, exampleTree } from './every-target.ts';

const VALUES: readonly (readonly [CosemData, unknown])[] = [
  [{ type: 'null-data' }, { 'null-data': null }],
  [{ type: 'boolean', value: true }, { boolean: true }],
  [{ type: 'bit-string', value: '0101' }, { 'bit-string': '0101' }],
  [{ type: 'long', value: -5n }, { long: -5 }],
  [{ type: 'double-long-unsigned', value: 4_294_967_295n }, { 'double-long-unsigned': 4_294_967_295 }],
  [{ type: 'long64', value: -1n }, { long64: '-1' }],
  [{ type: 'long64-unsigned', value: 2n ** 64n - 1n }, { 'long64-unsigned': '18446744073709551615' }],
  [{ type: 'octet-string', value: Uint8Array.of(1, 0xff) }, { 'octet-string': '01ff' }],
  [{ type: 'utf8-string', value: 'ä"' }, { 'UTF8-string': 'ä"' }],
  [
    {
      type: 'structure',
      value: [
        { type: 'integer', value: -2n },
        { type: 'array', value: [] },
      ],
    },
    { structure: [{ integer: -2 }, { array: [] }] },
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
    {
      'compact-array': {
        'contents-description': {
          structure: ['date_time', { array: { 'number-of-elements': 2, 'type-description': 'unsigned' } }],
        },
        'array-contents': '0102',
      },
    },
  ],
];

test('a value is an object with its type as member; integers of 64 bits are strings', () => {
  for (const [data, json] of VALUES) assert.deepEqual(dataToJson(data), json);
});

test('what was written is read as what it was', () => {
  fc.assert(
    fc.property(arbitraryData, (data) => {
      const body = utf8(JSON.stringify({ attribute: { id: 2, value: dataToJson(data) } }));
      assert.deepEqual(readAttributeBody(body, 'json', 2), data);
    }),
    { numRuns: 2_000, seed: 9 },
  );
});

test('the tree is the same as in XML', () => {
  assert.deepEqual(JSON.parse(writeTreeJson(exampleTree(`/cosem/ldevs/${METER_ID}/objects/3-0100010800ff`))), {
    object: {
      'class-id': 3,
      id: '0100010800ff',
      version: 0,
      attributes: {
        count: 3,
        attribute: [
          { id: 1, value: { 'octet-string': '0100010800ff' } },
          { id: 2, value: { 'long64-unsigned': '1234567' } },
          { id: 3, value: { structure: [{ integer: 0 }, { enum: 30 }] } },
        ],
      },
      methods: { count: 1, method: [{ id: 1 }] },
    },
  });
  assert.deepEqual(JSON.parse(writeTreeJson(exampleTree('/cosem/'))), {
    cosem: { ldevs: { count: 2, ldev: [] }, containers: { count: 0, container: [] } },
  });
});

test('every answer has its root as only member, and no integer that JSON readers would round', () => {
  for (const target of everyTarget) {
    const tree = exampleTree(target);
    const json = JSON.parse(writeTreeJson(tree), (_, value: unknown) => {
      assert.ok(typeof value !== 'number' || Number.isSafeInteger(value), target);
      return value;
    }) as object;
    assert.deepEqual(Object.keys(json), [tree.kind], target);
  }
});

test('a reading says what the document says, and carries the document as it is', () => {
  const reading = exampleReading(`/cosem/ldevs/${METER_ID}/objects/3-0100010800ff/attributes/2`);
  const sealed = '<a b="1">\n"ä"</a>';
  assert.deepEqual(JSON.parse(writeReadingJson(reading, sealed)), {
    'measurement-data': {
      'measurement-time': '2026-11-20T09:15:00.000Z',
      'sequence-nr': '101',
      'meter-ident': METER_ID,
      'meter-number': '12345678',
      'location-ident': 'DE0001234567890000000000000012345',
      'counter-values': {
        count: 1,
        object: [
          {
            'class-id': 3,
            id: '0100010800ff',
            version: 0,
            attributes: {
              count: 2,
              attribute: [
                { id: 2, value: { 'long64-unsigned': '1234567' } },
                { id: 3, value: { structure: [{ integer: 0 }, { enum: 30 }] } },
              ],
            },
          },
        ],
      },
      'error-code': 0,
      state: '0000000010000000',
    },
    'sealed-document': sealed,
  });
  assert.deepEqual(Object.keys(JSON.parse(writeReadingJson(exampleReading('/cosem/'))) as object), [
    'measurement-data',
  ]);
  assert.match(writeReadingJson(exampleReading('/cosem/')), /"location-ident":"","cosem":\{"ldevs":/);
});
