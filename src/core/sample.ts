import type { Quantity } from './quantity.ts';
import type { Instant } from './time.ts';

/** Why a measurand has no value. A value is never repaired, clamped or invented: it is there, or this is. */
export type MissingReason =
  /** No answer from the device for this poll group. */
  | 'unreachable'
  /** The device answered with a Modbus exception. */
  | 'refused'
  /** The device says that it does not measure this (NaN, a sentinel). */
  | 'not-measured'
  /** The number does not fit its COSEM type. */
  | 'out-of-range'
  /** What a derived value is calculated from is missing. */
  | 'input-missing'
  /** Its poll group has not been read yet. */
  | 'not-yet-read';

export type Measured =
  | { readonly kind: 'value'; readonly quantity: Quantity; readonly readAt: Instant }
  | { readonly kind: 'missing'; readonly reason: MissingReason };

/** What was noticed about the device while the sample was taken; `cosem/state.ts` gives each its bit. */
export type SampleFlag =
  | 'device-unreachable'
  | 'value-missing'
  | 'counter-stepped-back'
  | 'counter-rolled-over'
  | 'counter-reset'
  | 'device-restarted'
  | 'device-not-identified';

/**
 * One complete poll of a meter: all measurands of one instant, by the key of their row in the device description.
 * `at` is the time at which the fast block was read.
 */
export interface Sample {
  readonly at: Instant;
  readonly values: ReadonlyMap<string, Measured>;
  readonly flags: ReadonlySet<SampleFlag>;
}
