import { ByteReader, ByteWriter } from '#core/bytes.ts';
import type { LocalTime } from '#core/zone.ts';
import { AccessRefusal } from './access-result.ts';
import { encoded, type Shape } from './shape.ts';

/*
 * Dates and times of which parts are left open, as schedules and calendars have them:
 *
 *   date       year(2) month day weekday
 *   time       hour minute second hundredths
 *   date-time  date time deviation(2) status
 *
 * FFFF or FF stands for any. A day FE is the last of its month, FD the one before; with a weekday, FE is the last such
 * weekday. Months FD and FE (the ends of summer time) are refused: no law of this century moves tariffs with them.
 * All of them are legal time of the site.
 * @see IEC 62056-6-2 (Blue Book), date and time formats (the meaning of FE with a weekday is from memory)
 */

/** Whatever is `undefined` may be anything. */
export interface DatePattern {
  readonly year: number | undefined;
  readonly month: number | undefined;
  readonly day: number | 'last' | 'last but one' | undefined;
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number | undefined;
}

export interface TimePattern {
  readonly hour: number | undefined;
  readonly minute: number | undefined;
  readonly second: number | undefined;
}

const ANY_YEAR = 0xffff;
const ANY = 0xff;
const LAST = 0xfe;
const LAST_BUT_ONE = 0xfd;
/** A deviation that is not specified: the time is local, whatever that is then. */
const ANY_DEVIATION = 0x8000;

const specialDays = { last: LAST, 'last but one': LAST_BUT_ONE } as const;

export const dateShape: Shape<DatePattern> = encoded(5, (bytes) => readDate(new ByteReader(bytes)), writeDate);

export const timeShape: Shape<TimePattern> = encoded(4, (bytes) => readTime(new ByteReader(bytes)), writeTime);

export interface DateTimePattern {
  readonly date: DatePattern;
  readonly time: TimePattern;
}

export const dateTimeShape: Shape<DateTimePattern> = encoded(
  12,
  (bytes) => {
    const reader = new ByteReader(bytes);
    return { date: readDate(reader), time: readTime(reader) };
  },
  ({ date, time }) =>
    new ByteWriter().bytes(writeDate(date)).bytes(writeTime(time)).uint16(ANY_DEVIATION).uint8(ANY).done(),
);

/** Every part open. */
export const anyDate: DatePattern = { year: undefined, month: undefined, day: undefined, weekday: undefined };

export function matchesDate({ year, month, day, weekday }: DatePattern, local: LocalTime): boolean {
  return (
    (year === undefined || year === local.year) &&
    (month === undefined || month === local.month) &&
    (weekday === undefined || weekday === local.weekday) &&
    matchesDay(day, weekday, local)
  );
}

/** Seconds since midnight; what is open counts as 0. */
export const secondOfDay = ({ hour = 0, minute = 0, second = 0 }: TimePattern | LocalTime): number =>
  (hour * 60 + minute) * 60 + second;

function matchesDay(day: DatePattern['day'], weekday: number | undefined, local: LocalTime): boolean {
  if (day === undefined) return true;
  const left = daysIn(local) - local.day;
  if (day === 'last') return weekday === undefined ? left === 0 : left < 7;
  return day === 'last but one' ? left === 1 : day === local.day;
}

const daysIn = ({ year, month }: LocalTime): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

function readDate(reader: ByteReader): DatePattern {
  const year = reader.uint16();
  const month = reader.uint8();
  const day = reader.uint8();
  const weekday = reader.uint8();
  return {
    year: year === ANY_YEAR ? undefined : year,
    month: part('month', month, 1, 12),
    day: day === LAST ? 'last' : day === LAST_BUT_ONE ? 'last but one' : part('day', day, 1, 31),
    weekday: part('weekday', weekday, 1, 7),
  };
}

function readTime(reader: ByteReader): TimePattern {
  const hour = part('hour', reader.uint8(), 0, 23);
  const minute = part('minute', reader.uint8(), 0, 59);
  const second = part('second', reader.uint8(), 0, 59);
  part('hundredths', reader.uint8(), 0, 0);
  return { hour, minute, second };
}

function part(name: string, value: number, least: number, most: number): number | undefined {
  if (value === ANY) return undefined;
  if (value >= least && value <= most) return value;
  throw new AccessRefusal('VALUE_NOT_ALLOWED', `${name} ${value}; allowed is ${least} to ${most}, or 255 for any`);
}

function writeDate({ year, month, day, weekday }: DatePattern): Uint8Array {
  return new ByteWriter()
    .uint16(year ?? ANY_YEAR)
    .uint8(month ?? ANY)
    .uint8(typeof day === 'string' ? specialDays[day] : (day ?? ANY))
    .uint8(weekday ?? ANY)
    .done();
}

function writeTime({ hour, minute, second }: TimePattern): Uint8Array {
  return new ByteWriter()
    .uint8(hour ?? ANY)
    .uint8(minute ?? ANY)
    .uint8(second ?? ANY)
    .uint8(0)
    .done();
}
