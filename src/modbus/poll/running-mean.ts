import type { Measured, MissingReason } from '#core/sample.ts';
import { addTime, type Duration, type Instant, Milliseconds, Seconds, timeBetween } from '#core/time.ts';

/** The device tells the age of its period in whole seconds, and the reply takes its time. */
const TOLERANCE = Seconds(2);

interface Period {
  readonly start: Instant;
  readonly length: Duration;
}

/** What the device and we know at one instant. */
export interface Observation {
  readonly at: Instant;
  readonly value: Measured | undefined;
  /** Length of the demand period and its age when it was read, in seconds. */
  readonly period: Measured | undefined;
  readonly elapsed: Measured | undefined;
}

/**
 * The mean of a value since the demand period began, over the whole length of the period: it starts at 0 and ends as
 * the period's average. A period that was not observed from its start to now without a hole has none.
 * @see IEC 62056-6-2 (Blue Book), Demand register, current_average_value
 */
export class RunningMean {
  #period: Period | undefined;
  /** Value times milliseconds, up to `until`. */
  #area = 0n;
  #until: Instant | undefined;
  #isWhole = false;

  observe({ at, value, period, elapsed }: Observation): bigint | MissingReason {
    const current = periodAt(at, period, elapsed);
    if (value?.kind !== 'value' || current === undefined) {
      this.#isWhole = false;
      this.#until = undefined;
      return 'input-missing';
    }
    this.#integrate(this.#follow(current), at, value.quantity.value);
    return this.#isWhole ? divideRounded(this.#area, BigInt(current.length)) : 'not-yet-read';
  }

  /** The period that we are in, as we first saw it; a new one starts empty. */
  #follow(current: Period): Period {
    if (this.#period !== undefined && isSame(this.#period, current)) return this.#period;
    this.#isWhole = this.#until !== undefined && this.#until <= addTime(current.start, TOLERANCE);
    this.#area = 0n;
    this.#period = current;
    return current;
  }

  /** The new value stands for the time since the last one. */
  #integrate({ start }: Period, at: Instant, value: bigint): void {
    const from = Math.max(this.#until ?? at, start);
    // The wall clock was set back: how long it has been is no longer known.
    if (this.#until !== undefined && at < this.#until) this.#isWhole = false;
    else if (at > from) this.#area += value * BigInt(at - from);
    this.#until = at;
  }
}

/** The period that runs at this instant: the one that the device last told of, or one that has followed it since. */
function periodAt(at: Instant, period: Measured | undefined, elapsed: Measured | undefined): Period | undefined {
  if (period?.kind !== 'value' || elapsed?.kind !== 'value' || period.quantity.value <= 0n) return undefined;
  const length = Seconds(Number(period.quantity.value));
  const told = addTime(elapsed.readAt, Seconds(-Number(elapsed.quantity.value)));
  const passed = Math.floor(timeBetween(told, at) / length);
  return { start: addTime(told, Milliseconds(passed * length)), length };
}

function isSame(a: Period, b: Period): boolean {
  return a.length === b.length && Math.abs(timeBetween(a.start, b.start)) <= TOLERANCE;
}

/** Half away from zero, as everywhere. */
function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const half = numerator < 0n ? -denominator / 2n : denominator / 2n;
  return (numerator + half) / denominator;
}
