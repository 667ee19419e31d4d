import type { Clock } from '#core/clock.ts';
import { type Duration, Milliseconds } from '#core/time.ts';
import type { TaskName } from '#das/schedule.ts';
import { backOff } from './back-off.ts';

/** What came to nothing. */
export interface Failure {
  /** For how long the meter wants to be left alone. */
  readonly retryAfter: Duration | undefined;
  /** It was not to be reached, whatever was asked; else it answers, but not this. */
  readonly isAway: boolean;
}

export interface MeterRestParts {
  readonly meter: string;
  readonly clock: Clock;
  /** The least time between two requests. */
  readonly spacing: Duration;
}

/** Of one task that came to nothing. */
interface Trouble {
  readonly failures: number;
  /** By the monotonic clock. */
  readonly until: number;
}

/**
 * For how long a meter is left alone: for longer after each failure in a row, and for as long as it wants. What fails by itself
 * waits by itself, so that a book that cannot be read keeps nobody from the present.
 */
export class MeterRest {
  readonly #parts: MeterRestParts;
  readonly #troubles = new Map<TaskName, Trouble>();
  /** In a row, whatever was asked. */
  #failures = 0;
  #isAway = false;
  /** By the monotonic clock, as all that follow: no request before this … */
  #spacedUntil = 0;
  /** … because the meter wants it … */
  #wantedUntil = 0;
  /** … and none because it failed, but for a live read that did well the last time. */
  #failedUntil = 0;

  constructor(parts: MeterRestParts) {
    this.#parts = parts;
  }

  /** Whether the meter was not to be reached the last time. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** Whether a task has to leave the meter alone, beyond the time between two requests. */
  isBound(task: TaskName): boolean {
    return this.#boundUntil(task) > this.#now;
  }

  /** How long a task has to wait yet. */
  left(task: TaskName): Duration {
    return Milliseconds(Math.max(0, Math.max(this.#spacedUntil, this.#boundUntil(task)) - this.#now));
  }

  /** A request is over, however it went. */
  asked(): void {
    this.#spacedUntil = this.#now + this.#parts.spacing;
  }

  succeeded(task: TaskName): void {
    this.#failures = 0;
    this.#isAway = false;
    this.#failedUntil = 0;
    this.#troubles.delete(task);
  }

  failed(task: TaskName, { retryAfter = Milliseconds(0), isAway }: Failure): void {
    const { meter } = this.#parts;
    const failures = (this.#troubles.get(task)?.failures ?? 0) + 1;
    this.#failures += 1;
    this.#isAway = isAway;
    this.#failedUntil = this.#now + backOff(meter, this.#failures);
    this.#wantedUntil = Math.max(this.#wantedUntil, this.#now + retryAfter);
    // Twice as long as all others, so that they are tried before it.
    const until = isAway ? 0 : this.#now + 2 * backOff(meter, failures);
    this.#troubles.set(task, { failures, until });
  }

  get #now(): number {
    return this.#parts.clock.monotonic();
  }

  #boundUntil(task: TaskName): number {
    const trouble = this.#troubles.get(task);
    const failed = task === 'live' && trouble === undefined ? 0 : this.#failedUntil;
    return Math.max(this.#wantedUntil, failed, trouble?.until ?? 0);
  }
}
