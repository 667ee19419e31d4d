import type { Scaler, Unit } from '#core/quantity.ts';
import type { Measured, MissingReason } from '#core/sample.ts';
import { type CosemData, type IntegerType, integerData, nullData, structure } from './data-types.ts';
import type { ObjectIdentity } from './interface-class.ts';
import type { Snapshot } from './snapshot.ts';

/** A row of a device description as COSEM sees it: an object with a measured value. */
export interface MeasurandRow extends ObjectIdentity {
  /** Names the row's values in a sample: `key` alone for the value, `key/last` and so on for what a class has beside it. */
  readonly key: string;
  readonly type: IntegerType;
  readonly unit: Unit;
  readonly scaler: Scaler;
}

/** A value that a sample should have, and the type that it has to fit. */
export interface ExpectedValue {
  readonly key: string;
  readonly type: IntegerType;
  /** Whether the time at which it changes is to be kept. */
  readonly noteChange: boolean;
}

/** The types that measured values are published in: integers only, so that none passes through floating point. */
export const measuredTypes = [
  'integer',
  'long',
  'double-long',
  'long64',
  'unsigned',
  'long-unsigned',
  'double-long-unsigned',
  'long64-unsigned',
] as const satisfies readonly IntegerType[];

export function measuredOf(snapshot: Snapshot, key: string): Measured {
  return snapshot.sample.values.get(key) ?? { kind: 'missing', reason: 'not-yet-read' };
}

/** The value, or `null-data` where there is none. */
export function valueOf(snapshot: Snapshot, key: string, type: IntegerType): CosemData {
  const measured = measuredOf(snapshot, key);
  return measured.kind === 'value' ? { type, value: measured.quantity.value } : nullData;
}

/** Of most classes: the value of the row, nothing beside it. */
export const singleValue = ({ key, type }: MeasurandRow): readonly ExpectedValue[] => [
  { key, type, noteChange: false },
];

/** `structure { integer scaler, enum unit }` */
export function scalerUnit({ scaler, unit }: MeasurandRow): CosemData {
  return structure(integerData('integer', BigInt(scaler)), integerData('enum', BigInt(unit.code)));
}

/** What the attribute `status` of a value says. The Blue Book leaves its meaning to the manufacturer. */
const STATUS = {
  good: 0n,
  unreachable: 1n,
  refused: 2n,
  'not-measured': 3n,
  'out-of-range': 4n,
  'input-missing': 5n,
  'not-yet-read': 6n,
} as const satisfies Readonly<Record<MissingReason | 'good', bigint>>;

export function statusOf(snapshot: Snapshot, key: string): CosemData {
  const measured = measuredOf(snapshot, key);
  return { type: 'unsigned', value: STATUS[measured.kind === 'value' ? 'good' : measured.reason] };
}
