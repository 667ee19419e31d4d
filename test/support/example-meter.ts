import { parseObis } from '#core/obis.ts';
import { type UnitSymbol, unitOf } from '#core/quantity.ts';
import type { Measured, Sample, SampleFlag } from '#core/sample.ts';
import { Instant } from '#core/time.ts';
import { type LogicalDevices, logicalDevices } from '#cosem/logical-device.ts';
import type { ObjectRow } from '#cosem/measured-object.ts';
import { SampledDevice } from '#cosem/sampled-device.ts';

export const METER_ID = '1sie0012345678.sm';
export const MANAGEMENT_ID = '1sea0000000001.sm';
export const START = Instant(Date.UTC(2026, 10, 20, 9, 15));

/** One row of each class that a measurand can have. */
export const exampleRows: readonly ObjectRow[] = [
  row('tariff', '0-0:96.14.0.255', 1, 'double-long-unsigned', '', 0),
  row('energy', '1-0:1.8.0.255', 3, 'long64-unsigned', 'Wh', 0),
  row('voltage', '1-0:32.7.0.255', 3, 'double-long-unsigned', 'V', -2),
  row('power', '1-0:16.7.0.255', 3, 'double-long', 'W', -1),
  row('highest-voltage', '1-0:32.26.0.255', 4, 'long-unsigned', 'V', -1),
  row('demand', '1-0:1.4.0.255', 5, 'double-long', 'W', -1),
];

function row(
  key: string,
  obis: string,
  classId: number,
  type: ObjectRow['type'],
  symbol: UnitSymbol,
  scaler: number,
): ObjectRow {
  return { key, name: key, classId, version: 0, logicalName: parseObis(obis), type, unit: unit(symbol), scaler };
}

function unit(symbol: UnitSymbol): ObjectRow['unit'] {
  const found = unitOf(symbol);
  if (found === undefined) throw new TypeError(`no unit ${symbol}`);
  return found;
}

/** Integers as they stand in the registers of the objects; a text is the reason why there is none. */
export type ExampleValues = Readonly<Record<string, bigint | Extract<Measured, { kind: 'missing' }>['reason']>>;

export const goodValues: ExampleValues = {
  tariff: 0n,
  energy: 1_234_567n,
  voltage: 23_010n,
  power: -12_345n,
  'highest-voltage': 2_411n,
  demand: 5_000n,
  'demand/last': 4_800n,
  'demand/period': 900n,
  'demand/elapsed': 300n,
};

export function exampleSample(values: ExampleValues = goodValues, at = START, ...flags: SampleFlag[]): Sample {
  const measured = Object.entries(values).map(([key, value]): [string, Measured] => [
    key,
    measuredValue(key, value, at),
  ]);
  return { at, values: new Map(measured), flags: new Set(flags) };
}

function measuredValue(key: string, value: ExampleValues[string], at: Instant): Measured {
  if (typeof value === 'string') return { kind: 'missing', reason: value };
  const { scaler, unit } = exampleRows.find((row) => row.key === key) ?? { scaler: 0, unit: unitOfSeconds };
  return { kind: 'value', quantity: { value, scaler, unit }, readAt: at };
}

const unitOfSeconds = unit('s');

export function exampleMeter(rows: readonly ObjectRow[] = exampleRows): SampledDevice {
  return new SampledDevice({
    id: METER_ID,
    meterNumber: '12345678',
    locationId: 'DE0001234567890000000000000012345',
    rows,
    start: { at: START, sequenceNumber: 100n },
  });
}

export function managementDevice(): SampledDevice {
  return new SampledDevice({
    id: MANAGEMENT_ID,
    meterNumber: 'sealmeter',
    locationId: '',
    rows: [],
    start: { at: START, sequenceNumber: 100n },
  });
}

/** A management device and one meter that has taken one good sample. */
export function exampleDevices(meter: SampledDevice = exampleMeter()): LogicalDevices {
  meter.accept(exampleSample(), 101n);
  return logicalDevices(managementDevice(), [meter]);
}
