import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rightsOf } from '#cosem/access-rights.ts';
import { type Reading, selectReading } from '#representation/reading.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import {
  exampleDevices,
  exampleMeter,
  exampleSample,
  goodValues,
  MANAGEMENT_ID,
  METER_ID,
  START,
} from '../support/example-meter.ts';

const meter = exampleMeter();
const devices = exampleDevices(meter);
const METER = `/cosem/ldevs/${METER_ID}`;
const ENERGY = `${METER}/objects/3-0100010800ff`;

function read(target: string, role: Parameters<typeof rightsOf>[0] = 'consumer'): Reading {
  return selectReading(parseResource(target), { devices, rights: rightsOf(role) });
}

/** What stands between location-ident and error-code, as the elements with their numbers: `objects=1 3-01…:1,2,3`. */
function contentOf(target: string, role?: Parameters<typeof rightsOf>[0]): string {
  const { content } = read(target, role);
  if (content.kind !== 'objects') return content.kind;
  const objects = content.objects.map(({ classId, logicalName, attributes, methods }) => {
    const valued = attributes?.attributes.map(({ id, data }) => (data === undefined ? `(${id})` : `${id}`)).join(',');
    const listed = methods?.methods.map(({ id }) => id).join(',');
    return `${classId}-${logicalName}:${valued ?? 'none'};${listed ?? 'none'}`;
  });
  return [`objects=${content.count}`, ...objects].join(' ');
}

test('a sealed value brings what gives it meaning', () => {
  assert.equal(contentOf(`${ENERGY}/attributes/2`), 'objects=1 3-0100010800ff:2,3;none');
  assert.equal(contentOf(`${METER}/objects/4-0100201a00ff/attributes/2`), 'objects=1 4-0100201a00ff:2,3;none');
  assert.equal(contentOf(`${METER}/objects/5-0100010400ff/attributes/2`), 'objects=1 5-0100010400ff:2,4;none');
  assert.equal(contentOf(`${METER}/objects/5-0100010400ff/attributes/3`), 'objects=1 5-0100010400ff:3,4;none');
  assert.equal(contentOf(`${ENERGY}/attributes?q.fromidx=2&q.count=1`), 'objects=1 3-0100010800ff:2,3;none');
});

test('what has its meaning already, or no value, brings nothing', () => {
  assert.equal(contentOf(`${ENERGY}/attributes/1`), 'objects=1 3-0100010800ff:1;none');
  assert.equal(contentOf(`${ENERGY}/attributes/3`), 'objects=1 3-0100010800ff:3;none');
  assert.equal(contentOf(`${ENERGY}/attributes`), 'objects=1 3-0100010800ff:1,2,3;none');
  assert.equal(contentOf(`${ENERGY}/attributes/`), 'objects=1 3-0100010800ff:(1),(2),(3);none');
  assert.equal(contentOf(`${ENERGY}/attributes/2?q.depth=0`), 'objects=1 3-0100010800ff:(2);none');
  assert.equal(contentOf(`${METER}/objects/1-00002a0000ff/attributes/2`), 'objects=1 1-00002a0000ff:2;none');
});

test('an object, its methods, a list of objects and a device are sealed too', () => {
  assert.equal(contentOf(ENERGY), 'objects=1 3-0100010800ff:1,2,3;1');
  assert.equal(contentOf(`${ENERGY}?q.depth=0`), 'objects=1 3-0100010800ff:none;none');
  assert.equal(contentOf(`${ENERGY}/methods`), 'objects=1 3-0100010800ff:none;1');
  assert.equal(contentOf(`${ENERGY}/methods/1`), 'objects=1 3-0100010800ff:none;1');
  assert.match(contentOf(`${METER}/objects`), /^objects=7 (?:\S+:1,2\S* ?){7}$/);
  assert.equal(contentOf(`${METER}/objects?q.fromidx=3&q.count=1`), 'objects=1 3-0100010800ff:1,2,3;1');
  assert.equal(contentOf(`${METER}/objects?q.depth=0`), 'objects=7');
  assert.equal(contentOf(METER), contentOf(`${METER}/objects`));
  assert.equal(contentOf(`${METER}/`), 'objects=7');
  assert.equal(contentOf(`${METER}?q.depth=0`), 'objects=7');
});

test('what lies above the devices is told by the management device, down to the names of the devices', () => {
  for (const target of ['/cosem', '/cosem/ldevs']) {
    const reading = read(target);
    assert.equal(reading.meterId, MANAGEMENT_ID);
    const xml = writeMeasurementData(reading);
    assert.match(
      xml,
      new RegExp(`<ldevs[^>]* count="2"><ldev id="${MANAGEMENT_ID}"></ldev><ldev id="${METER_ID}"></ldev>`),
    );
    assert.doesNotMatch(xml, /<objects|counter-values/);
  }
  assert.match(
    writeMeasurementData(read('/cosem/')),
    /<cosem[^>]*><ldevs count="2"><\/ldevs><containers count="0"><\/containers><\/cosem>/,
  );
  assert.match(writeMeasurementData(read('/cosem/ldevs?q.fromidx=2')), /<ldevs[^>]* count="1"><ldev id="1sie/);
});

test('a reading says who, when and which number', () => {
  const { content, ...rest } = read(`${ENERGY}/attributes/2`);
  assert.equal(content.kind, 'objects');
  assert.deepEqual(rest, {
    at: START,
    sequenceNumber: 101n,
    meterId: METER_ID,
    meterNumber: '12345678',
    locationId: 'DE0001234567890000000000000012345',
    response: undefined,
    errorCode: 0n,
    state: '0000000010000000',
  });
});

test('the bit for a missing value is set where the document itself lacks one', () => {
  const lacking = exampleMeter();
  const others = exampleDevices(lacking);
  lacking.accept(exampleSample({ ...goodValues, power: 'not-measured' }, START, 'value-missing'), 102n);
  const state = (target: string): string => {
    const wanted = parseResource(`${METER}/objects${target}`);
    return selectReading(wanted, { devices: others, rights: rightsOf('consumer') }).state;
  };
  assert.equal(state('/3-0100100700ff/attributes/2'), '0010000000000000');
  assert.equal(state('/3-0100100700ff/attributes/3'), '0000000000000000');
  assert.equal(state('/3-0100010800ff/attributes/2'), '0000000000000000');
  assert.equal(state(''), '0010000000000000');
  assert.equal(state('/'), '0000000000000000');
});

test('a device that does not answer is an error in every document of it', () => {
  const silent = exampleMeter();
  const others = exampleDevices(silent);
  silent.accept(exampleSample({}, START, 'device-unreachable', 'value-missing'), 102n);
  const wanted = parseResource(`${ENERGY}/attributes/2`);
  const { state, errorCode } = selectReading(wanted, { devices: others, rights: rightsOf('consumer') });
  assert.deepEqual([state, errorCode], ['0011000000000000', 1n]);
});

test('what a role may not see is not there', () => {
  assert.equal(contentOf(`${METER}/objects/`, 'supplier').split(' ')[0], 'objects=3');
  assert.throws(() => read(`${METER}/objects/3-0100100700ff`, 'supplier'), { code: 'RESOURCE_UNKNOWN' });
  assert.throws(() => read(`${ENERGY}?q.count=1`), { code: 'QUERY_INVALID' });
});
