import { Days, type Duration, Hours, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import type { TimeRange } from '#das/reading-store.ts';

/** Steps that people understand. */
const STEPS: readonly Duration[] = [
  Seconds(1),
  Seconds(5),
  Seconds(15),
  Minutes(1),
  Minutes(5),
  Minutes(15),
  Hours(1),
  Hours(3),
  Hours(6),
  Days(1),
  Days(7),
  Days(30),
];

/** The shortest step, of at least `shortest`, that divides a range into no more than so many points. */
export function stepFor(range: TimeRange, maxPoints: number, shortest: Duration): Duration {
  const found = STEPS.find((step) => step >= shortest && pointsIn(range, step) <= maxPoints);
  return found ?? longStep(range, maxPoints);
}

function longStep(range: TimeRange, maxPoints: number): Duration {
  let step = Days(60);
  while (pointsIn(range, step) > maxPoints) step = Milliseconds(step * 2);
  return step;
}

const pointsIn = ({ from, to }: TimeRange, step: Duration): number =>
  Math.floor((to - 1) / step) - Math.floor(from / step) + 1;
