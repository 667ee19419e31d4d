import type { Clock } from '#core/clock.ts';
import type { Duration } from '#core/time.ts';
import { type TaskName, taskNames } from '#das/schedule.ts';
import { type Failure, MeterRest } from './meter-rest.ts';
import type { Priority, RequestGate } from './request-gate.ts';

/** How a task fared. */
export type TaskResult =
  | 'done'
  /** A step of it is done, and there is more to do. */
  | 'more'
  /** The meter had to be left alone meanwhile, see {@link MeterRests}. */
  | 'postponed'
  /** It is to be tried again. */
  | Failure;

/** What a step meets that would ask a meter which another task has just found to be away, or busy. */
export class MeterRests extends Error {
  override readonly name = 'MeterRests';
}

export interface LaneParts {
  readonly meter: string;
  readonly clock: Clock;
  readonly gate: RequestGate;
  /** The least time between two requests to the meter. */
  readonly spacing: Duration;
  /** Does a step of a task. Never rejects but for the signal. */
  readonly run: (task: TaskName, signal: AbortSignal) => Promise<TaskResult>;
}

const PRIORITIES: Readonly<Record<TaskName, Priority>> = {
  live: 'live',
  events: 'background',
  captures: 'background',
  profiles: 'background',
};

/**
 * All that is asked of one meter: one request after the other, the most urgent task first. Tasks go on in steps, each by
 * itself: while the answer to one is judged and kept, another may ask, so that catching up keeps a live read waiting for one
 * request at most. A meter that fails is left alone for longer each time.
 */
export class MeterLane {
  readonly #parts: LaneParts;
  readonly #rest: MeterRest;
  readonly #wanted = new Set<TaskName>();
  readonly #underWay = new Map<TaskName, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #asleep = new Set<() => void>();
  /** Those that wait for the request under way to end. */
  readonly #inLine = new Map<TaskName, () => void>();
  #isAsking = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#rest = new MeterRest(parts);
  }

  /** Whether there is anything to do, now or as soon as the meter may be asked again. */
  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /** A task that waits already, or is under way, is not queued twice. */
  want(task: TaskName): void {
    if (this.#stop.signal.aborted) return;
    this.#wanted.add(task);
    if (!this.#underWay.has(task)) this.#underWay.set(task, this.#work(task));
  }

  /**
   * One request within a step, when it is its turn.
   * @throws MeterRests where the meter has to be left alone by now
   */
  async ask<Answer>(task: TaskName, request: () => Promise<Answer>): Promise<Answer> {
    if (this.#isAsking) await new Promise<void>((resolve) => this.#inLine.set(task, resolve));
    this.#isAsking = true;
    try {
      await this.#untilMayAsk(task);
      try {
        return await request();
      } finally {
        this.#rest.asked();
      }
    } finally {
      this.#isAsking = false;
      this.#callNext();
    }
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the collector stops'));
    this.#wakeAll();
    await Promise.all(this.#underWay.values());
  }

  #callNext(): void {
    const next = taskNames.find((task) => this.#inLine.has(task));
    if (next === undefined) return;
    const enter = this.#inLine.get(next);
    this.#inLine.delete(next);
    // Nobody gets in between.
    this.#isAsking = true;
    enter?.();
  }

  async #untilMayAsk(task: TaskName): Promise<void> {
    const { signal } = this.#stop;
    signal.throwIfAborted();
    if (this.#rest.isBound(task)) throw new MeterRests('the meter is to be left alone');
    await this.#sleep(this.#rest.left(task));
    signal.throwIfAborted();
  }

  async #work(task: TaskName): Promise<void> {
    const { signal } = this.#stop;
    try {
      while (this.#wanted.delete(task)) {
        await this.#untilRested(task);
        this.#note(task, await this.#step(task));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#underWay.delete(task);
    }
  }

  async #untilRested(task: TaskName): Promise<void> {
    for (let left = this.#rest.left(task); left > 0; left = this.#rest.left(task)) {
      await this.#sleep(left);
      this.#stop.signal.throwIfAborted();
    }
  }

  #step(task: TaskName): Promise<TaskResult> {
    const { gate, run } = this.#parts;
    const { signal } = this.#stop;
    const priority = this.#rest.isAway ? 'doubtful' : PRIORITIES[task];
    // It may have waited for its place for long.
    return gate.within(priority, signal, () =>
      this.#rest.isBound(task) ? Promise.resolve('postponed') : run(task, signal),
    );
  }

  #note(task: TaskName, result: TaskResult): void {
    if (typeof result !== 'string') this.#rest.failed(task, result);
    else if (result !== 'postponed') {
      this.#rest.succeeded(task);
      this.#wakeAll();
    }
    if (result !== 'done') this.#wanted.add(task);
  }

  /** Until then, or until somebody wakes all who sleep, since things are not what they were. */
  async #sleep(left: Duration): Promise<void> {
    if (left === 0) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        cancel();
        this.#asleep.delete(wake);
        resolve();
      };
      const cancel = this.#parts.clock.after(left, wake);
      this.#asleep.add(wake);
    });
  }

  #wakeAll(): void {
    for (const wake of this.#asleep) wake();
  }
}
