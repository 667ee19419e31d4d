import { parseObis } from '#core/obis.ts';
import { anyDate } from '#cosem/calendar-pattern.ts';
import type { CaptureObject } from '#cosem/capture-object.ts';
import { clockColumn } from '#cosem/clock.ts';
import { type CosemObject, createObject } from '#cosem/interface-class.ts';
import type { ObjectRow } from '#cosem/measured-object.ts';
import { profileGeneric } from '#cosem/profile-generic.ts';
import { register } from '#cosem/register.ts';
import { methodAction, scriptTable } from '#cosem/script-table.ts';
import { ScheduleWatch, scheduleDefaults, singleActionSchedule } from '#cosem/single-action-schedule.ts';
import type { ProfileName, StandardObjects, StandardParts } from '#cosem/standard-parts.ts';
import type { ObjectMaker } from './object-maker.ts';
import { statusColumn } from './status.ts';

const TOTALS = ['1-0:1.8.0.255', '1-0:2.8.0.255', '1-0:3.8.0.255', '1-0:4.8.0.255'] as const;
const TARIFFS = ['1-0:1.8.1.255', '1-0:1.8.2.255', '1-0:2.8.1.255', '1-0:2.8.2.255'] as const;
const VOLTAGES = ['1-0:32.7.0.255', '1-0:52.7.0.255', '1-0:72.7.0.255'] as const;
const CURRENTS = ['1-0:31.7.0.255', '1-0:51.7.0.255', '1-0:71.7.0.255'] as const;
const POWERS = ['1-0:1.7.0.255', '1-0:2.7.0.255', '1-0:16.7.0.255'] as const;

/**
 * The profiles of a meter. Columns are the clock, the state, and those of these registers that the device has; without any,
 * it has no such profile.
 *
 * 98.1.0 is the month and 98.2.0 the day, since the first scheme of billing periods is the contract's in the companion
 * specifications known to us (from memory; the Blue Book numbers schemes and leaves their meaning open).
 */
const PROFILES: readonly {
  readonly id: ProfileName;
  readonly obis: string;
  readonly name: string;
  readonly registers: readonly string[];
}[] = [
  { id: 'load-profile-1', obis: '1-0:99.1.0.255', name: 'Load profile 1: energies', registers: TOTALS },
  {
    id: 'load-profile-2',
    obis: '1-0:99.2.0.255',
    name: 'Load profile 2: momentary values',
    registers: [...POWERS, ...VOLTAGES, ...CURRENTS, '1-0:14.7.0.255'],
  },
  {
    id: 'billing-monthly',
    obis: '1-0:98.1.0.255',
    name: 'Billing profile, monthly',
    registers: [...TOTALS, ...TARIFFS],
  },
  { id: 'billing-daily', obis: '1-0:98.2.0.255', name: 'Billing profile, daily', registers: [...TOTALS, ...TARIFFS] },
];

/** When billing periods end, in legal time: the schedule's name, and the day. */
const PERIOD_ENDS: readonly {
  readonly profile: ProfileName;
  readonly script: number;
  readonly obis: string;
  readonly name: string;
  readonly day: number | undefined;
}[] = [
  { profile: 'billing-monthly', script: 1, obis: '0-0:15.0.0.255', name: 'End of month', day: 1 },
  { profile: 'billing-daily', script: 2, obis: '0-0:15.1.0.255', name: 'End of day', day: undefined },
];

const PERIOD_END_SCRIPTS = '0-0:10.0.1.255';
const CAPTURE = 2;

/** Load profiles, billing profiles, and what captures these at the end of their periods. */
export function profileObjects(parts: StandardParts, make: ObjectMaker): StandardObjects {
  const kept = new Map<ProfileName, CosemObject>();
  for (const { id, obis, name, registers } of PROFILES) {
    const columns = columnsOf(parts.rows, registers);
    const profile = columns.length === 0 ? undefined : parts.profile(id, withStatus(columns));
    if (profile === undefined) continue;
    const logicalName = parseObis(obis);
    const row = { logicalName, name, columns: withStatus(columns), zone: parts.zone, ...profile };
    kept.set(id, createObject(profileGeneric, { ...row, sort: 'fifo', sortObject: undefined }));
  }
  const ends = periodEnds(kept, parts, make);
  return { objects: [...kept.values(), ...ends.objects], watchers: ends.watchers };
}

const withStatus = (columns: readonly CaptureObject[]): readonly CaptureObject[] => [
  clockColumn,
  statusColumn,
  ...columns,
];

function columnsOf(rows: readonly ObjectRow[], registers: readonly string[]): readonly CaptureObject[] {
  return registers
    .map(parseObis)
    .filter((name) => rows.some(({ classId, logicalName }) => classId === register.classId && logicalName === name))
    .map((logicalName) => ({ classId: register.classId, logicalName, attribute: 2, dataIndex: 0 }));
}

function periodEnds(
  profiles: ReadonlyMap<ProfileName, CosemObject>,
  { zone }: StandardParts,
  make: ObjectMaker,
): StandardObjects {
  const ends = PERIOD_ENDS.flatMap((end) => {
    const profile = profiles.get(end.profile);
    return profile?.canInvoke(CAPTURE) === true ? [{ ...end, profile }] : [];
  });
  if (ends.length === 0) return { objects: [], watchers: [] };
  const table = parseObis(PERIOD_END_SCRIPTS);
  const scripts = ends.map(({ profile: { classId, logicalName }, script }) => ({
    identifier: script,
    actions: [methodAction(classId, logicalName, CAPTURE)],
  }));
  const schedules = ends.map(({ obis, name, script, day }) => {
    const times = [{ time: { hour: 0, minute: 0, second: 0 }, date: { ...anyDate, day } }];
    return make.make(singleActionSchedule, obis, name, scheduleDefaults({ table, selector: script }, times), {});
  });
  return {
    objects: [
      createObject(scriptTable, { logicalName: table, name: 'End of billing period', scripts }),
      ...schedules.map(({ object }) => object),
    ],
    watchers: schedules.map(({ row }) => new ScheduleWatch(row, zone)),
  };
}
