import { type Duration, Instant, Milliseconds } from '#core/time.ts';
import type { TimeRange } from '#das/reading-store.ts';

/** Readings may come a little late. Beyond one and a half times the time between them, one is missing. */
const TOLERANCE = 1.5;

/** So many distances are enough to know what the usual one is. */
const SAMPLED = 1_000;

/**
 * Where readings are missing.
 * @param times of readings, or of steps that have some, in order
 * @param every how long after a time the next one should come
 */
export function gapsBetween(times: readonly number[], every: Duration, within: TimeRange): readonly TimeRange[] {
  const gaps: TimeRange[] = [];
  for (let index = 1; index < times.length; index += 1) {
    const [before = 0, next = 0] = [times[index - 1], times[index]];
    if (next - before <= every * TOLERANCE) continue;
    const from = Instant(Math.max(before + every, within.from));
    const to = Instant(Math.min(next, within.to));
    if (from < to) gaps.push({ from, to });
  }
  return gaps;
}

/** The time that mostly lies between two readings; 0 where there are not two. */
export function usualDistance(times: readonly number[]): Duration {
  const distances = times.slice(1, SAMPLED).map((time, index) => time - (times[index] ?? time));
  const sorted = distances.filter((distance) => distance > 0).sort((a, b) => a - b);
  return Milliseconds(sorted[sorted.length >> 1] ?? 0);
}
