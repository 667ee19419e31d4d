import type { NewCapture } from './captures.ts';
import type { Journal } from './journal.ts';

export interface DeviceExchange {
  /** The logical device: the metering point stays, the meter behind it is another one. */
  readonly device: string;
  readonly oldMeterNumber: string;
  readonly newMeterNumber: string;
  /**
   * The final readings of the old device, sealed. `undefined` where it cannot be read any more: then its last capture is
   * the final one.
   */
  readonly final: NewCapture | undefined;
  /** The initial readings of the new device, sealed. */
  readonly initial: NewCapture;
  /** Who exchanged it. */
  readonly by: string;
}

/** Where the exchange stands in the journal. */
export interface RecordedExchange {
  /** 0 where there never was one. */
  readonly finalCapture: number;
  readonly initialCapture: number;
  /** In the calibration book. */
  readonly event: number;
}

/**
 * Records that a measuring device was exchanged: its final and the initial readings of the new one as captures out of
 * turn, and the event that joins them; all of it or nothing.
 * @throws AccessRefusal `CALIBRATION_BOOK_FULL`, (internal) `JOURNAL_WRITE_FAILED`
 */
export function recordExchange(
  journal: Journal,
  { device, oldMeterNumber, newMeterNumber, final, initial, by }: DeviceExchange,
): RecordedExchange {
  return journal.together(() => {
    journal.assertRoomForChange();
    const finalCapture = final === undefined ? (journal.captures.last(device)?.number ?? 0) : journal.capture(final);
    const initialCapture = journal.capture(initial);
    const event = journal.log({
      name: 'device-exchanged',
      data: {
        device,
        oldMeterNumber,
        newMeterNumber,
        finalCapture: BigInt(finalCapture),
        initialCapture: BigInt(initialCapture),
        by,
      },
    });
    return { finalCapture, initialCapture, event };
  });
}
