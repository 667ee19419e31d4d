import type { ObisCode } from '#core/obis.ts';
import { logicalNameShape, type Shape, small, structureOf } from './shape.ts';

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
