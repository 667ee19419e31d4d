import { type Clock, sleep } from '#core/clock.ts';
import { type Duration, Milliseconds } from '#core/time.ts';
import { type TaskName, taskNames } from '#das/schedule.ts';
import { backOff } from './back-off.ts';
import type { Priority, RequestGate } from './request-gate.ts';

/** How a task fared. */
export type TaskResult =
  | 'done'
  /** A step of it is done, and there is more to do. */
  | 'more'
  /** The meter is away, or wants to be left alone for so long; the task is to be tried again. */
  | { readonly retryAfter: Duration | undefined };

export interface LaneParts {
  readonly meter: string;
  readonly clock: Clock;
  readonly gate: RequestGate;
  /** The least time between two requests to the meter. */
  readonly spacing: Duration;
  /** Does one request of a task. Never rejects but for the signal. */
  readonly run: (task: TaskName, signal: AbortSignal) => Promise<TaskResult>;
}

const PRIORITIES: Readonly<Record<TaskName, Priority>> = {
  live: 'live',
  events: 'background',
  captures: 'background',
  profiles: 'background',
};

/**
 * All that is asked of one meter: one request after the other, the most urgent task first, in steps, so that catching up
 * never keeps a live read waiting for longer than one step. A meter that fails is left alone for longer each time.
 */
export class MeterLane {
  readonly #parts: LaneParts;
  readonly #wanted = new Set<TaskName>();
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #failures = 0;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  /** A task that waits already, or is under way, is not queued twice. */
  want(task: TaskName): void {
    if (this.#stop.signal.aborted) return;
    this.#wanted.add(task);
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the collector stops'));
    await this.#running;
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop;
    try {
      for (let task = this.#next(); task !== undefined; task = this.#next()) {
        this.#wanted.delete(task);
        const pause = await this.#step(task);
        if (this.#wanted.size > 0) await sleep(this.#parts.clock, pause, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #next(): TaskName | undefined {
    return taskNames.find((task) => this.#wanted.has(task));
  }

  /** @returns how long the meter is to be left alone */
  async #step(task: TaskName): Promise<Duration> {
    const { gate, meter, spacing, run } = this.#parts;
    const { signal } = this.#stop;
    const result = await gate.within(PRIORITIES[task], signal, () => run(task, signal));
    if (typeof result === 'string') {
      this.#failures = 0;
      if (result === 'more') this.#wanted.add(task);
      return spacing;
    }
    this.#failures += 1;
    this.#wanted.add(task);
    return Milliseconds(Math.max(backOff(meter, this.#failures), result.retryAfter ?? 0));
  }
}
