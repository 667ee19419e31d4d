import { formatObis } from '#core/obis.ts';
import type { Instant } from '#core/time.ts';
import type { LocalTime, Zone } from '#core/zone.ts';
import { AccessRefusal } from './access-result.ts';
import { dateTimeShape, secondOfDay, timeShape } from './calendar-pattern.ts';
import { type CosemData, octetString } from './data-types.ts';
import { instantOf, unspecifiedDateTime } from './date-time.ts';
import { type AccessContext, type ClassDefinition, logicalNameAttribute } from './interface-class.ts';
import { fixedParameter, type ParameterRow, parameter, valueOfParameter } from './parameter.ts';
import type { Defaults, Parameters } from './parameter-store.ts';
import { runScript, type ScriptCall } from './script-table.ts';
import { label, listOf, logicalNameShape, noParameter, octets, small, structureOf, type ValueOf } from './shape.ts';
import type { Snapshot } from './snapshot.ts';
import { specialDayId } from './special-days.ts';
import type { Watcher } from './watcher.ts';

const nameShape = label(32);

/** `structure { octet-string season_profile_name, octet-string season_start, octet-string week_name }` */
const seasonsShape = listOf(structureOf({ name: nameShape, start: dateTimeShape, week: nameShape }), { most: 16 });

/** `structure { octet-string week_profile_name, unsigned day_id of monday, …, of sunday }` */
const weeksShape = listOf(
  structureOf({
    name: nameShape,
    monday: small('unsigned'),
    tuesday: small('unsigned'),
    wednesday: small('unsigned'),
    thursday: small('unsigned'),
    friday: small('unsigned'),
    saturday: small('unsigned'),
    sunday: small('unsigned'),
  }),
  { most: 16 },
);

/** `structure { octet-string start_time, octet-string script_logical_name, long-unsigned script_selector }` */
const scheduleShape = listOf(
  structureOf({ start: timeShape, table: logicalNameShape, selector: small('long-unsigned') }),
  { most: 48 },
);

/** `structure { unsigned day_id, array of day_profile_action }` */
const daysShape = listOf(structureOf({ id: small('unsigned'), schedule: scheduleShape }), { most: 32 });

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

type Season = ValueOf<typeof seasonsShape>[number];

/** The four attributes of a calendar: the active one's, and those of the one that is to follow it. */
const ACTIVE = { name: 2, seasons: 3, weeks: 4, days: 5 } as const;
const PASSIVE = { name: 6, seasons: 7, weeks: 8, days: 9 } as const;
const ACTIVATION = 10;

const PARTS = ['name', 'seasons', 'weeks', 'days'] as const;

interface Calendar {
  readonly seasons: ValueOf<typeof seasonsShape>;
  readonly weeks: ValueOf<typeof weeksShape>;
  readonly days: ValueOf<typeof daysShape>;
}

/**
 * Which script is to have been run when: seasons choose a week, a week chooses a day, a day has its schedule. Clients write
 * the passive calendar, and make it the active one at once or at a time. All times are the site's legal time.
 * @see IEC 62056-6-2 (Blue Book), Activity calendar (class_id 20, version 0)
 */
export const activityCalendar: ClassDefinition<ParameterRow> = {
  classId: 20,
  version: 0,
  name: 'Activity calendar',
  attributes: [
    logicalNameAttribute,
    fixedParameter({ id: ACTIVE.name, name: 'calendar_name_active', shape: nameShape }),
    fixedParameter({ id: ACTIVE.seasons, name: 'season_profile_active', shape: seasonsShape }),
    fixedParameter({ id: ACTIVE.weeks, name: 'week_profile_table_active', shape: weeksShape }),
    fixedParameter({ id: ACTIVE.days, name: 'day_profile_table_active', shape: daysShape }),
    parameter({ id: PASSIVE.name, name: 'calendar_name_passive', shape: nameShape }),
    parameter({ id: PASSIVE.seasons, name: 'season_profile_passive', shape: seasonsShape }),
    parameter({ id: PASSIVE.weeks, name: 'week_profile_table_passive', shape: weeksShape }),
    parameter({ id: PASSIVE.days, name: 'day_profile_table_passive', shape: daysShape }),
    parameter({
      id: ACTIVATION,
      name: 'activate_passive_calendar_time',
      shape: octets({ least: 12, most: 12 }),
    }),
  ],
  methods: [
    {
      id: 1,
      name: 'activate_passive_calendar',
      running: {
        event: 'calendar-activated',
        prepare({ parameters }, data, context) {
          noParameter.read(data, 'parameter');
          requireSound(calendarOf(parameters, PASSIVE), context);
          return () => activatePassive(parameters);
        },
      },
    },
  ],
};

/** A calendar without seasons: nothing is ever switched. */
export const emptyCalendar: Defaults = {
  ...Object.fromEntries(
    [ACTIVE, PASSIVE].flatMap(({ name, ...lists }) => [
      [name, octetString(new Uint8Array())],
      ...Object.values(lists).map((id): [number, CosemData] => [id, { type: 'array', value: [] }]),
    ]),
  ),
  [ACTIVATION]: octetString(unspecifiedDateTime),
};

export interface CalendarWatchParts {
  readonly calendar: ParameterRow;
  readonly specialDays: Parameters;
  readonly zone: Zone;
}

/** Runs what the calendar prescribes: the script of the moment after a start, and each one when its time comes. */
export class CalendarWatch implements Watcher {
  readonly actor: string;
  readonly #parts: CalendarWatchParts;
  #done: ScriptCall | undefined;

  constructor(parts: CalendarWatchParts) {
    this.#parts = parts;
    this.actor = `activity calendar ${formatObis(parts.calendar.logicalName)}`;
  }

  async observe({ at }: Snapshot, context: AccessContext): Promise<void> {
    this.#activateWhenDue(at, context);
    const due = this.#scriptAt(at);
    if (due === undefined || (due.table === this.#done?.table && due.selector === this.#done.selector)) return;
    const outcome = await runScript(due, context);
    if (outcome.kind === 'refused') throw outcome.refusal;
    this.#done = due;
  }

  #activateWhenDue(at: Instant, context: AccessContext): void {
    const { calendar, zone } = this.#parts;
    const { parameters } = calendar;
    const time = valueOfParameter(parameters, ACTIVATION, octets({ least: 12, most: 12 }));
    const due = instantOf(time, zone);
    if (due === undefined || at < due) return;
    // Whatever becomes of it, once: the time is over.
    context.events.record({
      name: 'calendar-activated',
      at,
      ldev: context.device.id,
      actor: this.actor,
      data: octetString(time),
    });
    parameters.put(ACTIVATION, octetString(unspecifiedDateTime));
    requireSound(calendarOf(parameters, PASSIVE), context);
    activatePassive(parameters);
  }

  #scriptAt(at: Instant): ScriptCall | undefined {
    const { calendar, specialDays, zone } = this.#parts;
    const local = zone.localTime(at);
    return scriptOfDay(calendarOf(calendar.parameters, ACTIVE), local, specialDayId(specialDays, local));
  }
}

function calendarOf(parameters: Parameters, { seasons, weeks, days }: typeof ACTIVE | typeof PASSIVE): Calendar {
  return {
    seasons: valueOfParameter(parameters, seasons, seasonsShape),
    weeks: valueOfParameter(parameters, weeks, weeksShape),
    days: valueOfParameter(parameters, days, daysShape),
  };
}

function activatePassive(parameters: Parameters): void {
  for (const part of PARTS) parameters.put(ACTIVE[part], parameters.get(PASSIVE[part]));
}

/** Every name in it leads somewhere. A calendar that breaks off at midnight must not be noticed at midnight. */
function requireSound({ seasons, weeks, days }: Calendar, { device }: AccessContext): void {
  for (const { week } of seasons) {
    if (!weeks.some(({ name }) => name === week)) throw dangling('a season names a week profile');
  }
  for (const week of weeks) {
    const isDay = (id: number): boolean => days.some((day) => day.id === id);
    if (!WEEKDAYS.every((weekday) => isDay(week[weekday]))) throw dangling('a week profile names a day profile');
  }
  for (const { table } of days.flatMap(({ schedule }) => schedule)) {
    if (device.object(9, table) === undefined)
      throw dangling(`a day profile names the script table ${formatObis(table)}`);
  }
}

const dangling = (what: string): AccessRefusal => new AccessRefusal('VALUE_NOT_ALLOWED', `${what} that is not there`);

/** What the calendar wants to have been run by now. */
function scriptOfDay({ seasons, weeks, days }: Calendar, local: LocalTime, special?: number): ScriptCall | undefined {
  const season = seasonAt(seasons, local);
  const week = weeks.find(({ name }) => name === season?.week);
  const weekday = WEEKDAYS[local.weekday - 1];
  const dayId = special ?? (weekday && week?.[weekday]);
  const schedule = days.find(({ id }) => id === dayId)?.schedule ?? [];
  const now = secondOfDay(local);
  const begun = schedule
    .filter(({ start }) => secondOfDay(start) <= now)
    .sort((a, b) => secondOfDay(a.start) - secondOfDay(b.start));
  const last = begun.at(-1);
  return last && { table: last.table, selector: last.selector };
}

/** The season that began last: without a year, in this one or in the one before. */
function seasonAt(seasons: readonly Season[], local: LocalTime): Season | undefined {
  const begun = seasons
    .map((season) => ({ season, start: lastStart(season, local) }))
    .filter(({ start }) => start !== undefined);
  return begun.sort((a, b) => (a.start ?? 0) - (b.start ?? 0)).at(-1)?.season;
}

function lastStart({ start: { date, time } }: Season, local: LocalTime): number | undefined {
  const now = moment(local.year, local.month, local.day, secondOfDay(local));
  const startIn = (year: number): number =>
    moment(year, date.month ?? 1, typeof date.day === 'number' ? date.day : 1, secondOfDay(time));
  const years = date.year === undefined ? [local.year, local.year - 1] : [date.year];
  return years.map(startIn).find((start) => start <= now);
}

/** Grows with time; every month counts as if it had 31 days. */
const moment = (year: number, month: number, day: number, second: number): number =>
  ((year * 12 + month - 1) * 31 + day - 1) * 86_400 + second;
