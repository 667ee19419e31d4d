import { useMemo, useState } from 'preact/hooks';
import type { Zone } from '#core/zone.ts';
import type { SeriesAnswer } from '#das/api-types.ts';
import { midnights } from '#das/local-days.ts';
import { type Bar, barsBetween, isOnGrid, linesOf, stepBoundaries, usualStep } from '#das/page/chart/bars.ts';
import type { Period } from '#das/page/chart/calendar.ts';
import { periodText } from '#das/page/chart/period-text.ts';
import { type Drawn, intervalText, ProfileChart } from '#das/page/chart/profile-chart.tsx';
import { formatRounded, formatStep, formatTime } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { isCounter, nameOfObject } from '#das/page/language/obis-names.ts';
import type { Language } from '#das/page/language/texts.ts';
import { MomentLink } from '#das/page/proof/moment-link.tsx';

interface ViewParts {
  readonly meter: string;
  readonly kind: 'capture' | 'live';
  readonly series: SeriesAnswer;
  readonly object: string;
  readonly period: Period;
  readonly zone: Zone;
}

/** The chart of a period, with everything that keeps it from being misread. */
export function ProfileView({ meter, kind, series, object, period, zone }: ViewParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const [index, setIndex] = useState<number>();
  // Whoever goes from the chart to what stands below it has not pointed at something else.
  const keepIndex = (pointed: number | undefined): void => setIndex((before) => pointed ?? before);
  const drawn = useMemo(() => drawnOf({ series, object, period, zone }), [series, object, period, zone]);
  const gaps = useMemo(() => pastGaps(series, period), [series, period]);
  if (series.points.length === 0) return <p class="quiet">{say('profile.empty')}</p>;
  const name = nameOfObject(object, language) ?? object;
  const summary = summaryOf(drawn, series, say, language);
  const label = say('profile.chart', { what: name, period: periodText(period, zone, language), summary });
  const step = formatStep(series.stepSeconds || usualStep(series.points), language);
  const note =
    drawn.kind === 'bars'
      ? say('profile.bars')
      : say(series.aggregated ? 'profile.aggregated' : 'profile.single', { step });
  return (
    <>
      <ProfileChart
        drawn={drawn}
        gaps={gaps}
        period={period}
        unit={series.unit}
        zone={zone}
        label={label}
        onPoint={keepIndex}
      />
      <output class="readout" aria-live="polite">
        {index === undefined ? say('profile.pick') : pointText({ drawn, series, zone, language }, index)}
      </output>
      {index !== undefined && (
        <p class="actions">
          {momentsAt(drawn, series.aggregated, index).map((at) => (
            <MomentLink
              key={`${object}/${at}`}
              meter={meter}
              object={object}
              kind={kind}
              at={at}
              name={formatTime(at, 'moment', zone, language)}
            />
          ))}
        </p>
      )}
      <p class="summary">
        <b>{summary}</b> <span class={series.aggregated && drawn.kind === 'lines' ? 'tag' : ''}>{note}</span>{' '}
        {gaps.length > 0 && <span class="tag warn">{say('profile.gaps', { count: gaps.length })}</span>}
      </p>
      {drawn.kind === 'bars' && <BarTable bars={drawn.bars} unit={series.unit} zone={zone} />}
    </>
  );
}

/** What lies in the future is no gap. */
function pastGaps({ gaps }: SeriesAnswer, { from, to }: Period): SeriesAnswer['gaps'] {
  const end = Math.min(to, Date.now());
  return gaps.filter(([gapFrom, gapTo]) => gapTo > from && gapFrom < end);
}

function drawnOf({ series, object, period, zone }: Omit<ViewParts, 'meter' | 'kind'>): Drawn {
  if (!isCounter(object)) return { kind: 'lines', lines: linesOf(series), banded: series.aggregated };
  const step = series.stepSeconds || usualStep(series.points);
  const days = midnights(period.from, period.to, zone);
  const daily = series.days || ((period.name === 'month' || period.name === 'year') && isOnGrid(days, step));
  const boundaries = daily ? days : stepBoundaries(period.from - (period.from % (step * 1_000)), period.to, step);
  const over = barsBetween(boundaries, series).filter(({ to }) => to <= Date.now());
  return { kind: 'bars', bars: over };
}

type Say = ReturnType<typeof useTexts>;

function summaryOf(drawn: Drawn, { unit, points }: SeriesAnswer, say: Say, language: Language): string {
  if (drawn.kind === 'bars') {
    const known = drawn.bars.flatMap(({ amount }) => (amount === undefined ? [] : [amount]));
    const value = formatRounded(
      known.reduce((sum, amount) => sum + amount, 0),
      unit,
      language,
    );
    return say(known.length === drawn.bars.length ? 'profile.total' : 'profile.incomplete', { value });
  }
  const mean = points.reduce((sum, point) => sum + point[2], 0) / points.length;
  const [min, max] = [
    points.reduce((low, point) => Math.min(low, point[1]), Infinity),
    points.reduce((high, point) => Math.max(high, point[3]), -Infinity),
  ];
  const [shownMean, shownMin, shownMax] = [mean, min, max].map((value) => formatRounded(value, unit, language));
  return `⌀ ${say('profile.range', { mean: shownMean ?? '', min: shownMin ?? '', max: shownMax ?? '' })}`;
}

interface PointFacts {
  readonly drawn: Drawn;
  readonly series: SeriesAnswer;
  readonly zone: Zone;
  readonly language: Language;
}

/** The moments of the readings that a point was made of. Aggregated ones have none: they are many. */
function momentsAt(drawn: Drawn, aggregated: boolean, index: number): readonly number[] {
  if (drawn.kind === 'bars') {
    const bar = drawn.bars[index];
    return bar?.amount === undefined ? [] : [bar.from, bar.to];
  }
  const at = drawn.lines.at[index];
  return aggregated || at === undefined || drawn.lines.mean[index] === null ? [] : [at * 1_000];
}

/** The interval and its value, in words that cannot be taken for those of the next one. */
function pointText({ drawn, series, zone, language }: PointFacts, index: number): string {
  const shown = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : formatRounded(value, series.unit, language);
  if (drawn.kind === 'bars') {
    const bar = drawn.bars[index];
    return bar === undefined ? '' : `${intervalText(bar.from, bar.to, zone, language)}: ${shown(bar.amount)}`;
  }
  const { at, mean, min, max } = drawn.lines;
  const from = (at[index] ?? 0) * 1_000;
  const step = series.aggregated ? series.stepSeconds * 1_000 : 0;
  const when = intervalText(from, from + step, zone, language);
  if (!series.aggregated) return `${when.split(' – ')[0]}: ${shown(mean[index])}`;
  return `${when}: ⌀ ${shown(mean[index])} (${shown(min[index])} – ${shown(max[index])})`;
}

interface TableParts {
  readonly bars: readonly Bar[];
  readonly unit: string;
  readonly zone: Zone;
}

/** The same without a picture. */
function BarTable({ bars, unit, zone }: TableParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{say('profile.table')}</summary>
      {open && (
        <table class="list">
          <thead>
            <tr>
              <th scope="col">{say('profile.interval')}</th>
              <th scope="col" class="number">
                {say('meter.registers.value')}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ from, to, amount }) => (
              <tr key={from}>
                <th scope="row">{intervalText(from, to, zone, language)}</th>
                <td class="number">{amount === undefined ? '–' : formatRounded(amount, unit, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
