import type { CaptureObject } from './capture-object.ts';
import type { CosemData } from './data-types.ts';
import type { TimeSpan } from './time-span.ts';

/**
 * Which part of a profile's buffer is wanted. All that is given must hold at once; what is left out does not restrict.
 * It covers both selectors of DLMS (range, entry) and the `sa.` and `q.` parameters of TR-03109-1 Anlage II.
 * @see IEC 62056-6-2 (Blue Book), Profile generic, parameters for selective access to the buffer
 */
export interface BufferSelection {
  /** Places in the buffer as it is sorted, from 1, both inclusive; without `to`, up to the last. */
  readonly entries?: { readonly from: number; readonly to?: number };
  /** The values of a column, both ends inclusive; without `column`, the profile's sort object. */
  readonly range?: { readonly column?: CaptureObject; readonly from?: CosemData; readonly to?: CosemData };
  /** By the time of the entries. */
  readonly time?: TimeSpan;
  /** No more than so many of the entries that are left. */
  readonly count?: number;
  readonly columns?: ColumnSelection;
}

/** Columns by their places, from 1, both inclusive (without `to`, up to the last), or by what they capture. */
export type ColumnSelection =
  | { readonly from: number; readonly to?: number }
  | { readonly objects: readonly CaptureObject[] };
