import assert from 'node:assert/strict';
import { it } from 'node:test';
import { rightsOf } from '#cosem/access-rights.ts';
import { documentValues } from '#das/document-values.ts';
import { selectReading } from '#representation/reading.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { exampleDevices, exampleMeter, exampleSample, goodValues, METER_ID } from '../support/example-meter.ts';

function readingOf(path: string, meter = exampleMeter()) {
  const view = { devices: exampleDevices(meter), rights: rightsOf('consumer') };
  return selectReading(parseResource(`/cosem/ldevs/${METER_ID}/objects${path}`), view);
}

it('every measured value of a document has its object, its decimal text and its unit', () => {
  assert.deepEqual(
    documentValues(readingOf('')).map(({ object, attribute, value, unit }) => [object, attribute, value, unit]),
    [
      ['1-0000600e00ff', 2, '0', ''],
      ['3-0100010800ff', 2, '1234567', 'Wh'],
      ['3-0100100700ff', 2, '-1234.5', 'W'],
      ['3-0100200700ff', 2, '230.10', 'V'],
      ['4-0100201a00ff', 2, '241.1', 'V'],
      ['5-0100010400ff', 2, '500.0', 'W'],
      ['5-0100010400ff', 3, '480.0', 'W'],
    ],
  );
});

it('a document of one attribute has that value alone', () => {
  assert.deepEqual(documentValues(readingOf('/5-0100010400ff/attributes/3')), [
    { object: '5-0100010400ff', attribute: 3, value: '480.0', unit: 'W' },
  ]);
});

it('a missing value is there, without a value', () => {
  const meter = exampleMeter();
  const devices = exampleDevices(meter);
  meter.accept(exampleSample({ ...goodValues, energy: 'unreachable' }), 102n);
  const reading = selectReading(parseResource(`/cosem/ldevs/${METER_ID}/objects/3-0100010800ff`), {
    devices,
    rights: rightsOf('consumer'),
  });
  assert.deepEqual(documentValues(reading), [{ object: '3-0100010800ff', attribute: 2, value: undefined, unit: 'Wh' }]);
});

it('a list of names has no values', () => {
  assert.deepEqual(documentValues(readingOf('/')), []);
});
