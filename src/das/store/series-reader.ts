import type { SqliteDatabase } from '#core/sqlite-database.ts';
import { Instant, Milliseconds } from '#core/time.ts';
import type { Series, SeriesPoint, SeriesQuery, TimeRange } from '#das/reading-store.ts';
import { CellReader, type TimedCell } from './cell-reader.ts';
import { joined, stepOf } from './cells.ts';
import { gapsBetween, usualDistance } from './gaps.ts';
import type { Layouts } from './layouts.ts';
import { ROLLUP_STEPS, SHORTEST_KEPT_STEP } from './rollup-levels.ts';
import { stepFor } from './series-steps.ts';
import type { Sources } from './sources.ts';

interface SeriesParts {
  readonly database: SqliteDatabase;
  readonly sources: Sources;
  readonly layouts: Layouts;
}

const AT_ONCE = Milliseconds(0);
const NOTHING: Series = { scaler: 0, unit: 255, aggregated: false, step: AT_ONCE, points: [], gaps: [] };

/** Gives values over time, as they are or, where there are too many, summed up. */
export class SeriesReader {
  readonly #parts: SeriesParts;

  constructor(parts: SeriesParts) {
    this.#parts = parts;
  }

  read(query: SeriesQuery): Series {
    const { database, sources, layouts } = this.#parts;
    const source = sources.find(query.meter, query.kind);
    if (source === undefined) return NOTHING;
    const cells = new CellReader(database, layouts, source, query);
    const extent = cells.extent();
    if (cells.isEmpty || extent === undefined) return NOTHING;
    const range = common(query.range, extent);
    const all = cells.hasReadingsSince(range.from) ? cells.readings(range, query.maxPoints + 1) : undefined;
    const drawn = all !== undefined && all.length <= query.maxPoints ? asTheyAre(all) : summedUp(cells, range, query);
    const { times, span, ...series } = drawn;
    return { ...series, scaler: cells.scaler, unit: cells.unit, gaps: gapsOf(cells, times, span, query) };
  }
}

/** What is drawn, and what gaps are found by: the times at which something was read, or in the time after which. */
interface Drawn extends Pick<Series, 'aggregated' | 'step' | 'points'> {
  readonly times: readonly Instant[];
  readonly span: number;
}

function asTheyAre(readings: readonly TimedCell[]): Drawn {
  const points = readings.map(({ at, cell }) => ({ at, ...cell }));
  return { aggregated: false, step: AT_ONCE, points, times: points.map(({ at }) => at), span: 0 };
}

function summedUp(cells: CellReader, range: TimeRange, { maxPoints, kind }: SeriesQuery): Drawn {
  const shortest = cells.hasReadingsSince(range.from) ? AT_ONCE : SHORTEST_KEPT_STEP;
  const step = stepFor(range, maxPoints, shortest);
  const whole = { from: stepOf(range.from, step), to: Instant(stepOf(range.to - 1, step) + step) };
  const span = ROLLUP_STEPS[kind].findLast((rollup) => rollup <= step) ?? 0;
  const found = span === 0 ? cells.readings(whole) : cells.rolledUp(whole, span);
  const points = new Map<Instant, SeriesPoint>();
  for (const { at, cell } of found) {
    const start = stepOf(at, step);
    const before = points.get(start);
    points.set(start, { at: start, ...(before === undefined ? cell : joined(before, cell)) });
  }
  return { aggregated: true, step, points: [...points.values()], times: found.map(({ at }) => at), span };
}

/** Between readings only: before the first one and after the last one, nobody knows whether there should be any. */
function gapsOf(cells: CellReader, times: readonly Instant[], span: number, { range, every }: SeriesQuery) {
  const expected = Milliseconds(Math.max(every ?? usualDistance(times), span));
  if (expected === 0) return [];
  const { before, after } = cells.neighbours(range);
  const all = [before, ...times, after].filter((time) => time !== undefined);
  return gapsBetween(all, expected, range);
}

const common = (a: TimeRange, b: TimeRange): TimeRange => ({
  from: Instant(Math.max(a.from, b.from)),
  to: Instant(Math.min(a.to, b.to)),
});
