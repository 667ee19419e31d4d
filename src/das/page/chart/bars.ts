import type { SeriesAnswer, SeriesPoint } from '#das/api-types.ts';
import { dueOf, LATE } from '#das/local-days.ts';

/** What was counted in an interval; `undefined` where a reading at one of its ends is missing. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly amount: number | undefined;
}

/**
 * The readings of a counter at boundaries, taken from each other. A counter never steps back, so that the smallest value of a
 * point is the reading at the beginning of its time, unless a gap begins there. An interval has an amount only if both its ends were read,
 * and none if the counter was set back in between.
 */
export function barsBetween(boundaries: readonly number[], { points, gaps }: SeriesAnswer): readonly Bar[] {
  const isMissing = (at: number): boolean => gaps.some(([from, to]) => at >= from && at < to);
  const readings = new Map<number, number>();
  for (const [at, min] of points) {
    const due = dueOf(at);
    if (!readings.has(due) && !isMissing(due)) readings.set(due, min);
  }
  return boundaries.slice(1).map((to, index) => {
    const from = boundaries[index] ?? to;
    const amount = (readings.get(to) ?? Number.NaN) - (readings.get(from) ?? Number.NaN);
    return { from, to, amount: amount >= 0 ? amount : undefined };
  });
}

/** The moments at which a series has its points, from one end of a period to the other. */
export function stepBoundaries(from: number, to: number, stepSeconds: number): readonly number[] {
  const step = stepSeconds * 1_000;
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

/** Whether every boundary is the beginning of some point's time, so that a reading can stand there. */
export const isOnGrid = (boundaries: readonly number[], stepSeconds: number): boolean =>
  boundaries.every((at) => at % (stepSeconds * 1_000) === 0);

/** The usual time between two readings that were not aggregated, in seconds; that they come late now and then is no part of it. */
export function usualStep(points: readonly SeriesPoint[]): number {
  const steps = points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at));
  const usual = steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? 0;
  return Math.max(LATE, Math.round(usual / LATE) * LATE) / 1_000;
}

/** Columns for drawing, with a hole wherever nothing was read. */
export interface Lines {
  /** Seconds since 1970. */
  readonly at: readonly number[];
  readonly mean: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
}

/** Puts an empty point into every gap, so that no line is drawn across it. */
export function linesOf({ points, gaps }: Pick<SeriesAnswer, 'points' | 'gaps'>): Lines {
  const holes = gaps.map(([from, to]) => [(from + to) / 2, null] as const);
  const all = [...points.map((point) => [point[0], point] as const), ...holes].toSorted(([a], [b]) => a - b);
  return {
    at: all.map(([at]) => at / 1_000),
    mean: all.map(([, point]) => point?.[2] ?? null),
    min: all.map(([, point]) => point?.[1] ?? null),
    max: all.map(([, point]) => point?.[3] ?? null),
  };
}
