import type { Reading } from '#representation/reading.ts';
import type { AttributeNode, ObjectNode } from '#representation/resource-nodes.ts';
import type { StoredValue } from './reading-store.ts';

// No `node:` import here: a browser reads documents too.

type Data = NonNullable<AttributeNode['data']>;

/** What makes a quantity of an integer. */
type Meaning = Pick<StoredValue, 'scaler' | 'unit'>;

/** A value as a document states it; of one that is missing, that it is. */
interface MeasuredValue extends Omit<StoredValue, 'value' | 'at'> {
  readonly value: bigint | undefined;
}

/** As DLMS numbers units: none. */
const NO_UNIT = 255;

/** Where a class keeps its values, and what gives them meaning. @see IEC 62056-6-2 (Blue Book) */
const CLASSES: ReadonlyMap<number, { readonly values: readonly number[]; readonly scalerUnit?: number }> = new Map([
  /** Data */
  [1, { values: [2] }],
  /** Register */
  [3, { values: [2], scalerUnit: 3 }],
  /** Extended register */
  [4, { values: [2], scalerUnit: 3 }],
  /** Demand register: the running and the last average */
  [5, { values: [2, 3], scalerUnit: 4 }],
]);

/** Every measured value of a document. One without what gives it meaning is none. */
export function measuredValues({ content }: Reading): readonly MeasuredValue[] {
  if (content.kind !== 'objects') return [];
  const values: MeasuredValue[] = [];
  for (const object of content.objects) addValues(object, values);
  return values;
}

/** The integers that a document states. Nothing stands for a value that is missing. */
export const valuesOf = (reading: Reading): readonly StoredValue[] => measuredValues(reading).filter(isThere);

const isThere = (value: MeasuredValue): value is MeasuredValue & StoredValue => value.value !== undefined;

function addValues(object: ObjectNode, values: MeasuredValue[]): void {
  const place = CLASSES.get(object.classId);
  const meaning = place && meaningOf(object);
  if (meaning === undefined) return;
  const name = objectName(object);
  for (const attribute of place?.values ?? []) {
    const data = dataOf(object, attribute);
    const value = integerOf(data);
    if (value === undefined && data?.type !== 'null-data') continue;
    values.push({ object: name, attribute, value, scaler: meaning.scaler, unit: meaning.unit });
  }
}

/** What an object says that its values mean; `undefined` where its class keeps none, or that is not said. */
export function meaningOf(object: ObjectNode): Meaning | undefined {
  const place = CLASSES.get(object.classId);
  if (place === undefined) return undefined;
  return place.scalerUnit === undefined
    ? { scaler: 0, unit: NO_UNIT }
    : readScalerUnit(dataOf(object, place.scalerUnit));
}

/** `structure { integer scaler, enum unit }` */
function readScalerUnit(data: Data | undefined): Meaning | undefined {
  if (data?.type !== 'structure') return undefined;
  const [scaler, unit] = data.value;
  if (scaler?.type !== 'integer' || unit?.type !== 'enum') return undefined;
  return { scaler: Number(scaler.value), unit: Number(unit.value) };
}

const dataOf = ({ attributes }: ObjectNode, wanted: number): Data | undefined =>
  attributes?.attributes.find(({ id }) => id === wanted)?.data;

export const integerOf = (data: Data | undefined): bigint | undefined =>
  data !== undefined && 'value' in data && typeof data.value === 'bigint' ? data.value : undefined;

/** Class and logical name as in a URI: `3-0100010800ff`. */
export const objectName = ({ classId, logicalName }: Pick<ObjectNode, 'classId' | 'logicalName'>): string =>
  `${classId}-${logicalName}`;
