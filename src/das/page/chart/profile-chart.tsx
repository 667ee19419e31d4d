import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { Instant } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import { midnights } from '#das/local-days.ts';
import { formatRounded, formatTime, zoneNameAt } from '#das/page/language/format.ts';
import { useLanguage } from '#das/page/language/language.ts';
import type { Language } from '#das/page/language/texts.ts';
import type { Bar, Lines } from './bars.ts';
import { hourMarks, lengthOf, monthMarks, type Period } from './calendar.ts';
import { axis, colour, gapShade } from './look.ts';
import { Plot } from './plot.tsx';

export type Drawn =
  | { readonly kind: 'bars'; readonly bars: readonly Bar[] }
  | { readonly kind: 'lines'; readonly lines: Lines; readonly banded: boolean };

interface ProfileParts {
  readonly drawn: Drawn;
  readonly gaps: readonly (readonly [from: number, to: number])[];
  readonly period: Period;
  readonly unit: string;
  readonly zone: Zone;
  readonly label: string;
  readonly onPoint: (index: number | undefined) => void;
}

/** The course of a day, week, month or year. */
export function ProfileChart({ drawn, gaps, period, unit, zone, label, onPoint }: ProfileParts) {
  const language = useLanguage();
  const options = useMemo(
    () => profileOptions({ drawn, gaps, period, unit, zone, language }),
    [drawn, gaps, period, unit, zone, language],
  );
  const data = useMemo(() => columnsOf(drawn), [drawn]);
  const span = useMemo(() => [period.from / 1_000, period.to / 1_000] as const, [period]);
  return <Plot label={label} height={280} options={options} data={data} span={span} onPoint={onPoint} />;
}

function columnsOf(drawn: Drawn): uPlot.AlignedData {
  if (drawn.kind === 'bars') {
    return [drawn.bars.map(({ from }) => from / 1_000), drawn.bars.map(({ amount }) => amount ?? null)];
  }
  const { at, mean, min, max } = drawn.lines;
  return [[...at], [...mean], [...min], [...max]];
}

type Facts = Omit<ProfileParts, 'label' | 'onPoint'> & { readonly language: Language };

function profileOptions(facts: Facts): Omit<uPlot.Options, 'width' | 'height'> {
  const { drawn, gaps, unit, language } = facts;
  return {
    scales: { x: { time: false, auto: false }, y: { range: rangeOf(drawn) } },
    axes: [
      axis({
        size: 32,
        splits: () => marksOf(facts).map((at) => at / 1_000),
        values: (_, marks) => marks.map((at) => markText(at * 1_000, facts)),
      }),
      axis({ size: 84, values: (_, marks) => marks.map((value) => formatRounded(value, unit, language)) }),
    ],
    series: drawn.kind === 'bars' ? [{}, barSeries(drawn.bars)] : lineSeries(drawn),
    ...(drawn.kind === 'lines' && drawn.banded
      ? { bands: [{ series: [3, 2], fill: () => colour('--chart-band') }] }
      : {}),
    hooks: { drawClear: [gapShade(() => gaps)] },
  };
}

function lineSeries({ banded, lines }: Extract<Drawn, { kind: 'lines' }>): uPlot.Series[] {
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
  const few = lines.at.length < 120;
  const mean: uPlot.Series = {
    stroke: () => colour('--chart'),
    width: 1.75,
    spanGaps: false,
    points: { show: few, size: 4 },
  };
  return banded ? [{}, mean, edge, edge] : [{}, mean, { ...edge, show: false }, { ...edge, show: false }];
}

/** Each bar as wide as its interval, so that an hour more or less is seen. */
function barSeries(bars: readonly Bar[]): uPlot.Series {
  return {
    fill: () => colour('--chart'),
    stroke: 'transparent',
    width: 0,
    points: { show: false },
    paths: (plot) => {
      const fill = new Path2D();
      const ground = plot.valToPos(0, 'y', true);
      for (const { from, to, amount } of bars) {
        if (amount === undefined) continue;
        const left = plot.valToPos(from / 1_000, 'x', true);
        const width = plot.valToPos(to / 1_000, 'x', true) - left;
        const top = plot.valToPos(amount, 'y', true);
        fill.rect(left, top, width > 3 ? width - 1 : width, ground - top);
      }
      return { fill };
    },
  };
}

/** Bars stand on zero; a line is shown closely, but for what is mostly near zero anyway. */
function rangeOf(drawn: Drawn): uPlot.Scale.Range {
  if (drawn.kind === 'bars') return (_plot, _low, high) => [0, (high ?? 1) * 1.1 || 1];
  return (_plot, low, high) => {
    const [min, max] = [low ?? 0, high ?? 1];
    const margin = (max - min) * 0.1 || Math.abs(max) * 0.05 || 1;
    const nearZero = min >= 0 && min < max / 2;
    return [nearZero ? 0 : min - margin, max + margin];
  };
}

/** No more marks than have room. */
const MARKS = 9;

function marksOf({ period, zone }: Facts): readonly Instant[] {
  const [from, to] = [period.from, period.to];
  switch (period.name) {
    case 'day':
      return hourMarks(from, to, innerWidth < 600 ? 6 : 3, zone);
    case 'year':
      return monthMarks(from, Instant(to - 1), zone);
    default: {
      const days = midnights(from, Instant(to - 1), zone);
      const every = Math.ceil(days.length / MARKS);
      return days.filter((_, index) => index % every === 0);
    }
  }
}

function markText(at: number, { period, zone, language }: Facts): string {
  const local = zone.localTime(Instant(Math.round(at)));
  if (period.name === 'day') {
    const clock = `${String(local.hour).padStart(2, '0')}:00`;
    return lengthOf(period) === 86_400_000 ? clock : `${clock} ${zoneNameAt(at, zone)}`;
  }
  const options: Intl.DateTimeFormatOptions =
    period.name === 'year'
      ? { month: 'short' }
      : period.name === 'week'
        ? { weekday: 'short', day: 'numeric' }
        : { day: 'numeric', month: 'numeric' };
  return new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', { ...options, timeZone: zone.name }).format(at);
}

/** `09:00–09:15`, with day and zone wherever they could be mistaken. */
export function intervalText(from: number, to: number, zone: Zone, language: Language): string {
  const day = formatTime(from, 'day', zone, language);
  const sameDay = formatTime(to - 1, 'day', zone, language) === day;
  const start = `${formatTime(from, 'minute', zone, language)} ${zoneNameAt(from, zone)}`;
  const isMidnight = zone.localTime(Instant(to)).hour === 0 && zone.localTime(Instant(to)).minute === 0;
  if (sameDay && isMidnight && to > from) return `${day}, ${start} – 24:00 ${zoneNameAt(to - 1, zone)}`;
  const end = `${formatTime(to, 'minute', zone, language)} ${zoneNameAt(to, zone)}`;
  return sameDay ? `${day}, ${start} – ${end}` : `${day}, ${start} – ${formatTime(to, 'day', zone, language)}, ${end}`;
}
