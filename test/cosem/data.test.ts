import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { data } from '#cosem/data.ts';
import { createObject } from '#cosem/interface-class.ts';
import { exampleMeter, exampleRows, exampleSample } from '../support/example-meter.ts';
import { attributeTable } from './attribute-table.ts';

test('a Data object has a name and a value', () => {
  const meter = exampleMeter();
  const tariff = meter.object(1, parseObis('0-0:96.14.0.255')) ?? assert.fail();
  const snapshot = meter.accept(exampleSample({ tariff: 1n }), 101n);
  assert.deepEqual(attributeTable(tariff, snapshot), [
    '1 logical_name octet-string:0000600e00ff',
    '2 value double-long-unsigned:1',
  ]);
  assert.deepEqual(tariff.interfaceClass.methods, []);
});

test('its value may be of any type, and need not be measured', () => {
  const fixed = createObject(data, {
    logicalName: parseObis('0-0:96.1.0.255'),
    name: 'Device number',
    value: () => ({ type: 'visible-string', value: 'LQN 123' }),
  });
  assert.deepEqual(fixed.read(2, exampleMeter(exampleRows).snapshot()), { type: 'visible-string', value: 'LQN 123' });
});
