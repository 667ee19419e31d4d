import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { exampleMeter, exampleSample, goodValues } from '../support/example-meter.ts';
import { attributeTable } from './attribute-table.ts';

const meter = exampleMeter();
const power = meter.object(3, parseObis('1-0:16.7.0.255')) ?? assert.fail();

test('a Register has a value with its scaler and unit', () => {
  const snapshot = meter.accept(exampleSample(), 101n);
  assert.deepEqual(attributeTable(power, snapshot), [
    '1 logical_name octet-string:0100100700ff',
    '2 value double-long:-12345',
    '3 scaler_unit structure{integer:-1,enum:27}',
  ]);
  assert.deepEqual(power.interfaceClass.methods, [{ id: 1, name: 'reset' }]);
});

test('a value that is missing is null-data, its scaler and unit stay', () => {
  const snapshot = meter.accept(exampleSample({ ...goodValues, power: 'not-measured' }), 102n);
  assert.deepEqual(attributeTable(power, snapshot).slice(1), [
    '2 value null-data',
    '3 scaler_unit structure{integer:-1,enum:27}',
  ]);
});

test('other attributes do not exist', () => {
  for (const attribute of [0, -1, 4, 1.5]) assert.equal(power.read(attribute, meter.snapshot()), undefined);
});

test('a value cannot be understood without scaler_unit', () => {
  const companions = power.interfaceClass.attributes.map((attribute) => attribute.companions);
  assert.deepEqual(companions, [[], [3], []]);
});
