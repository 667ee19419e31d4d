import { type Clock, sleep } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { type Duration, Hours, Minutes, Seconds } from '#core/time.ts';
import type { StateFlag } from '#cosem/state.ts';
import type { ClockSource, ClockStatus } from './clock-status.ts';
import type { NewEvent } from './event-books.ts';
import { StepDetector } from './step-detector.ts';

export interface ClockWatchOptions {
  readonly clock: Clock;
  readonly source: ClockSource;
  /** Told what belongs into the books. */
  readonly onEvent: (event: NewEvent) => void;
  readonly log: Log;
  /** A step beyond this is an event and marks the next sample. Default 1 s. */
  readonly stepLimit?: Duration;
  /** How often the source is asked. Default 1 min. */
  readonly interval?: Duration;
  /** How long the clock is believed after the source has fallen silent. Default 4 h: a quartz goes wrong by 1 s at most. */
  readonly holdover?: Duration;
}

/** Watches the wall clock, and says what samples have to be marked with. */
export class ClockWatch implements AsyncDisposable {
  readonly #options: ClockWatchOptions;
  readonly #steps: StepDetector;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #status: ClockStatus | undefined;
  /** When the source last answered, by the monotonic clock. */
  #answeredAt: Duration | undefined;
  #stepCount = 0;
  /** How many steps the samples of each device have been marked with. */
  readonly #marked = new Map<string, number>();

  constructor(options: ClockWatchOptions) {
    this.#options = options;
    this.#steps = new StepDetector(options.clock, options.stepLimit ?? Seconds(1));
    this.#running = this.#run();
  }

  /** What the source said last; `undefined` before it has said anything, and when it has been silent for too long. */
  get status(): ClockStatus | undefined {
    return this.#status;
  }

  /** What is to be said of the clock with the next sample of a device. Before the clock is known to be right, it is not. */
  flags(device: string): readonly StateFlag[] {
    this.#checkStep();
    const isMarked = (this.#marked.get(device) ?? 0) === this.#stepCount;
    this.#marked.set(device, this.#stepCount);
    const flags: StateFlag[] = this.#status?.synchronised === true ? [] : ['clock-not-synchronised'];
    return isMarked ? flags : [...flags, 'clock-set'];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, source, interval = Minutes(1) } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const answer = await source.read(signal);
      if (signal.aborted) return;
      this.#checkStep();
      this.#take(answer);
      await sleep(clock, interval, signal).catch(() => undefined);
    }
  }

  #checkStep(): void {
    const step = this.#steps.check();
    if (step === undefined) return;
    this.#stepCount += 1;
    this.#tell({ name: 'clock-stepped', data: { ...step } });
  }

  #take(answer: ClockStatus | undefined): void {
    const { clock, holdover = Hours(4) } = this.#options;
    const now = clock.monotonic();
    if (answer !== undefined) this.#answeredAt = now;
    else if (this.#answeredAt !== undefined && now - this.#answeredAt < holdover) return;
    const was = this.#status;
    this.#status = answer;
    if (was?.synchronised !== true && answer?.synchronised === true) this.#tellSynchronised(answer);
    if (was?.synchronised === true && answer?.synchronised !== true) {
      this.#tell({ name: 'clock-not-synchronised', data: { source: answer?.source ?? was.source } });
    }
  }

  #tellSynchronised({ source, offset }: ClockStatus): void {
    const offsetMilliseconds = BigInt(Math.round(offset ?? 0));
    this.#tell({ name: 'clock-synchronised', data: { source, offsetMilliseconds } });
  }

  /** A book that cannot be written stops neither the watch nor the sample that is being marked. */
  #tell(event: NewEvent): void {
    try {
      this.#options.onEvent(event);
    } catch (error) {
      this.#options.log.error('clock.event-not-kept', { event: event.name, reason: reasonOf(error) });
    }
  }
}
