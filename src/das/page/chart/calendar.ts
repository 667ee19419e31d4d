import { addTime, type Duration, Hours, Instant, timeBetween } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import { midnight, midnights, type WallDay } from '#das/local-days.ts';

export const PERIODS = ['day', 'week', 'month', 'year'] as const;
export type PeriodName = (typeof PERIODS)[number];

/** A piece of a site's calendar: from a midnight there to another. Days there may have 23 or 25 hours. */
export interface Period {
  readonly name: PeriodName;
  readonly from: Instant;
  readonly to: Instant;
}

const STARTS: Readonly<Record<PeriodName, (local: WallDay & { readonly weekday: number }) => WallDay>> = {
  day: (local) => local,
  week: ({ year, month, day, weekday }) => ({ year, month, day: day - weekday + 1 }),
  month: ({ year, month }) => ({ year, month, day: 1 }),
  year: ({ year }) => ({ year, month: 1, day: 1 }),
};

const LENGTHS: Readonly<Record<PeriodName, WallDay>> = {
  day: { year: 0, month: 0, day: 1 },
  week: { year: 0, month: 0, day: 7 },
  month: { year: 0, month: 1, day: 0 },
  year: { year: 1, month: 0, day: 0 },
};

/** The day, week (from Monday), month or year that a moment lies in, by the clocks of the site. */
export function periodAround(name: PeriodName, at: Instant, zone: Zone): Period {
  const start = STARTS[name](zone.localTime(at));
  const length = LENGTHS[name];
  const end = { year: start.year + length.year, month: start.month + length.month, day: start.day + length.day };
  return { name, from: midnight(start, zone), to: midnight(end, zone) };
}

/** The one before or after. */
export const neighbour = ({ name, from, to }: Period, direction: -1 | 1, zone: Zone): Period =>
  periodAround(name, direction === 1 ? to : addTime(from, Hours(-1)), zone);

/** Moments at which the local clock shows a multiple of so many hours, for the marks of an axis. */
export function hourMarks(from: Instant, to: Instant, everyHours: number, zone: Zone): readonly Instant[] {
  const found: Instant[] = [];
  for (let at = from; at <= to; at = addTime(at, Hours(1)))
    if (zone.localTime(at).hour % everyHours === 0) found.push(at);
  return found;
}

/** First days of the months of a span. */
export function monthMarks(from: Instant, to: Instant, zone: Zone): readonly Instant[] {
  return midnights(from, to, zone).filter((at) => zone.localTime(at).day === 1);
}

export const lengthOf = ({ from, to }: Period): Duration => timeBetween(from, to);

/** 24 but for the two days of a year on which clocks are changed. */
export const hoursOf = (period: Period): number => lengthOf(period) / Hours(1);

/** The civil day of a date field (`2026-11-20`) in a zone; `undefined` where there is no such day. */
export function dayOf(date: string, zone: Zone): Period | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? [];
  if (year === undefined) return undefined;
  const noon = addTime(zone.instantOf(Instant(Date.UTC(Number(year), Number(month) - 1, Number(day)))), Hours(12));
  return periodAround('day', noon, zone);
}

/** `2026-11-20`, as date fields have it. */
export function dateOf(at: Instant, zone: Zone): string {
  const { year, month, day } = zone.localTime(at);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
