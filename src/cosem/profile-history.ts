import type { Instant } from '#core/time.ts';
import type { CosemData } from './data-types.ts';
import type { Order, TimeSpan } from './time-span.ts';

/** One row of a profile's buffer. */
export interface ProfileEntry {
  readonly at: Instant;
  /** One per capture object, in their order. */
  readonly values: readonly CosemData[];
}

/** Numbers of entries, both inclusive. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** Which entries: those of a time, and of these numbers where the entries are numbered. */
export interface EntryRange extends TimeSpan {
  readonly numbers?: NumberRange;
}

/**
 * The entries of one profile, kept by somebody else: the journal, from captures or from an event book.
 * Entries come one by one as they are asked for, so that a year of them never stands in memory.
 */
export interface ProfileHistory {
  /** How many there are: `entries_in_use`. */
  count(): number;
  /** By their time, then in the order in which they were kept. */
  entries(range: EntryRange, order: Order): Iterable<ProfileEntry>;
  /** Keeps one more; durable when this returns. Absent where entries come by themselves, as in an event book. */
  append?(entry: ProfileEntry): void;
  /**
   * Begins anew: entries until now are not shown any more. Whether they are still kept as evidence is the keeper's.
   * Absent where nobody may.
   */
  clear?(): void;
}
