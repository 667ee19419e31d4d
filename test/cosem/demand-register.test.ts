import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { type ExampleValues, exampleMeter, exampleSample, goodValues } from '../support/example-meter.ts';
import { attributeTable } from './attribute-table.ts';

function table(values: ExampleValues): readonly string[] {
  const meter = exampleMeter();
  const demand = meter.object(5, parseObis('1-0:1.4.0.255')) ?? assert.fail();
  return attributeTable(demand, meter.accept(exampleSample(values), 101n));
}

test('a Demand register tells of the running and of the last period', () => {
  assert.deepEqual(table(goodValues), [
    '1 logical_name octet-string:0100010400ff',
    '2 current_average_value double-long:5000',
    '3 last_average_value double-long:4800',
    '4 scaler_unit structure{integer:-1,enum:27}',
    '5 status unsigned:0',
    // Read at 09:15:00, 300 s into the period: the last one ended, and this one began, at 09:10:00.
    '6 capture_time octet-string:07ea0b1405090a0000000000',
    '7 start_time_current octet-string:07ea0b1405090a0000000000',
    '8 period double-long-unsigned:900',
    '9 number_of_periods long-unsigned:1',
  ]);
});

test('each part is missing for itself', () => {
  assert.deepEqual(table({ 'demand/last': 4800n }), [
    '1 logical_name octet-string:0100010400ff',
    '2 current_average_value null-data',
    '3 last_average_value double-long:4800',
    '4 scaler_unit structure{integer:-1,enum:27}',
    '5 status unsigned:0',
    '6 capture_time null-data',
    '7 start_time_current null-data',
    '8 period null-data',
    '9 number_of_periods long-unsigned:1',
  ]);
});

test('it can be reset and moved on, and both averages need scaler_unit', () => {
  const { interfaceClass } = exampleMeter().object(5, parseObis('1-0:1.4.0.255')) ?? assert.fail();
  assert.deepEqual(
    interfaceClass.methods.map(({ name }) => name),
    ['reset', 'next_period'],
  );
  assert.deepEqual(
    interfaceClass.attributes.filter(({ companions }) => companions.includes(4)).map(({ id }) => id),
    [2, 3],
  );
});
