import { addTime, Days, Instant, Milliseconds, Minutes } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';

/** A day of a site's calendar. */
export interface CalendarDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** Legal time changes at whole quarters of an hour, so days begin at them. */
const QUARTER = Minutes(15);

/** When a day begins at the site: not always at 00:00, since some zones put their clocks forward at midnight. */
export function startOfDay(zone: Zone, day: CalendarDay): Instant {
  const wanted = ordinalOf(day);
  // No zone is further from UTC than a day. In between lies the first quarter at which the site has this day or a later one:
  // a day may be missing altogether, where a zone has changed to the other side of the date line.
  let before = addTime(Instant(wanted), Milliseconds(-1 * Days(1)));
  let after = addTime(Instant(wanted), Days(1));
  while (after - before > QUARTER) {
    const quarters = Math.floor((after - before) / QUARTER / 2);
    const middle = addTime(before, Milliseconds(quarters * QUARTER));
    if (ordinalOf(zone.localTime(middle)) < wanted) before = middle;
    else after = middle;
  }
  return after;
}

export function dayAfter({ year, month, day }: CalendarDay): CalendarDay {
  const next = new Date(Date.UTC(year, month - 1, day + 1));
  return { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate() };
}

/** Grows from day to day. */
const ordinalOf = ({ year, month, day }: CalendarDay): number => Date.UTC(year, month - 1, day);
