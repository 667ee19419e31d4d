import type { Clock } from '#core/clock.ts';
import { Hours, type Instant } from '#core/time.ts';
import type { ReadAccess, Witness } from '#http/witness.ts';
import { everyPeriod } from '#journal/capture-schedule.ts';
import type { NewEvent } from '#journal/event-books.ts';

/** A client that reads every second would otherwise fill a book with 86,400 rows a day that say the same. */
const HOURS = everyPeriod(Hours(1));

export interface BookWitnessParts {
  /** The consumer at each device that has one. */
  readonly consumers: ReadonlyMap<string, string>;
  /** Never throws. */
  readonly note: (event: NewEvent) => void;
  readonly clock: Clock;
}

/**
 * Writes into the books who reads what of a consumer's, and who is refused: when it happens first in an hour of the clock,
 * and not again in that hour. There are only so many clients, objects and reasons, so that nobody fills a book.
 */
export class BookWitness implements Witness {
  readonly #parts: BookWitnessParts;
  readonly #told = new Set<string>();
  #hour: Instant;

  constructor(parts: BookWitnessParts) {
    this.#parts = parts;
    this.#hour = HOURS.atOrBefore(parts.clock.now());
  }

  read({ client, ldev: device, resource, sealed: isSealed, sample }: ReadAccess): void {
    const consumer = this.#parts.consumers.get(device);
    if (consumer === undefined) return;
    const sealed = isSealed ? 'yes' : 'no';
    if (!this.#isFirst(['read', client, device, resource, sealed])) return;
    this.#parts.note({ name: 'read', consumer, data: { device, client, resource, sealed, sample } });
  }

  refused(problem: string, client = 'unknown'): void {
    if (this.#isFirst(['refused', client, problem]))
      this.#parts.note({ name: 'client-refused', data: { client, problem } });
  }

  #isFirst(what: readonly string[]): boolean {
    const hour = HOURS.atOrBefore(this.#parts.clock.now());
    if (hour !== this.#hour) this.#told.clear();
    this.#hour = hour;
    const key = what.join(' ');
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    return true;
  }
}
