import type { Instant } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import { AccessRefusal } from '#cosem/access-result.ts';
import { type CaptureObject, captureObjectShape } from '#cosem/capture-object.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { instantOf } from '#cosem/date-time.ts';
import { listOf } from '#cosem/shape.ts';
import type { ObjectNode } from './resource-nodes.ts';

/** A part of a profile's buffer, as a sealed document has it: the rows, and what their columns are. */
export interface ProfileRows {
  readonly columns: readonly CaptureObject[];
  readonly rows: readonly (readonly CosemData[])[];
}

const BUFFER = 2;
const CAPTURE_OBJECTS = 3;
const columnsShape = listOf(captureObjectShape, { most: 255 });

/** `undefined` where it is no profile with a buffer and its columns, or its rows have other lengths than the columns. */
export function readProfileRows({ attributes }: ObjectNode): ProfileRows | undefined {
  const dataOf = (wanted: number) => attributes?.attributes.find(({ id }) => id === wanted)?.data;
  const [buffer, captureObjects] = [dataOf(BUFFER), dataOf(CAPTURE_OBJECTS)];
  if (buffer?.type !== 'array' || captureObjects === undefined) return undefined;
  const columns = columnsOf(captureObjects);
  const rows = buffer.value.map((row) => (row.type === 'structure' ? row.value : []));
  return columns !== undefined && rows.every(({ length }) => length === columns.length) ? { columns, rows } : undefined;
}

function columnsOf(data: CosemData): readonly CaptureObject[] | undefined {
  try {
    return columnsShape.read(data, 'capture_objects');
  } catch (error) {
    if (error instanceof AccessRefusal) return undefined;
    throw error;
  }
}

/** The instant that a date-time of twelve octets names. @param zone of the site, for one that is in its legal time */
export function instantOfData(data: CosemData | undefined, zone: Zone): Instant | undefined {
  if (data?.type !== 'octet-string' && data?.type !== 'date-time') return undefined;
  return data.value.length === DATE_TIME_OCTETS ? instantOf(data.value, zone) : undefined;
}

const DATE_TIME_OCTETS = 12;
