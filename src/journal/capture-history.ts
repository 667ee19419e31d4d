import type { Snapshot } from '#cosem/snapshot.ts';
import type { SnapshotHistory } from '#cosem/snapshot-history.ts';
import { type StateFlag, stateTable } from '#cosem/state.ts';
import { allTime, type Order, type TimeSpan } from '#cosem/time-span.ts';
import type { CaptureTimes } from './capture-schedule.ts';
import type { Capture, CaptureReader } from './captures.ts';
import { profileEntries } from './profiles.ts';

/** The captures of a device that were taken for the moments of a profile, as objects read them. */
export function captureHistory(captures: CaptureReader, device: string, times: CaptureTimes): SnapshotHistory {
  function* entries({ from, to }: TimeSpan, order: Order): Generator<Snapshot, void, undefined> {
    const range = { device, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    for (const capture of profileEntries(captures, range, times, order)) yield snapshotOf(capture);
  }
  return {
    entries,
    count: () =>
      times.period === undefined ? [...entries(allTime, 'oldest-first')].length : captures.count(device, times.period),
  };
}

/**
 * A capture as the snapshot that it was, at the moment that it was taken for; the time of its sample stands in the sample.
 * When the values that a device holds for long were seen to change is not kept apart from the sealed document.
 */
export function snapshotOf({ captureTime, sampledAt, sampleNumber, state, values }: Capture): Snapshot {
  return {
    at: captureTime,
    sequenceNumber: sampleNumber,
    sample: { at: sampledAt, values, flags: new Set() },
    state: new Set(flagsIn(state)),
    changes: new Map(),
  };
}

/** A bit without a row comes from a newer program: it has no name here. */
const flagsIn = (digits: string): readonly StateFlag[] =>
  stateTable.filter(({ bit }) => digits[bit] === '1').map(({ flag }) => flag as StateFlag);
