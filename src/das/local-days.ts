import { Instant, Seconds } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';

// No `node:` import here: the page counts days too.

/** What the clocks of a site show, as if it were UTC: made for counting days, never to be kept. */
export interface WallDay {
  readonly year: number;
  /** 1 to 12; others count into the years around. */
  readonly month: number;
  readonly day: number;
}

export const midnight = ({ year, month, day }: WallDay, zone: Zone): Instant =>
  zone.instantOf(Instant(Date.UTC(year, month - 1, day)));

/** Every midnight of a span, both ends included where they are midnights. */
export function midnights(from: Instant, to: Instant, zone: Zone): readonly Instant[] {
  const found: Instant[] = [];
  const first = zone.localTime(from);
  for (let offset = 0; ; offset += 1) {
    const at = midnight({ ...first, day: first.day + offset }, zone);
    if (at > to) return found;
    if (at >= from) found.push(at);
  }
}

/** A reading of the full hour may be so late, and never early; meters leave out those that would be later. */
export const LATE = Seconds(10);

/** When the reading of a moment was due. */
export const dueOf = (at: number): number => Math.floor(at / LATE) * LATE;
