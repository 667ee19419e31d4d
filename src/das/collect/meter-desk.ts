import type { Cancel } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import { addTime, type Duration, type Instant, Milliseconds, Seconds, timeBetween } from '#core/time.ts';
import { phaseOf, type Schedule, type TaskName, taskNames, timeToTurn, WATCHED_PERIOD } from '#das/schedule.ts';
import { attempt } from './attempt.ts';
import { CaptureMemory } from './capture-memory.ts';
import { readCaptures } from './capture-task.ts';
import { EventMemory, readEvents } from './event-task.ts';
import { readLive } from './live-task.ts';
import type { MeterContext } from './meter-context.ts';
import { MeterLane, type TaskResult } from './meter-lane.ts';
import { ProfileMemory, readProfiles } from './profile-task.ts';
import type { RequestGate } from './request-gate.ts';

export interface DeskParts {
  readonly context: MeterContext;
  readonly schedule: Schedule;
  readonly gate: RequestGate;
  /** The least time between two requests to the meter. */
  readonly spacing: Duration;
}

type Task = (context: MeterContext, signal: AbortSignal) => Promise<TaskResult>;

/** Reads one meter by its schedule, for as long as nobody stops it. */
export class MeterDesk {
  readonly #parts: DeskParts;
  readonly #lane: MeterLane;
  readonly #tasks: Readonly<Record<TaskName, Task>>;
  readonly #turns = new Map<TaskName, Turn>();
  #cancelUpkeep: Cancel = () => undefined;

  constructor(parts: DeskParts) {
    const { context, gate, spacing } = parts;
    const [captures, events, profiles] = [new CaptureMemory(), new EventMemory(), new ProfileMemory()];
    this.#parts = parts;
    this.#tasks = {
      live: readLive,
      events: (known, signal) => readEvents(known, events, signal),
      captures: (known, signal) => readCaptures(known, captures, signal),
      profiles: (known, signal) => readProfiles(known, profiles, captures, signal),
    };
    this.#lane = new MeterLane({
      meter: context.meter.id,
      clock: context.clock,
      gate,
      spacing,
      run: (task, signal) => attempt(this.#tasks[task], this.#contextOf(task), signal),
    });
    for (const task of taskNames) this.#planTurn(task);
    this.#planUpkeep(phaseOf(context.meter.id, 'upkeep', UPKEEP));
  }

  get context(): MeterContext {
    return this.#parts.context;
  }

  get schedule(): Schedule {
    return this.#parts.schedule;
  }

  /** Somebody has begun to look at the meter. */
  lookNow(): void {
    this.#lane.want('live');
    this.#turns.get('live')?.cancel();
    this.#planTurn('live');
  }

  async stop(): Promise<void> {
    for (const { cancel } of this.#turns.values()) cancel();
    this.#cancelUpkeep();
    await this.#lane.stop();
  }

  /** @param from a turn that has been, or now; a timer may be a moment early, and the turn must not come twice for that */
  #planTurn(task: TaskName, from: Instant = this.context.clock.now()): void {
    const { clock, meter } = this.context;
    const period = this.#periodOf(task);
    const due = addTime(from, timeToTurn(from, period, phaseOf(meter.id, task, period)));
    const wait = Milliseconds(Math.max(0, timeBetween(clock.now(), due)));
    const cancel = clock.after(wait, () => {
      const now = clock.now();
      this.#lane.want(task);
      this.#planTurn(task, isJustAhead(now, due) ? due : now);
    });
    this.#turns.set(task, { due: clock.monotonic() + wait, cancel });
  }

  /** Every so often, before a read is due and while reads go on, what would run out until the next such moment is renewed. */
  #planUpkeep(wait: Duration): void {
    this.#cancelUpkeep = this.context.clock.after(wait, () => {
      this.#planUpkeep(UPKEEP);
      if (this.#lane.isBusy || this.#isDueWithin(UPKEEP_AHEAD)) this.#keepUp();
    });
  }

  #isDueWithin(ahead: Duration): boolean {
    const end = this.context.clock.monotonic() + ahead;
    return [...this.#turns.values()].some(({ due }) => due <= end);
  }

  #keepUp(): void {
    const { meter, log, tend } = this.context;
    tend(UPKEEP_AHEAD).catch((error: unknown) =>
      // Whatever it is, the next read meets it too, and tells.
      log.info('das.upkeep-failed', { meter: meter.id, reason: reasonOf(error) }),
    );
  }

  /** What a task asks of the meter goes through the lane. */
  #contextOf(task: TaskName): MeterContext {
    const { reader } = this.context;
    const get: typeof reader.get = (target, signal) => this.#lane.ask(task, () => reader.get(target, signal));
    return { ...this.context, reader: { get } };
  }

  #periodOf(task: TaskName): Duration {
    const period = this.#parts.schedule[task];
    const isWatched = task === 'live' && this.context.feed.isWatched(this.context.meter.id);
    return isWatched && WATCHED_PERIOD < period ? WATCHED_PERIOD : period;
  }
}

interface Turn {
  /** By the monotonic clock. */
  readonly due: number;
  readonly cancel: Cancel;
}

const UPKEEP: Duration = Seconds(10);
/** Until the next time, and for as long as a renewal may take then. */
const UPKEEP_AHEAD: Duration = Seconds(20);

/** How much earlier than the wall clock says a timer may be; more than that, and the clock was set back. */
const EARLIEST: Duration = Milliseconds(100);

const isJustAhead = (now: Instant, due: Instant): boolean => due > now && timeBetween(now, due) <= EARLIEST;
