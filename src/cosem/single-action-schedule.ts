import { formatObis } from '#core/obis.ts';
import { Instant, Minutes, timeBetween } from '#core/time.ts';
import type { LocalTime, Zone } from '#core/zone.ts';
import { dateShape, matchesDate, secondOfDay, type TimePattern, timeShape } from './calendar-pattern.ts';
import { type AccessContext, type ClassDefinition, logicalNameAttribute } from './interface-class.ts';
import { type ParameterRow, parameter, valueOfParameter } from './parameter.ts';
import type { Defaults } from './parameter-store.ts';
import { runScript, type ScriptCall, scriptCallShape } from './script-table.ts';
import { listOf, restricted, small, structureOf, type ValueOf } from './shape.ts';
import type { Snapshot } from './snapshot.ts';
import type { Watcher } from './watcher.ts';

const SCRIPT = 2;
const TYPE = 3;
const TIMES = 4;

/** A time of day with its hour and minute; seconds that are left open are 0. */
const timeOfDayShape = restricted(
  timeShape,
  'a time of day with hour and minute',
  ({ hour, minute }) => hour !== undefined && minute !== undefined,
);

/** `structure { octet-string time, octet-string date }` */
const timesShape = listOf(structureOf({ time: timeOfDayShape, date: dateShape }), { most: 48 });

/** 1: one time; 2 and 3: several dates with the same time; 4 and 5: any. It describes the list, the list decides. */
const typeShape = small('enum', { min: 1n, max: 5n });

/**
 * Runs a script at certain times, in the site's legal time.
 * @see IEC 62056-6-2 (Blue Book), Single action schedule (class_id 22, version 0)
 */
export const singleActionSchedule: ClassDefinition<ParameterRow> = {
  classId: 22,
  version: 0,
  name: 'Single action schedule',
  attributes: [
    logicalNameAttribute,
    parameter({ id: SCRIPT, name: 'executed_script', shape: scriptCallShape }),
    parameter({ id: TYPE, name: 'type', shape: typeShape }),
    parameter({ id: TIMES, name: 'execution_time', shape: timesShape }),
  ],
  methods: [],
};

/** What a schedule begins with. */
export const scheduleDefaults = (script: ScriptCall, times: ValueOf<typeof timesShape>): Defaults => ({
  [SCRIPT]: scriptCallShape.write(script),
  [TYPE]: typeShape.write(times.length === 1 ? 1 : 5),
  [TIMES]: timesShape.write(times),
});

/** How far back a schedule looks after a pause. What fell into a longer one is not made up for: its moment is gone. */
const LONGEST_PAUSE = Minutes(15);

/** Runs the script of a schedule each time that one of its moments has come since the snapshot before. */
export class ScheduleWatch implements Watcher {
  readonly actor: string;
  readonly #row: ParameterRow;
  readonly #zone: Zone;
  #before: Instant | undefined;

  constructor(row: ParameterRow, zone: Zone) {
    this.#row = row;
    this.#zone = zone;
    this.actor = `schedule ${formatObis(row.logicalName)}`;
  }

  async observe({ at }: Snapshot, context: AccessContext): Promise<void> {
    const before = this.#before ?? at;
    this.#before = at;
    if (!this.#isDue(before, at)) return;
    const outcome = await runScript(valueOfParameter(this.#row.parameters, SCRIPT, scriptCallShape), context);
    if (outcome.kind === 'refused') throw outcome.refusal;
  }

  #isDue(before: Instant, at: Instant): boolean {
    const times = valueOfParameter(this.#row.parameters, TIMES, timesShape);
    if (times.length === 0 || timeBetween(before, at) > LONGEST_PAUSE) return false;
    return secondsAfter(before, at).some((second) => {
      const local = this.#zone.localTime(second);
      return times.some(({ time, date }) => isMoment(time, local) && matchesDate(date, local));
    });
  }
}

const isMoment = (time: TimePattern, local: LocalTime): boolean => secondOfDay(time) === secondOfDay(local);

/** The whole seconds after `before`, up to and including `at`. */
function secondsAfter(before: Instant, at: Instant): readonly Instant[] {
  const first = Math.floor(before / 1_000) + 1;
  const last = Math.floor(at / 1_000);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => Instant((first + index) * 1_000));
}
