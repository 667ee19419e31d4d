import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SealmeterError } from '#core/errors.ts';
import { obisFromHex } from '#core/obis.ts';
import { Instant } from '#core/time.ts';
import { parseResource, type ResourceAddress } from '#representation/resource-uri.ts';

const ldev = '1sie0012345678.sm';
const object = { ldev, classId: 3, obis: obisFromHex('0100010800ff') ?? assert.fail() };
const OBJECT = `/cosem/ldevs/${ldev}/objects/3-0100010800ff`;

const ADDRESSES: Readonly<Record<string, ResourceAddress>> = {
  '/cosem': { kind: 'cosem' },
  '/cosem/ldevs': { kind: 'ldevs' },
  [`/cosem/ldevs/${ldev}`]: { kind: 'ldev', ldev },
  '/cosem/ldevs/001122334455.eui': { kind: 'ldev', ldev: '001122334455.eui' },
  [`/cosem/ldevs/${ldev}/objects`]: { kind: 'objects', ldev },
  [OBJECT]: { kind: 'object', ...object },
  [`${OBJECT}/attributes`]: { kind: 'attributes', ...object },
  [`${OBJECT}/attributes/2`]: { kind: 'attribute', ...object, attribute: 2 },
  [`${OBJECT}/attributes/127`]: { kind: 'attribute', ...object, attribute: 127 },
  [`${OBJECT}/attributes/-128`]: { kind: 'attribute', ...object, attribute: -128 },
  [`${OBJECT}/methods`]: { kind: 'methods', ...object },
  [`${OBJECT}/methods/1`]: { kind: 'method', ...object, method: 1 },
  [`/cosem/ldevs/${ldev}/live`]: { kind: 'live', ldev },
  '/cosem/containers': { kind: 'containers' },
  '/cosem/containers/my-values': { kind: 'container', container: 'my-values' },
  [`/cosem/ldevs/${ldev}/containers`]: { kind: 'ldev-containers', ldev },
  [`/cosem/ldevs/${ldev}/containers/0-0000630100ff`]: { kind: 'ldev-container', ldev, container: '0-0000630100ff' },
  [`/cosem/ldevs/${ldev}/objects/65535-0100010800ff`]: { kind: 'object', ...object, classId: 65_535 },
  [`/cosem/ldevs/${ldev}/objects/0-0100010800ff`]: { kind: 'object', ...object, classId: 0 },
};

test('every URI of the tree is read', () => {
  for (const [target, address] of Object.entries(ADDRESSES)) {
    assert.deepEqual(parseResource(target), { address, selection: {} }, target);
  }
});

test('a trailing slash means depth 1, a written depth wins over it', () => {
  for (const [target, address] of Object.entries(ADDRESSES)) {
    assert.deepEqual(parseResource(`${target}/`), { address, selection: { 'q.depth': 1 } }, target);
  }
  assert.equal(parseResource('/cosem/?q.depth=3').selection['q.depth'], 3);
  assert.equal(parseResource('/cosem/?q.depth=0').selection['q.depth'], 0);
  assert.equal(parseResource('/cosem?q.depth=1').selection['q.depth'], 1);
});

test('percent-encoding of the path is undone, once', () => {
  assert.deepEqual(parseResource('/c%6Fsem/%6cdevs').address, { kind: 'ldevs' });
  assert.deepEqual(parseResource(`/cosem/ldevs/${ldev}/objects/3%2D0100010800ff`).address, {
    kind: 'object',
    ...object,
  });
});

const UNKNOWN = [
  '',
  '/',
  '//',
  'cosem',
  '/Cosem',
  '/cosem//',
  '//cosem',
  '/cosem/devices',
  '/cosem/ldevs//',
  '/cosem/containers//',
  '/cosem/containers/My',
  `/cosem/containers/${'a'.repeat(64)}`,
  '/cosem/containers/a/b',
  `/cosem/ldevs/${ldev}/containers/my-values`,
  `/cosem/ldevs/${ldev}/containers/0-0000630100FF`,
  `/cosem/ldevs/${ldev}/containers/0-0000630100ff/1`,
  `/cosem/ldevs/${ldev}/live/1`,
  '/cosem/%2Fldevs',
  '/cosem%2Fldevs',
  '/cosem/ldevs%',
  '/cosem/ldevs/%zz',
  '/cosem/ldevs/%252e',
  '/cosem/../cosem',
  '/cosem#x',
  '/cosem/ldevs/meter',
  '/cosem/ldevs/1SIE0012345678.sm',
  `/cosem/ldevs/${'a'.repeat(64)}.sm`,
  `/cosem/ldevs/${ldev}/object`,
  `/cosem/ldevs/${ldev}/objects/3-0100010800FF`,
  `/cosem/ldevs/${ldev}/objects/03-0100010800ff`,
  `/cosem/ldevs/${ldev}/objects/+3-0100010800ff`,
  `/cosem/ldevs/${ldev}/objects/65536-0100010800ff`,
  `/cosem/ldevs/${ldev}/objects/3-0100010800f`,
  `/cosem/ldevs/${ldev}/objects/3-0100010800fff`,
  `/cosem/ldevs/${ldev}/objects/3-1-0:1.8.0.255`,
  `/cosem/ldevs/${ldev}/objects/-0100010800ff`,
  `${OBJECT}/attribute`,
  `${OBJECT}/attributes/0`,
  `${OBJECT}/attributes/-0`,
  `${OBJECT}/attributes/02`,
  `${OBJECT}/attributes/+2`,
  `${OBJECT}/attributes/128`,
  `${OBJECT}/attributes/-129`,
  `${OBJECT}/attributes/2a`,
  `${OBJECT}/attributes/0x2`,
  `${OBJECT}/attributes/2/3`,
  `${OBJECT}/attributes//`,
  `${OBJECT}/methods/0`,
];

test('every other path is no resource, and all are refused in the same words', () => {
  for (const target of UNKNOWN) {
    const expected = { fault: 'client', code: 'RESOURCE_UNKNOWN', message: 'there is no such resource' };
    assert.throws(() => parseResource(target), expected, target);
  }
});

test('query parameters select', () => {
  const target =
    '/cosem/ldevs?q.fromidx=2&q.count=10&q.fromtime=2026-11-20T10:15:00%2B01:00&q.totime=2026-11-20T09:30:00Z';
  assert.deepEqual(parseResource(target).selection, {
    'q.fromidx': 2,
    'q.count': 10,
    'q.fromtime': Instant(Date.UTC(2026, 10, 20, 9, 15)),
    'q.totime': Instant(Date.UTC(2026, 10, 20, 9, 30)),
  });
});

test('selective access is read from its literals', () => {
  const column = '{long-unsigned:3,octet-string:0100010800ff,integer:2,long-unsigned:0}';
  const captured = { classId: 3, logicalName: object.obis, attribute: 2, dataIndex: 0 };
  const query = [
    'sa.fromidx=2',
    'sa.toidx=9',
    'sa.count=3',
    'sa.fromcol=1',
    'sa.tocol=2',
    `sa.retrievecolumns=${encodeURIComponent(`[${column}]`)}`,
    `sa.filtercolumn=${column}`,
    'sa.fromtype=long64-unsigned:12345',
    'sa.totype=octet-string%3A98aaddff',
  ].join('&');
  assert.deepEqual(parseResource(`${OBJECT}/attributes/2?${query}`).selection, {
    'sa.fromidx': 2,
    'sa.toidx': 9,
    'sa.count': 3,
    'sa.fromcol': 1,
    'sa.tocol': 2,
    'sa.retrievecolumns': [captured],
    'sa.filtercolumn': captured,
    'sa.fromtype': { type: 'long64-unsigned', value: 12_345n },
    'sa.totype': { type: 'octet-string', value: Uint8Array.of(0x98, 0xaa, 0xdd, 0xff) },
  });
});

test('of a repeated parameter the first counts', () => {
  assert.equal(parseResource('/cosem?q.depth=2&q.depth=9').selection['q.depth'], 2);
  assert.equal(parseResource('/cosem?q.depth=2&q.depth=nonsense').selection['q.depth'], 2);
});

test('an empty query, and empty pairs in it, say nothing', () => {
  for (const query of ['?', '?&', '?&&']) assert.deepEqual(parseResource(`/cosem${query}`).selection, {});
});

const INVALID_QUERIES: readonly (readonly [string, string])[] = [
  ['q.depth=', 'q.depth'],
  ['q.depth', 'q.depth'],
  ['q.depth=-1', 'q.depth'],
  ['q.depth=1.5', 'q.depth'],
  ['q.depth=01', 'q.depth'],
  ['q.depth=0x1', 'q.depth'],
  ['q.depth=1000000000', 'q.depth'],
  ['q.depth=%', 'q.depth'],
  ['q.depth=%31%', 'q.depth'],
  ['q.fromidx=0', 'q.fromidx'],
  ['q.fromidx=one', 'q.fromidx'],
  ['q.count=-5', 'q.count'],
  ['q.count=1e3', 'q.count'],
  ['q.fromtime=2026-11-20', 'q.fromtime'],
  ['q.fromtime=2026-11-20T09:15:00', 'q.fromtime'],
  ['q.totime=2026-06-31T00:00:00Z', 'q.totime'],
  ['q.Depth=1', 'q.Depth'],
  ['depth=1', 'depth'],
  ['sa.fromidx=0', 'sa.fromidx'],
  ['sa.count=-1', 'sa.count'],
  ['sa.tocol=last', 'sa.tocol'],
  ['sa.fromtype=12345', 'sa.fromtype'],
  ['sa.totype=long-unsigned:x', 'sa.totype'],
  ['sa.filtercolumn=[]', 'sa.filtercolumn'],
  ['sa.filtercolumn={long-unsigned:3,octet-string:0100010800ff,integer:2}', 'sa.filtercolumn'],
  ['sa.filtercolumn={long-unsigned:3,octet-string:01,integer:2,long-unsigned:0}', 'sa.filtercolumn'],
  ['sa.retrievecolumns={long-unsigned:3,octet-string:0100010800ff,integer:2,long-unsigned:0}', 'sa.retrievecolumns'],
  ['sa.from=1', 'sa.from'],
  ['constructor=1', 'constructor'],
  ['=1', ''],
];

test('a bad value, and a parameter that nobody knows, is refused by name', () => {
  for (const [query, parameter] of INVALID_QUERIES) {
    assert.throws(
      () => parseResource(`/cosem?${query}`),
      (error) => {
        assert.ok(error instanceof SealmeterError);
        assert.deepEqual([error.fault, error.code], ['client', 'QUERY_INVALID'], query);
        assert.ok(error.message.startsWith(`query parameter "${parameter}":`), error.message);
        return true;
      },
      query,
    );
  }
});

test('a URI has at most 4000 characters', () => {
  const target = `/cosem?${'&'.repeat(3_993)}`;
  assert.equal(target.length, 4_000);
  assert.deepEqual(parseResource(target).address, { kind: 'cosem' });
  assert.throws(() => parseResource(`${target}&`), { fault: 'client', code: 'URI_TOO_LONG' });
});

test('whatever comes, it is read or refused as the client’s fault', () => {
  const part = fc.constantFrom(
    '/cosem',
    '/ldevs',
    `/${ldev}`,
    '/objects',
    '/3-0100010800ff',
    '/attributes',
    '/2',
    '?',
    '&',
    'q.depth=',
    '%',
  );
  const target = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(target, (text) => {
      try {
        parseResource(text);
      } catch (error) {
        assert.ok(error instanceof SealmeterError && error.fault === 'client', String(error));
      }
    }),
    { numRuns: 2_000, seed: 1 },
  );
});
