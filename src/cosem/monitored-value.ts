import type { ObisCode } from '#core/obis.ts';
import { dataTypeNames, type IntegerType, isIntegerType } from './data-types.ts';
import type { LogicalDevice } from './logical-device.ts';
import { integerIn, logicalNameShape, oneOf, type Shape, small, structureOf } from './shape.ts';
import type { Snapshot } from './snapshot.ts';

/** Names an attribute with a number that is watched. */
export interface MonitoredValue {
  readonly classId: number;
  readonly logicalName: ObisCode;
  readonly attribute: number;
}

/** `structure { long-unsigned class_id, octet-string logical_name, integer attribute_index }` */
export const monitoredValueShape: Shape<MonitoredValue> = structureOf({
  classId: small('long-unsigned'),
  logicalName: logicalNameShape,
  attribute: small('integer'),
});

/** A threshold: a number in the unit and with the scaler of what it is compared with. */
export const thresholdShape = oneOf(dataTypeNames.filter((name): name is IntegerType => isIntegerType(name)));

/** The number; `undefined` where there is no such attribute, or no value now. */
export function monitored(
  { classId, logicalName, attribute }: MonitoredValue,
  device: LogicalDevice,
  snapshot: Snapshot,
) {
  return integerIn(device.object(classId, logicalName)?.read(attribute, snapshot));
}
