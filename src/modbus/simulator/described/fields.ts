import type { Block, IdentityPoint, MeasurePlan, ReadMeasurand } from '#modbus/measure-plan.ts';
import { registerFormats } from '#modbus/register-format.ts';
import { numberField, textField } from '#modbus/simulator/fields.ts';
import type { Field } from '#modbus/simulator/register-map.ts';
import type { Signal } from './signals.ts';

/** Rows that share a value (net, positive and negative part of one power) show one signal: that of the net value. */
export const signalKey = ({ key, take }: ReadMeasurand): string =>
  take === undefined ? key : key.replace(/-(?:import|export)(?=-|$)/, '');

/** The registers of a block, with a 0 in each that no row describes, where the meter has such. */
export function blockFields(
  block: Block,
  { access }: MeasurePlan,
  signals: Signals,
  serialNumber: string,
): readonly Field[] {
  const described = [
    ...block.measurands.map((measurand) => measuredField(measurand, signals.get(signalKey(measurand)))),
    ...block.identity.map((point) => identityField(point, serialNumber)),
  ];
  return access.gaps === 'forbidden' ? described : [...described, ...fillers(block, described)];
}

type Signals = ReadonlyMap<string, Signal>;

function measuredField(measurand: ReadMeasurand, signal: Signal | undefined): Field {
  const { address, format, wordOrder } = measurand.source;
  return numberField(address, format, { read: () => rawOf(measurand, signal?.value ?? Number.NaN), wordOrder });
}

/** The device's own number for a value: the opposite of what a reader of the description makes of it. */
function rawOf({ source, absent, factor, plus, scaler }: ReadMeasurand, value: number): number {
  const raw = (value - Number(plus) * 10 ** scaler) / 10 ** factor;
  if (registerFormats[source.format].kind === 'float') return raw;
  return Number.isNaN(raw) ? Number(absent[0] ?? 0) : Math.round(raw);
}

function identityField(point: IdentityPoint, serialNumber: string): Field {
  const { address, expect = serialNumber } = point;
  return point.kind === 'text'
    ? textField(address, point.characters / 2, { read: () => expect.slice(0, point.characters) })
    : numberField(address, point.format, { read: () => Number(expect) || 0, wordOrder: point.wordOrder });
}

function fillers(block: Block, fields: readonly Field[]): readonly Field[] {
  const taken = new Set(
    fields.flatMap(({ at, registers }) => Array.from({ length: registers }, (_, index) => at + index)),
  );
  return Array.from({ length: block.count }, (_, index) => block.address + index)
    .filter((at) => !taken.has(at))
    .map((at) => numberField(at, 'uint16', { read: () => 0 }));
}
