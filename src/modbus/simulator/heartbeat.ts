import type { Clock } from '#core/clock.ts';
import { Milliseconds, toSeconds } from '#core/time.ts';

/** Model seconds that one beat may catch up; the rest waits for the next, so that requests are answered in between. */
const MOST_PER_BEAT = 3_600;
/** With accelerated time a beat is several model seconds long; shorter real intervals would only cost. */
const SHORTEST_INTERVAL = 50; // ms

/**
 * Calls `step` once per model second; `speed` model seconds pass in a real one. Follows the monotonic clock without
 * drift, however late a timer fires. Returns what stops it.
 */
export function startHeartbeat(clock: Clock, speed: number, step: () => void): () => void {
  const start = clock.monotonic();
  const interval = Milliseconds(Math.max(SHORTEST_INTERVAL, 1_000 / speed));
  let done = 0;
  const beat = (): void => {
    const elapsed = toSeconds(Milliseconds(clock.monotonic() - start)) * speed;
    const due = Math.min(Math.floor(elapsed), done + MOST_PER_BEAT);
    for (; done < due; done++) step();
    cancel = clock.after(interval, beat);
  };
  let cancel = clock.after(interval, beat);
  return () => cancel();
}
