import type { Sample } from '#core/sample.ts';
import type { Instant } from '#core/time.ts';
import type { State } from './state.ts';

/**
 * All that a logical device says at one moment. It never changes; the next sample makes the next one.
 */
export interface Snapshot {
  /** The sample's time. */
  readonly at: Instant;
  /** Never repeats and never goes back, for one logical device. */
  readonly sequenceNumber: bigint;
  /** Every value in it fits the type that its object promises. */
  readonly sample: Sample;
  readonly state: State;
  /** When a value that the device holds for long was seen to change, by the key of its row. */
  readonly changes: ReadonlyMap<string, Instant>;
}
