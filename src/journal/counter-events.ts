import type { Quantity } from '#core/quantity.ts';
import type { Sample, SampleFlag } from '#core/sample.ts';
import type { Capture } from './captures.ts';
import type { NewEvent } from './event-books.ts';
import type { EventName } from './event-codes.ts';

/**
 * What a sample's flags make of a counter that stands lower than before. The flags are of the sample as a whole, so the
 * first row that fits counts; a counter that went back over more than half of its way has rather passed its end than been
 * set back a little.
 */
const REASONS = [
  { flag: 'counter-rolled-over', event: 'counter-rolled-over', fits: passedItsEnd },
  { flag: 'counter-reset', event: 'counter-reset', fits: () => true },
  { flag: 'device-restarted', event: 'counter-back-by-restart', fits: () => true },
] as const satisfies readonly {
  flag: SampleFlag;
  event: EventName;
  fits: (from: bigint, to: bigint) => boolean;
}[];

function passedItsEnd(from: bigint, to: bigint): boolean {
  return 2n * to < from;
}

/**
 * Tells when a counter stands lower than it last did, with both values. It goes on from the last capture that has them, so
 * that a step while the service was down is told too, also where the device was away before. The values themselves are
 * never touched.
 */
export class CounterEvents {
  readonly #device: string;
  readonly #counters: readonly string[];
  readonly #last = new Map<string, bigint>();

  /**
   * @param counters the keys of values that only grow
   * @param captures the device's, the newest first; only as many are read as have no counter
   */
  constructor(device: string, counters: readonly string[], captures: Iterable<Capture>) {
    this.#device = device;
    this.#counters = counters;
    for (const { values } of captures) {
      for (const counter of counters) {
        const measured = values.get(counter);
        if (measured?.kind === 'value') this.#last.set(counter, measured.quantity.value);
      }
      if (this.#last.size > 0) return;
    }
  }

  /** Takes the next sample. The events are for the calibration book. */
  note(sample: Sample, sampleNumber: bigint): readonly NewEvent[] {
    return this.#counters.flatMap((counter) => {
      const measured = sample.values.get(counter);
      if (measured?.kind !== 'value') return [];
      const from = this.#last.get(counter);
      const { quantity } = measured;
      this.#last.set(counter, quantity.value);
      if (from === undefined || quantity.value >= from) return [];
      return this.#event(counter, from, quantity, sample.flags, sampleNumber);
    });
  }

  #event(
    counter: string,
    from: bigint,
    { value: to, scaler, unit }: Quantity,
    flags: Sample['flags'],
    sample: bigint,
  ): NewEvent {
    const reason = REASONS.find(({ flag, fits }) => flags.has(flag) && fits(from, to));
    return {
      name: reason?.event ?? 'counter-stepped-back',
      data: { device: this.#device, counter, from, to, scaler: BigInt(scaler), unit: unit.symbol, sample },
    };
  }
}
