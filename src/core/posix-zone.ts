import { SealmeterError } from './errors.ts';
import { addTime, Days, type Duration, Instant, Milliseconds, Seconds, timeBetween } from './time.ts';
import type { OffsetAt } from './zone.ts';

/** When in a year the clocks are changed, as UTC would show it that is set as the clocks are before the change. */
type ChangeIn = (year: number) => Instant;

const NAME = '(?:<[A-Za-z0-9+-]+>|[A-Za-z]{3,})';
const TIME = '[+-]?\\d{1,3}(?::\\d{2}(?::\\d{2})?)?';
const DATE = `(?:M\\d{1,2}\\.\\d\\.\\d|J?\\d{1,3})(?:/${TIME})?`;
const RULE = new RegExp(`^${NAME}(${TIME})(?:${NAME}(${TIME})?,(${DATE}),(${DATE}))?$`);

/**
 * Local time minus UTC by a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`.
 * @see POSIX.1-2024, Base Definitions § 8.3 (TZ); RFC 9636 § 3.3.1: times of a change from -167 to 167 hours
 * @throws SealmeterError (configuration) `ZONE_UNKNOWN`
 */
export function posixOffsets(rule: string): OffsetAt {
  const [matched, standardText, savingText, startText, endText] = RULE.exec(rule) ?? [];
  if (matched === undefined || standardText === undefined) throw unreadable(rule);
  // POSIX counts west of Greenwich.
  const standard = Milliseconds(0 - durationOf(standardText));
  if (startText === undefined || endText === undefined) return () => standard;
  const saving = Milliseconds(savingText === undefined ? standard + Seconds(3_600) : 0 - durationOf(savingText));
  const start = changeOf(startText);
  const end = changeOf(endText);
  return (at) => {
    const year = new Date(at + standard).getUTCFullYear();
    const from = timeBetween(Instant(standard), start(year));
    const to = timeBetween(Instant(saving), end(year));
    // South of the equator the year begins and ends in summer.
    const isSaving = from < to ? at >= from && at < to : at >= from || at < to;
    return isSaving ? saving : standard;
  };
}

function changeOf(text: string): ChangeIn {
  const [day = '', time] = text.split('/');
  const after = time === undefined ? Seconds(7_200) : durationOf(time);
  return (year) => addTime(dayIn(year, day), after);
}

function dayIn(year: number, day: string): Instant {
  if (day.startsWith('M')) return weekdayIn(year, day);
  const newYear = Instant(Date.UTC(year, 0));
  if (!day.startsWith('J')) return addTime(newYear, Days(Number(day)));
  // Counted without 29 February.
  const number = Number(day.slice(1));
  const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  return addTime(newYear, Days(isLeap && number >= 60 ? number : number - 1));
}

/** `Mm.w.d`: the w-th weekday d (0 is Sunday) of month m; the fifth is the last. */
function weekdayIn(year: number, day: string): Instant {
  const [month = 1, week = 1, weekday = 0] = day.slice(1).split('.').map(Number);
  const first = (weekday - new Date(Date.UTC(year, month - 1)).getUTCDay() + 7) % 7;
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  let date = 1 + first + (week - 1) * 7;
  while (date > length) date -= 7;
  return Instant(Date.UTC(year, month - 1, date));
}

function durationOf(text: string): Duration {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  const total = Seconds(hours * 3_600 + minutes * 60 + seconds);
  return text.startsWith('-') ? Milliseconds(0 - total) : total;
}

const unreadable = (rule: string): SealmeterError =>
  new SealmeterError(
    'configuration',
    'ZONE_UNKNOWN',
    `the time zone database has a rule that nobody can read: "${rule}"`,
    {
      mend: 'update the package tzdata',
    },
  );
