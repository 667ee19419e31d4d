import type { Clock } from '#core/clock.ts';
import type { Instant } from '#core/time.ts';
import type { ParameterStore } from '#cosem/parameter-store.ts';
import { CaptureReader, CaptureWriter, type NewCapture } from './captures.ts';
import { capturesOf } from './chains.ts';
import { CheckpointWriter, type SealText } from './checkpoints.ts';
import { EventReader, EventWriter, type NewEvent } from './event-books.ts';
import { journaledParameters } from './parameter-store.ts';
import { type RemovedRows, type RetentionLimits, retain } from './retention.ts';
import { Ledger } from './store/ledger.ts';
import { proveEnds } from './store/prove-ends.ts';

export interface JournalOptions {
  /** Where its files lie; made if it does not exist. */
  readonly folder: string;
  readonly clock: Clock;
  /** After so many entries of the calibration book, parameters can no longer be changed. Default 10,000. */
  readonly calibrationCapacity?: number;
}

const DEFAULT_CALIBRATION_CAPACITY = 10_000;

/** The journal of a running meter, which is its only writer. */
export class Journal implements Disposable {
  /** The captures that are there. */
  readonly captures: CaptureReader;
  /** The event logs. */
  readonly events: EventReader;
  /** What was written into objects. */
  readonly parameters: ParameterStore;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #captureWriter: CaptureWriter;
  readonly #eventWriter: EventWriter;
  readonly #checkpoints: CheckpointWriter;

  /** For {@link openJournal} alone. */
  constructor(ledger: Ledger, { clock, calibrationCapacity = DEFAULT_CALIBRATION_CAPACITY }: JournalOptions) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.captures = new CaptureReader(ledger);
    this.events = new EventReader(ledger);
    this.parameters = journaledParameters(ledger);
    this.#captureWriter = new CaptureWriter(ledger);
    this.#eventWriter = new EventWriter(ledger, { clock, calibrationCapacity });
    this.#checkpoints = new CheckpointWriter(ledger, clock);
  }

  /**
   * Journals a sample, and returns its number when the disk has it.
   * @throws SealmeterError (internal) `JOURNAL_WRITE_FAILED`: it was not journaled; the next attempt may succeed
   * @throws RangeError for a sample that is not newer than the last one of its device
   */
  capture(capture: NewCapture): number {
    return this.#captureWriter.append(capture);
  }

  /**
   * Writes an event into its book, and returns its number there when the disk has it. Its time is now, unless given.
   * @throws AccessRefusal `CALIBRATION_BOOK_FULL`, (internal) `JOURNAL_WRITE_FAILED`
   */
  log(event: NewEvent, at?: Instant): number {
    return this.#eventWriter.append(event, at);
  }

  /**
   * To be asked before a parameter is changed: the event of it would be refused.
   * @throws AccessRefusal `CALIBRATION_BOOK_FULL`
   */
  assertRoomForChange(): void {
    this.#eventWriter.assertRoomForChange();
  }

  /** What `work` journals and logs reaches the disk at once, in one write, or not at all. */
  together<T>(work: () => T): T {
    return this.#ledger.commit(work);
  }

  /** The sample numbers that a device must go on above, whatever else is known of them. */
  samplesUsed(device: string): bigint {
    return this.#ledger.state(capturesOf(device))?.samplesUsed ?? 0n;
  }

  /** Seals where the chains stand. Returns the checkpoint's number, or `undefined` where nothing is new. */
  checkpoint(seal: SealText): Promise<number | undefined> {
    return this.#checkpoints.make({ reason: 'progress', seal });
  }

  /** Lets go of what is beyond the limits, under a sealed checkpoint. */
  retain(limits: RetentionLimits, seal: SealText): Promise<readonly RemovedRows[]> {
    const parts = {
      ledger: this.#ledger,
      checkpoints: this.#checkpoints,
      events: this.#eventWriter,
      clock: this.#clock,
    };
    return retain(parts, limits, seal);
  }

  [Symbol.dispose](): void {
    this.#ledger[Symbol.dispose]();
  }
}

/**
 * Opens the journal of a folder to write it, and makes it where there is none. What a crash has left behind is put in
 * order; what is damaged is left alone.
 * @throws SealmeterError (configuration) `JOURNAL_LOCKED` where another process writes it, `JOURNAL_UNWRITABLE`,
 *   `JOURNAL_NOT_ONE`, `JOURNAL_NEWER`; (evidence) `JOURNAL_DAMAGED`
 */
export function openJournal(options: JournalOptions): Journal {
  using opening = new DisposableStack();
  const ledger = opening.use(new Ledger(options.folder));
  proveEnds(ledger);
  opening.move();
  return new Journal(ledger, options);
}
