import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { addTime, type Instant, Minutes } from '#core/time.ts';
import type { EventSink } from './events.ts';
import type { LogicalDevice } from './logical-device.ts';
import type { Snapshot } from './snapshot.ts';
import type { Watcher } from './watcher.ts';

export interface DeviceRoutineParts {
  readonly device: LogicalDevice;
  readonly watchers: readonly Watcher[];
  readonly events: EventSink;
  readonly log: Log;
}

/**
 * How long a watcher is left alone after what it wanted was refused: a breaker that does not answer is not asked every
 * second.
 */
const REST = Minutes(1);

/** What a device does by itself. It is told of every snapshot. */
export class DeviceRoutine {
  readonly #parts: DeviceRoutineParts;
  readonly #resting = new Map<Watcher, Instant>();
  #isBusy = false;

  constructor(parts: DeviceRoutineParts) {
    this.#parts = parts;
  }

  /**
   * Lets every watcher look, one after the other, and resolves when all have. A snapshot that comes meanwhile is passed
   * over: the next one tells as much. Never rejects.
   */
  async observe(snapshot: Snapshot): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (const watcher of this.#parts.watchers) await this.#ask(watcher, snapshot);
    } finally {
      this.#isBusy = false;
    }
  }

  async #ask(watcher: Watcher, snapshot: Snapshot): Promise<void> {
    const { device, events, log } = this.#parts;
    const { actor } = watcher;
    if (snapshot.at < (this.#resting.get(watcher) ?? snapshot.at)) return;
    try {
      await watcher.observe(snapshot, { device, actor, isLocal: true, at: snapshot.at, events });
    } catch (error) {
      this.#resting.set(watcher, addTime(snapshot.at, REST));
      log.warn('cosem.routine-failed', { device: device.id, actor, reason: reasonOf(error) });
    }
  }
}
