import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { Zone } from '#core/zone.ts';
import { formatRounded, formatTime } from '#das/page/language/format.ts';
import { useLanguage } from '#das/page/language/language.ts';
import type { Language } from '#das/page/language/texts.ts';
import { LIVE_SPAN } from '#das/page/meter/live.ts';
import { axis, colour } from './look.ts';
import { Plot } from './plot.tsx';

interface LiveParts {
  readonly points: readonly (readonly [at: number, value: number])[];
  readonly unit: string;
  readonly zone: Zone;
  readonly label: string;
}

const SHORTEST_SPAN = 30_000;

/** Longer than this without a sample is a hole in the curve. */
const HOLE = 15_000;

/** A moving curve of the last minutes. */
export function LiveChart({ points, unit, zone, label }: LiveParts) {
  const language = useLanguage();
  const options = useMemo(() => liveOptions(unit, zone, language), [unit, zone, language]);
  const data = useMemo(() => columnsOf(points), [points]);
  const end = points.at(-1)?.[0] ?? Date.now();
  // While little is known, that little is shown large.
  const start = Math.max(end - LIVE_SPAN, Math.min(points[0]?.[0] ?? end, end - SHORTEST_SPAN));
  return <Plot label={label} height={200} options={options} data={data} span={[start / 1_000, end / 1_000]} />;
}

function columnsOf(points: LiveParts['points']): uPlot.AlignedData {
  const at: number[] = [];
  const values: (number | null)[] = [];
  let before = points[0]?.[0] ?? 0;
  for (const [moment, value] of points) {
    if (moment - before > HOLE) {
      at.push((before + moment) / 2_000);
      values.push(null);
    }
    at.push(moment / 1_000);
    values.push(value);
    before = moment;
  }
  return [at, values];
}

const EVERY_MINUTE = 60;

function liveOptions(unit: string, zone: Zone, language: Language) {
  const minutes = (_plot: uPlot, _axis: number, from: number, to: number): number[] => {
    const first = Math.ceil(from / EVERY_MINUTE);
    return Array.from(
      { length: Math.max(0, Math.floor(to / EVERY_MINUTE) - first + 1) },
      (_, n) => (first + n) * EVERY_MINUTE,
    );
  };
  return {
    scales: { x: { time: false, auto: false }, y: { range: aroundValues } },
    axes: [
      axis({
        size: 32,
        splits: minutes,
        values: (_, marks) => marks.map((at) => formatTime(at * 1_000, 'minute', zone, language)),
      }),
      axis({ size: 76, values: (_, marks) => marks.map((value) => formatRounded(value, unit, language)) }),
    ],
    series: [
      {},
      {
        stroke: () => colour('--chart'),
        fill: () => colour('--chart-band'),
        width: 2,
        spanGaps: false,
        points: { show: false },
      },
    ],
  } satisfies Omit<uPlot.Options, 'width' | 'height'>;
}

/** With zero, so that a small change does not look like a large one. */
function aroundValues(_plot: uPlot, low: number | null, high: number | null): [number, number] {
  const [min, max] = [Math.min(low ?? 0, 0), Math.max(high ?? 1, 0)];
  const margin = (max - min) * 0.1 || 1;
  return [min < 0 ? min - margin : 0, max > 0 ? max + margin : 0];
}
