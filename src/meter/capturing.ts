import type { Clock } from '#core/clock.ts';
import type { Instant } from '#core/time.ts';
import { SampledDevice, type SampledDeviceParts } from '#cosem/sampled-device.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import { type Column, columnsOf } from '#journal/capture-columns.ts';
import { type CaptureTimes, DueTimes } from '#journal/capture-schedule.ts';
import { snapshotReading } from '#representation/reading.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { ALL_RIGHTS } from './all-rights.ts';
import type { MeterJournal } from './meter-journal.ts';

export interface CapturingParts {
  readonly identity: Pick<SampledDeviceParts, 'id' | 'meterNumber' | 'locationId'>;
  readonly rows: SampledDeviceParts['rows'];
  readonly times: CaptureTimes;
  readonly journal: MeterJournal;
  readonly clock: Clock;
}

/**
 * Captures a device's samples when they are due: of each moment the first sample that was taken after it, by the time of
 * the sample itself, so that neither a slow device nor a late timer makes it that of another moment. What is sealed is
 * all that the device measures, and nothing that the service knows beside.
 */
export class Capturing implements AsyncDisposable {
  readonly #parts: CapturingParts;
  readonly #columns: readonly Column[];
  /** The device without what stands beside its measurands. */
  readonly #measured: SampledDevice;
  readonly #due: DueTimes;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: CapturingParts) {
    const { identity, rows, times, clock } = parts;
    this.#parts = parts;
    this.#columns = columnsOf(rows);
    this.#measured = new SampledDevice({ ...identity, rows, start: { at: clock.now(), sequenceNumber: 0n } });
    this.#due = new DueTimes(times, clock.now());
  }

  /** Takes the next sample, in the order of their numbers. */
  offer(snapshot: Snapshot): void {
    const due = this.#due.take(snapshot.at);
    if (due !== undefined) this.#last = this.#last.then(() => this.#capture(due, snapshot));
  }

  /** Resolves when what was offered is journaled. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
  }

  #capture(captureTime: Instant, snapshot: Snapshot): Promise<void> {
    const unsigned = writeMeasurementData(snapshotReading(this.#measured, snapshot, ALL_RIGHTS));
    return this.#parts.journal.capture({
      device: this.#parts.identity.id,
      captureTime,
      snapshot,
      columns: this.#columns,
      unsigned,
    });
  }
}
