import { join } from 'node:path';
import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { Sample } from '#core/sample.ts';
import { DeviceRoutine } from '#cosem/device-routine.ts';
import { SampledDevice, type SampledDeviceParts } from '#cosem/sampled-device.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import type { StandardObjects } from '#cosem/standard-parts.ts';
import type { ClockWatch } from '#journal/clock-watch.ts';
import { eventSink } from '#journal/cosem-events.ts';
import type { Journal } from '#journal/journal.ts';
import { SequenceNumbers } from '#journal/sequence-numbers.ts';

export interface NumberingParts {
  /** Where what has to survive a restart is kept. */
  readonly stateFolder: string;
  readonly journal: Journal;
  /** Says what is to be known of the clock with the next sample of a device. */
  readonly clockWatch: Pick<ClockWatch, 'flags'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The numbers of a device's samples, above all that its journal knows of. */
export const sequenceNumbers = (stateFolder: string, id: string, journal: Journal): SequenceNumbers =>
  new SequenceNumbers(join(stateFolder, 'sequence', encodeURIComponent(id)), journal.samplesUsed(id));

type Measuring = Pick<SampledDeviceParts, 'id' | 'meterNumber' | 'locationId' | 'rows'>;

/**
 * A logical device whose samples are numbered so that no number comes twice, over restarts too, and which after each
 * does what its objects do by themselves.
 */
export class NumberedDevice implements AsyncDisposable {
  readonly device: SampledDevice;
  readonly #numbers: SequenceNumbers;
  readonly #routine: DeviceRoutine;
  readonly #clockWatch: NumberingParts['clockWatch'];
  #acting: Promise<unknown> = Promise.resolve();

  constructor(measuring: Measuring, { objects, watchers }: StandardObjects, parts: NumberingParts) {
    const { stateFolder, journal, clockWatch, clock, log } = parts;
    const { id } = measuring;
    this.#numbers = sequenceNumbers(stateFolder, id, journal);
    const start = { at: clock.now(), sequenceNumber: this.#numbers.next() };
    this.device = new SampledDevice({ ...measuring, others: objects, start });
    this.#clockWatch = clockWatch;
    this.#routine = new DeviceRoutine({ device: this.device, watchers, events: eventSink(journal), log });
  }

  accept(sample: Sample): Snapshot {
    const clockFlags = this.#clockWatch.flags(this.device.id);
    const snapshot = this.device.accept(sample, this.#numbers.next(), clockFlags);
    this.#acting = Promise.all([this.#acting, this.#routine.observe(snapshot)]);
    return snapshot;
  }

  /** Resolves when nothing is being done any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#acting;
  }
}
