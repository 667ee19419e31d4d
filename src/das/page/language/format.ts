import { type Instant, parseInstant } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import { type Language, textIn } from './texts.ts';

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };

/** Units that a person counts in thousands. */
const THOUSANDS: Readonly<Record<string, string>> = { Wh: 'kWh', varh: 'kvarh', VAh: 'kVAh' };

/** A decimal with every digit that it has, grouped and pointed as the language does. Never through floating point. */
function formatNumber(decimal: string, language: Language): string {
  const fraction = decimal.split('.')[1]?.length ?? 0;
  const format = new Intl.NumberFormat(LOCALES[language], {
    minimumFractionDigits: fraction,
    maximumFractionDigits: fraction,
  });
  // Typed as a number only, though a text is formatted exactly. @see ECMA-402, NumberFormat v3
  return format.format(decimal as unknown as number);
}

/** As a person wants it: energy in thousands, and the sign as a real minus. */
export function formatValue({ value, unit }: { value: string; unit: string }, language: Language): string {
  const large = THOUSANDS[unit];
  const shown = large === undefined ? { value, unit } : { value: thousandth(value), unit: large };
  const number = formatNumber(shown.value, language).replace('-', '−');
  return shown.unit === '' ? number : `${number}\u{a0}${shown.unit}`;
}

/** As it stands in the document: its own unit. */
export function formatSealed({ value, unit }: { value: string; unit: string }, language: Language): string {
  const number = formatNumber(value, language).replace('-', '−');
  return unit === '' ? number : `${number}\u{a0}${unit}`;
}

/** Moves the point of a decimal text three places to the left. */
function thousandth(decimal: string): string {
  const sign = decimal.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.');
  const digits = whole.padStart(4, '0');
  return `${sign}${digits.slice(0, -3)}.${digits.slice(-3)}${fraction}`;
}

/** A measured number that was averaged or drawn: as many digits as are worth anything. */
export function formatRounded(value: number, unit: string, language: Language): string {
  const large = THOUSANDS[unit];
  const number = new Intl.NumberFormat(LOCALES[language], {
    maximumFractionDigits: 3,
    maximumSignificantDigits: 6,
    roundingPriority: 'lessPrecision',
  }).format(large === undefined ? value : value / 1000);
  const shownUnit = large ?? unit;
  return shownUnit === '' ? number : `${number.replace('-', '−')}\u{a0}${shownUnit}`;
}

type Shape = 'time' | 'minute' | 'day' | 'month' | 'moment' | 'exact';

const SHAPES: Readonly<Record<Shape, Intl.DateTimeFormatOptions>> = {
  minute: { hour: '2-digit', minute: '2-digit' },
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  day: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
  moment: { day: '2-digit', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  exact: {
    day: '2-digit',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'short',
  },
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** A point in time as the clocks of a site show it. */
export function formatTime(at: number, shape: Shape, zone: Zone, language: Language): string {
  const key = `${shape} ${zone.name} ${language}`;
  const known = formats.get(key);
  if (known !== undefined) return known.format(at);
  const made = new Intl.DateTimeFormat(LOCALES[language], {
    ...SHAPES[shape],
    timeZone: zone.name,
    hourCycle: 'h23',
  });
  formats.set(key, made);
  return made.format(at);
}

/** `CET`, `CEST`, `GMT+2`: which of two equal hours it is. */
export function zoneNameAt(at: number, zone: Zone): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone.name, timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** What the API writes; a text of another form is a time that nobody knows. */
export const instantOf = (text: string | null | undefined): Instant | undefined =>
  text === null || text === undefined ? undefined : parseInstant(text);

const SPANS = [
  { unit: 'days', milliseconds: 86_400_000, from: 2 * 86_400_000 },
  { unit: 'hours', milliseconds: 3_600_000, from: 2 * 3_600_000 },
  { unit: 'minutes', milliseconds: 60_000, from: 2 * 60_000 },
  { unit: 'seconds', milliseconds: 1_000, from: 0 },
] as const;

/** `12 s ago`, `3 h ago`. */
export function formatAge(age: number, language: Language): string {
  const { unit, milliseconds } = spanOf(age);
  return textIn(language, `time.ago.${unit}`, { n: Math.floor(Math.max(age, 0) / milliseconds) });
}

/** `12 s`, `3 h`. */
export function formatSpan(length: number, language: Language): string {
  const { unit, milliseconds } = spanOf(length);
  return textIn(language, `time.${unit}`, { n: Math.floor(Math.max(length, 0) / milliseconds) });
}

const spanOf = (length: number): (typeof SPANS)[number] => SPANS.find(({ from }) => length >= from) ?? SPANS[3];

/** The length of an interval, in words that name it unmistakably. */
export function formatStep(seconds: number, language: Language): string {
  if (seconds === 86_400) return textIn(language, 'step.day');
  if (seconds === 3_600) return textIn(language, 'step.hour');
  const [unit, length] = (
    [
      ['days', 86_400],
      ['hours', 3_600],
      ['minutes', 60],
    ] as const
  ).find(([, length]) => seconds >= length && seconds % length === 0) ?? ['seconds', 1];
  return textIn(language, `step.${unit}`, { n: seconds / length });
}
