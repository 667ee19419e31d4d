import type { ObisCode } from '#core/obis.ts';
import { type CosemData, nullData } from './data-types.ts';
import type { LogicalDevice } from './logical-device.ts';
import { logicalNameShape, type Shape, small, structureOf } from './shape.ts';
import type { Snapshot } from './snapshot.ts';

/** Names what one column of a profile holds. */
export interface CaptureObject {
  readonly classId: number;
  readonly logicalName: ObisCode;
  readonly attribute: number;
  /** 0 is the whole attribute; n its n-th element. */
  readonly dataIndex: number;
}

/** `structure { long-unsigned class_id, octet-string logical_name, integer attribute_index, long-unsigned data_index }` */
export const captureObjectShape: Shape<CaptureObject> = structureOf({
  classId: small('long-unsigned'),
  logicalName: logicalNameShape,
  attribute: small('integer'),
  dataIndex: small('long-unsigned'),
});

export const isSameColumn = (a: CaptureObject, b: CaptureObject): boolean =>
  a.classId === b.classId &&
  a.logicalName === b.logicalName &&
  a.attribute === b.attribute &&
  a.dataIndex === b.dataIndex;

/** Reads every column's value out of a snapshot, `null-data` where there is none. The objects are looked up once. */
export function columnReader(
  columns: readonly CaptureObject[],
  device: LogicalDevice,
): (snapshot: Snapshot) => readonly CosemData[] {
  const readers = columns.map(({ classId, logicalName, attribute, dataIndex }) => {
    const object = device.object(classId, logicalName);
    return (snapshot: Snapshot): CosemData => {
      const value = object?.read(attribute, snapshot) ?? nullData;
      return dataIndex === 0 ? value : elementOf(value, dataIndex);
    };
  });
  return (snapshot) => readers.map((read) => read(snapshot));
}

function elementOf(data: CosemData, index: number): CosemData {
  const elements = data.type === 'structure' || data.type === 'array' ? data.value : [];
  return elements[index - 1] ?? nullData;
}
