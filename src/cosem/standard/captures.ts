import { parseObis } from '#core/obis.ts';
import {
  captureColumns,
  captureNumberColumn,
  captureRecordHistory,
  NEWEST_CAPTURE,
  newestCapture,
} from '#cosem/capture-record.ts';
import { createObject } from '#cosem/interface-class.ts';
import { neverPeriodic, profileGeneric } from '#cosem/profile-generic.ts';
import type { StandardObjects, StandardParts } from '#cosem/standard-parts.ts';

const LARGEST_COUNT = 0xffff_ffff;

/** The newest capture, and all of them as a profile: what somebody collects who keeps evidence elsewhere. */
export function captureObjects({ captures, zone }: StandardParts): StandardObjects {
  if (captures === undefined) return { objects: [], watchers: [] };
  const newest = createObject(newestCapture, { logicalName: NEWEST_CAPTURE, name: 'Newest capture', captures });
  const profile = createObject(profileGeneric, {
    logicalName: parseObis('0-0:99.128.0.255'),
    name: 'Sealed captures',
    columns: captureColumns,
    history: captureRecordHistory(captures),
    // Captures come at the moments of all profiles, and out of turn.
    period: neverPeriodic,
    sort: 'fifo',
    sortObject: captureNumberColumn,
    numberColumn: captureNumberColumn,
    capacity: LARGEST_COUNT,
    zone,
  });
  return { objects: [newest, profile], watchers: [] };
}
