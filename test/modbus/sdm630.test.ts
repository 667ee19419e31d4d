import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatObis } from '#core/obis.ts';
import { Instant } from '#core/time.ts';
import { loadDevice } from '#meter/device-file.ts';
import { decode } from '#modbus/decode.ts';
import type { ReadMeasurand } from '#modbus/measure-plan.ts';
import { writeRegisters } from '#modbus/register-format.ts';

const { plan, objects } = loadDevice('sdm630');

/** Parameter numbers as the maker prints them (30001 is address 0), and the OBIS code each must have. */
const printed: readonly { parameter: number; key: string; obis: string }[] = [
  { parameter: 30_001, key: 'voltage-l1-n', obis: '1-0:32.7.0.255' },
  { parameter: 30_011, key: 'current-l3', obis: '1-0:71.7.0.255' },
  { parameter: 30_053, key: 'active-power-total', obis: '1-0:16.7.0.255' },
  { parameter: 30_063, key: 'power-factor-total', obis: '1-0:13.7.0.255' },
  { parameter: 30_071, key: 'frequency', obis: '1-0:14.7.0.255' },
  { parameter: 30_073, key: 'active-energy-import', obis: '1-0:1.8.0.255' },
  { parameter: 30_075, key: 'active-energy-export', obis: '1-0:2.8.0.255' },
  { parameter: 30_085, key: 'demand-active', obis: '1-0:16.4.0.255' },
  { parameter: 30_201, key: 'voltage-l1-l2', obis: '1-0:124.7.0.255' },
  { parameter: 30_225, key: 'neutral-current', obis: '1-0:91.7.0.255' },
  { parameter: 30_235, key: 'thd-voltage-l1', obis: '1-0:32.7.124.255' },
  { parameter: 30_343, key: 'active-energy-absolute', obis: '1-0:15.8.0.255' },
  { parameter: 30_347, key: 'active-energy-import-l1', obis: '1-0:21.8.0.255' },
  { parameter: 30_375, key: 'reactive-energy-export-l3', obis: '1-0:64.8.0.255' },
];

for (const { parameter, key, obis } of printed) {
  test(`parameter ${parameter} is ${key}, ${obis}`, () => {
    assert.equal(readOf(key).source.address, parameter - 30_001);
    assert.equal(formatObis(objects.find((row) => row.key === key)?.logicalName ?? assert.fail()), obis);
  });
}

test('a meter is a file: input registers, floats, kilowatt-hours published as whole watt-hours', () => {
  assert.equal(plan.access.functionCode, 4);
  assert.ok(plan.measurands.every((row) => row.kind !== 'read' || row.source.format === 'float32'));
  const energy = readOf('active-energy-import');
  const bytes = writeRegisters('float32', 1234.5678);
  const measured = decode(energy, { address: energy.source.address, bytes, readAt: Instant(0) });
  assert.equal(measured.kind === 'value' ? measured.quantity.value : undefined, 1_234_567n);
});

function readOf(key: string): ReadMeasurand {
  const row = plan.measurands.find((measurand) => measurand.key === key);
  return row?.kind === 'read' ? row : assert.fail(`${key} is not read`);
}
