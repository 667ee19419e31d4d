import { type CaptureObject, columnReader } from './capture-object.ts';
import type { LogicalDevice } from './logical-device.ts';
import type { ProfileHistory } from './profile-history.ts';
import type { Snapshot } from './snapshot.ts';
import type { Order, TimeSpan } from './time-span.ts';

/** Snapshots of the past, as a journal of captures gives them back. */
export interface SnapshotHistory {
  count(): number;
  entries(span: TimeSpan, order: Order): Iterable<Snapshot>;
}

/** A profile of what was captured whole: each row is read out of its snapshot when it is asked for. */
export function historyOfSnapshots(
  snapshots: SnapshotHistory,
  columns: readonly CaptureObject[],
  device: () => LogicalDevice,
): ProfileHistory {
  return {
    count: () => snapshots.count(),
    *entries(span, order) {
      const read = columnReader(columns, device());
      for (const snapshot of snapshots.entries(span, order)) yield { at: snapshot.at, values: read(snapshot) };
    },
  };
}
