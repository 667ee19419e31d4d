import { Instant, Minutes } from '#core/time.ts';
import type { StateFlag } from '#cosem/state.ts';
import { columnsOf } from '#journal/capture-columns.ts';
import type { NewCapture } from '#journal/captures.ts';
import {
  type ExampleValues,
  exampleRows,
  exampleSample,
  goodValues,
  METER_ID,
  START,
} from '../../support/example-meter.ts';

export const columns = columnsOf(exampleRows);

/** The time of the capture with this number, where they begin at START, come every quarter of an hour and none is missing. */
export const timeOf = (number: number): Instant => Instant(START + (number - 1) * Minutes(15));

export interface CaptureOptions {
  readonly device?: string;
  readonly at?: Instant;
  readonly values?: ExampleValues;
  readonly state?: readonly StateFlag[];
  readonly document?: Uint8Array | undefined;
}

/** A capture whose sample has this number. */
export function captureOf(
  sampleNumber: number,
  { device = METER_ID, at = timeOf(sampleNumber), values = goodValues, state = [], document }: CaptureOptions = {},
): NewCapture {
  const sample = exampleSample(values, at);
  const snapshot = { at, sequenceNumber: BigInt(sampleNumber), sample, state: new Set(state), changes: new Map() };
  return { device, captureTime: at, snapshot, columns, document };
}
