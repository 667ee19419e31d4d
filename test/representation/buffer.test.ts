import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { parseObis } from '#core/obis.ts';
import { addTime, type Instant, Minutes } from '#core/time.ts';
import { type May, rightsOf } from '#cosem/access-rights.ts';
import { dateTimeOctets } from '#cosem/date-time.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import { readCanonical } from '#representation/canonical-reader.ts';
import { LARGEST_SEALED_BUFFER, selectReading } from '#representation/reading.ts';
import { selectTree } from '#representation/resource-tree.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { readSealedDocument, writeMeasurementData } from '#representation/sealed-document.ts';
import { writeBufferJson } from '#representation/tree-json.ts';
import { readTree } from '#representation/tree-reader.ts';
import { writeBuffer } from '#representation/tree-xml.ts';
import { StandardMeter } from '../cosem/support/standard-meter.ts';
import { METER_ID, managementDevice, START } from '../support/example-meter.ts';

/** A meter whose load profile has so many entries; the n-th has the import n. */
function meterWith(entries: number) {
  const meter = new StandardMeter();
  const history = meter.history('load-profile-1');
  for (let index = 0; index < entries; index += 1) {
    history.append({
      at: timeOf(index),
      values: [
        { type: 'octet-string', value: dateTimeOctets(timeOf(index)) },
        { type: 'bit-string', value: '0000000000000000' },
        { type: 'long64-unsigned', value: BigInt(index) },
      ],
    });
  }
  const devices = logicalDevices(managementDevice(), [meter.device]);
  return { devices, rights: rightsOf('consumer') };
}

const timeOf = (index: number): Instant => addTime(START, Minutes(15 * index));

const PROFILE = `/cosem/ldevs/${METER_ID}/objects/7-0100630100ff`;
const BUFFER = `${PROFILE}/attributes/2`;
const ten = meterWith(10);

function bufferOf(query: string, view = ten) {
  const tree = selectTree(parseResource(BUFFER + query), view);
  assert.ok(tree.kind === 'buffer');
  return tree;
}

const xmlOf = (query: string): string => [...writeBuffer(bufferOf(query))].join('');

/** The imports of the entries that a selection leaves. */
const importsOf = (query: string): string =>
  [...xmlOf(query).matchAll(/<long64-unsigned>(\d+)</g)].map(([, value]) => value).join(' ');

const COLUMN = '{long-unsigned:3,octet-string:0100010800ff,integer:2,long-unsigned:0}';
const CLOCK = '{long-unsigned:8,octet-string:0000010000ff,integer:2,long-unsigned:0}';

const SELECTIONS: Readonly<Record<string, string>> = {
  '': '0 1 2 3 4 5 6 7 8 9',
  '/': '0 1 2 3 4 5 6 7 8 9',
  '?q.fromidx=3': '2 3 4 5 6 7 8 9',
  '?q.fromidx=3&q.count=2': '2 3',
  '?q.count=0': '',
  '?q.fromidx=11': '',
  '?sa.fromidx=3&sa.toidx=5': '2 3 4',
  '?sa.toidx=2': '0 1',
  '?sa.count=3': '0 1 2',
  '?sa.fromidx=3&q.fromidx=2&q.count=2': '3 4',
  '?sa.fromidx=3&sa.count=4&q.fromidx=2': '3 4 5',
  '?q.fromtime=2026-11-20T09:30:00Z&q.totime=2026-11-20T10:00:00Z': '1 2',
  '?q.fromtime=2026-11-20T11:00:00%2B01:00': '3 4 5 6 7 8 9',
  [`?sa.filtercolumn=${COLUMN}&sa.fromtype=long64-unsigned:4&sa.totype=unsigned:6`]: '4 5 6',
  [`?sa.filtercolumn=${CLOCK}&sa.fromtype=date_time:07ea0b14050a000000000000`]: '3 4 5 6 7 8 9',
  '?sa.totype=octet-string:07ea0b140509200000000000': '0 1',
  '?q.fromtime=2026-11-20T10:00:00Z&sa.count=2&q.count=1': '3',
};

test('a part of a buffer is what all parameters leave of it', () => {
  for (const [query, imports] of Object.entries(SELECTIONS)) assert.equal(importsOf(query), imports, query);
});

test('columns are chosen by their places, or by what they capture', () => {
  const row = '<structure><long64-unsigned>0</long64-unsigned></structure>';
  for (const query of [
    '?sa.fromcol=3&q.count=1',
    '?sa.fromcol=3&sa.tocol=3&q.count=1',
    `?sa.retrievecolumns=[${COLUMN}]&q.count=1`,
  ]) {
    assert.match(xmlOf(query), new RegExp(`<array xmlns="urn:k461-dke-de:cod-1">${row}</array>`), query);
  }
  const first = '<structure><octet-string>07ea0b1405090f0000000000</octet-string>';
  assert.match(xmlOf('?sa.tocol=2&q.count=1'), new RegExp(`>${first}<bit-string>0{16}</bit-string></structure><`));
});

const UNSUITABLE: Readonly<Record<string, string>> = {
  '?sa.fromcol=4': 'sa.fromcol',
  '?sa.fromcol=3&sa.tocol=2': 'sa.fromcol, sa.tocol',
  [`?sa.fromcol=1&sa.retrievecolumns=[${COLUMN}]`]: 'sa.retrievecolumns',
  [`?sa.retrievecolumns=[${COLUMN.replace('0100010800ff', '0100020800ff')}]`]: 'sa.retrievecolumns',
  [`?sa.filtercolumn=${COLUMN}`]: 'sa.filtercolumn',
  [`?sa.filtercolumn=${COLUMN.replace('integer:2', 'integer:3')}&sa.fromtype=unsigned:1`]:
    'sa.filtercolumn, sa.fromtype',
  [`?sa.filtercolumn=${COLUMN}&sa.totype=visible-string:4a`]: 'sa.filtercolumn, sa.totype',
  '?sa.fromtype=unsigned:1': 'sa.fromtype',
};

test('a selection that does not suit the buffer is refused at once, and its parameters are named', () => {
  for (const [query, parameters] of Object.entries(UNSUITABLE)) {
    assert.throws(
      () => bufferOf(query),
      (error) => {
        assert.ok(error instanceof SealmeterError);
        assert.deepEqual([error.fault, error.code], ['client', 'QUERY_INVALID'], query);
        assert.ok(error.message.startsWith(`query parameter "${parameters}": `), error.message);
        return true;
      },
    );
  }
});

test('selective access, and times, are for buffers alone', () => {
  for (const target of [`${PROFILE}/attributes/3`, `${PROFILE}/attributes`, PROFILE, '/cosem/ldevs']) {
    for (const [parameter, value] of [
      ['sa.fromidx', '1'],
      ['sa.fromtype', 'unsigned:1'],
      ['q.fromtime', '2026-11-20T09:15:00Z'],
    ]) {
      assert.throws(() => selectTree(parseResource(`${target}?${parameter}=${value}`), ten), {
        code: 'QUERY_INVALID',
        message: `query parameter "${parameter}": this resource keeps no history`,
      });
    }
  }
});

test('among others, a buffer is there without its entries', () => {
  for (const target of [PROFILE, `${PROFILE}/attributes`]) {
    const tree = selectTree(parseResource(target), ten);
    const attributes = tree.kind === 'object' ? tree.attributes : tree;
    assert.ok(attributes?.kind === 'attributes');
    assert.deepEqual(
      attributes.attributes.map(({ id, data }) => `${id}${data === undefined ? '-' : ''}`),
      ['1', '2-', '3', '4', '5', '6', '7', '8'],
    );
  }
  assert.deepEqual(selectTree(parseResource(`${BUFFER}?q.depth=0`), ten), {
    kind: 'attribute',
    id: 2,
    data: undefined,
  });
});

test('what comes piece by piece is the same XML, and the same JSON, as if it came at once', () => {
  const tree = readTree(readCanonical(utf8(xmlOf(''))));
  assert.ok(tree.kind === 'attribute' && tree.data?.type === 'array');
  assert.equal(tree.data.value.length, 10);
  const json = JSON.parse([...writeBufferJson(bufferOf('?q.count=2'))].join('')) as unknown;
  const row = (time: string, value: string) => ({
    structure: [{ 'octet-string': time }, { 'bit-string': '0000000000000000' }, { 'long64-unsigned': value }],
  });
  assert.deepEqual(json, {
    attribute: {
      id: 2,
      value: { array: [row('07ea0b1405090f0000000000', '0'), row('07ea0b1405091e0000000000', '1')] },
    },
  });
  assert.equal([...writeBufferJson(bufferOf('?q.count=0'))].join(''), '{"attribute":{"id":2,"value":{"array":[]}}}');
});

test('entries are made as they are asked for', () => {
  let made = 0;
  const items = {
    *[Symbol.iterator]() {
      for (;;) yield { type: 'unsigned' as const, value: BigInt((made += 1)) };
    },
  };
  const pieces = writeBuffer({ kind: 'buffer', id: 2, items });
  pieces.next();
  assert.equal(made, 0);
  assert.equal(pieces.next().value, '<unsigned>1</unsigned>');
  pieces.return();
  assert.equal(made, 1);
});

test('sealed, a buffer brings its columns along', () => {
  const reading = selectReading(parseResource(`${BUFFER}?q.fromidx=2&q.count=1`), ten);
  const read = readSealedDocument(utf8(writeMeasurementData(reading)));
  assert.ok(read.content.kind === 'objects');
  const attributes = read.content.objects[0]?.attributes?.attributes ?? [];
  assert.deepEqual(
    attributes.map(({ id, data }) => [id, data?.type === 'array' ? data.value.length : data]),
    [
      [2, 1],
      [3, 3],
    ],
  );
});

/** What a sealed document has beside the buffer: objects, each with the numbers and the data of its attributes. */
function besideBuffer(query: string, view = ten) {
  const reading = selectReading(parseResource(BUFFER + query), view);
  const { content } = readSealedDocument(utf8(writeMeasurementData(reading)));
  assert.ok(content.kind === 'objects');
  assert.equal(content.count, content.objects.length);
  return content.objects.slice(1).map(({ classId, logicalName, attributes }) => ({
    object: `${classId}-${logicalName}`,
    attributes: attributes?.attributes.map(({ id, data }) => [id, data]),
  }));
}

test('sealed, a buffer brings scaler and unit of its columns, and no value of their objects', () => {
  const unit = ten.devices.device(METER_ID)?.object(3, parseObis('1-0:1.8.0.255'));
  const scalerUnit = unit?.read(3, ten.devices.devices[1]?.snapshot() ?? assert.fail());
  assert.equal(scalerUnit?.type, 'structure');
  assert.deepEqual(besideBuffer('?q.count=1'), [{ object: '3-0100010800ff', attributes: [[3, scalerUnit]] }]);
  assert.deepEqual(besideBuffer('?q.depth=0'), []);
});

test('what a client may not see gives no meaning either', () => {
  const { visible } = ten.rights;
  const rights = {
    ...ten.rights,
    visible: ((device, object, member) => object?.classId !== 3 && visible(device, object, member)) satisfies May,
  };
  assert.deepEqual(besideBuffer('?q.count=1', { ...ten, rights }), []);
});

test('sealed, a buffer is no longer than a verifier takes, and who asks for more is told what fits', () => {
  const year = meterWith(35_040);
  assert.throws(
    () => selectReading(parseResource(BUFFER), year),
    (error) => {
      assert.ok(error instanceof SealmeterError);
      assert.deepEqual([error.fault, error.code], ['client', 'ANSWER_TOO_LARGE']);
      const [, fitting] = /q\.count=(\d+)/.exec(error.mend ?? '') ?? assert.fail(error.mend);
      const page = writeMeasurementData(selectReading(parseResource(`${BUFFER}?q.count=${fitting}`), year));
      const { length } = utf8(page);
      assert.ok(length > 0.9 * LARGEST_SEALED_BUFFER && length < 4 * 2 ** 20 - 1_000, `${length}`);
      return true;
    },
  );
});
