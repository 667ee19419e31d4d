import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rightsOf } from '#cosem/access-rights.ts';
import { selectTree } from '#representation/resource-tree.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { writeTree } from '#representation/tree-xml.ts';
import { exampleDevices, MANAGEMENT_ID, METER_ID } from '../support/example-meter.ts';

const devices = exampleDevices();

/** What a GET gives, without the namespace declaration of its root. */
function get(target: string, role: Parameters<typeof rightsOf>[0] = 'consumer'): string {
  const tree = selectTree(parseResource(target), { devices, rights: rightsOf(role) });
  assert.ok(tree.kind !== 'buffer');
  return writeTree(tree).replace(' xmlns="urn:k461-dke-de:cor-1"', '');
}

const METER = `/cosem/ldevs/${METER_ID}`;
const ENERGY = `${METER}/objects/3-0100010800ff`;
const VALUE = '<long64-unsigned xmlns="urn:k461-dke-de:cod-1">1234567</long64-unsigned>';
const UNIT = '<structure xmlns="urn:k461-dke-de:cod-1"><integer>0</integer><enum>30</enum></structure>';
const NAME = '<octet-string xmlns="urn:k461-dke-de:cod-1">0100010800ff</octet-string>';

test('an attribute has its value', () => {
  assert.equal(get(`${ENERGY}/attributes/2`), `<attribute id="2">${VALUE}</attribute>`);
  assert.equal(get(`${ENERGY}/attributes/2/`), `<attribute id="2">${VALUE}</attribute>`);
  assert.equal(get(`${ENERGY}/attributes/2?q.depth=0`), '<attribute id="2"></attribute>');
});

test('each level of depth adds one level of elements', () => {
  const list = '<attribute id="1"></attribute><attribute id="2"></attribute><attribute id="3"></attribute>';
  const levels = [
    '<object class-id="3" id="0100010800ff" version="0"></object>',
    '<object class-id="3" id="0100010800ff" version="0"><attributes count="3"></attributes><methods count="1"></methods></object>',
    `<object class-id="3" id="0100010800ff" version="0"><attributes count="3">${list}</attributes><methods count="1"><method id="1"></method></methods></object>`,
    `<object class-id="3" id="0100010800ff" version="0"><attributes count="3"><attribute id="1">${NAME}</attribute><attribute id="2">${VALUE}</attribute><attribute id="3">${UNIT}</attribute></attributes><methods count="1"><method id="1"></method></methods></object>`,
  ];
  levels.forEach((xml, depth) => assert.equal(get(`${ENERGY}?q.depth=${depth}`), xml));
  assert.equal(get(ENERGY), levels[3]);
  assert.equal(get(`${ENERGY}/`), levels[1]);
});

const NO_CONTAINERS = '<containers count="0"></containers>';

test('the tree from the top', () => {
  assert.equal(get('/cosem?q.depth=0'), '<cosem></cosem>');
  assert.equal(get('/cosem/'), `<cosem><ldevs count="2"></ldevs>${NO_CONTAINERS}</cosem>`);
  const ldevs = `<ldevs count="2"><ldev id="${MANAGEMENT_ID}"></ldev><ldev id="${METER_ID}"></ldev></ldevs>`;
  assert.equal(get('/cosem?q.depth=2'), `<cosem>${ldevs}${NO_CONTAINERS}</cosem>`);
  assert.equal(get('/cosem/ldevs/'), ldevs);
  assert.equal(get(`${METER}/`), `<ldev id="${METER_ID}"><objects count="7"></objects>${NO_CONTAINERS}</ldev>`);
  assert.match(get('/cosem'), /^<cosem><ldevs count="2"><ldev id="1sea.*<long64-unsigned .*<\/cosem>$/);
});

test('at depth 0 the count is the number that a list would have', () => {
  assert.equal(get(`${METER}/objects?q.depth=0`), '<objects count="7"></objects>');
  assert.equal(get(`${METER}/objects?q.depth=0&q.fromidx=6`), '<objects count="2"></objects>');
});

test('q.fromidx and q.count cut a list', () => {
  const ids = (target: string): string =>
    [...get(target).matchAll(/<attribute id="(\d)">/g)].map(([, id]) => id).join('') + get(target).slice(0, 22);
  assert.equal(ids(`${ENERGY}/attributes/?q.fromidx=2`), '23<attributes count="2">');
  assert.equal(ids(`${ENERGY}/attributes/?q.fromidx=2&q.count=1`), '2<attributes count="1">');
  assert.equal(ids(`${ENERGY}/attributes/?q.count=99`), '123<attributes count="3">');
  assert.equal(ids(`${ENERGY}/attributes/?q.count=0`), '<attributes count="0">');
  assert.equal(ids(`${ENERGY}/attributes/?q.fromidx=4`), '<attributes count="0">');
});

test('methods are listed, not run', () => {
  assert.equal(get(`${ENERGY}/methods`), '<methods count="1"><method id="1"></method></methods>');
  assert.equal(get(`${ENERGY}/methods/1`), '<method id="1"></method>');
  assert.equal(get(`${METER}/objects/1-00002a0000ff/methods`), '<methods count="0"></methods>');
});

test('what does not exist is unknown', () => {
  for (const target of [
    '/cosem/ldevs/1sie0000000000.sm',
    '/cosem/ldevs/1sie0000000000.sm/objects',
    `${METER}/objects/4-0100010800ff`,
    `${METER}/objects/3-0100020800ff`,
    `${ENERGY}/attributes/4`,
    `${ENERGY}/attributes/-1`,
    `${ENERGY}/methods/2`,
  ]) {
    assert.throws(() => get(target), { code: 'RESOURCE_UNKNOWN' }, target);
  }
});

test('what a role may not see is unknown in the same words, and in no list', () => {
  const power = `${METER}/objects/3-0100100700ff`;
  assert.throws(() => get(power, 'supplier'), {
    code: 'RESOURCE_UNKNOWN',
    message: 'there is no such resource',
  });
  assert.throws(() => get(`${power}/attributes/2`, 'supplier'), { code: 'RESOURCE_UNKNOWN' });
  assert.equal(
    get(`${METER}/objects/`, 'supplier'),
    '<objects count="3"><object class-id="1" id="00002a0000ff" version="0"></object>' +
      '<object class-id="3" id="0100010800ff" version="0"></object>' +
      '<object class-id="5" id="0100010400ff" version="0"></object></objects>',
  );
});

test('a place in a list, or a time, is refused where there is no list and no history', () => {
  const refusals = [
    [`${ENERGY}?q.fromidx=1`, 'q.fromidx'],
    [`${ENERGY}/attributes/2?q.count=1`, 'q.count'],
    ['/cosem?q.count=1', 'q.count'],
    [`${METER}?q.fromidx=2`, 'q.fromidx'],
    [`${ENERGY}/attributes/2?q.fromtime=2026-11-20T09:15:00Z`, 'q.fromtime'],
    [`${METER}/objects?q.totime=2026-11-20T09:15:00Z`, 'q.totime'],
  ] as const;
  for (const [target, parameter] of refusals) {
    assert.throws(() => get(target), { code: 'QUERY_INVALID', message: new RegExp(`"${parameter}"`) }, target);
  }
});
