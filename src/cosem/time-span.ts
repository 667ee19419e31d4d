import type { Instant } from '#core/time.ts';

/** A length of history: from its beginning, which belongs to it, to its end, which does not. Either may be open. */
export interface TimeSpan {
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
}

export const allTime: TimeSpan = { from: undefined, to: undefined };

export const isWithin = ({ from, to }: TimeSpan, at: Instant): boolean =>
  (from === undefined || at >= from) && (to === undefined || at < to);

export type Order = 'oldest-first' | 'newest-first';
