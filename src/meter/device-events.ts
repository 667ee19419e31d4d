import type { SampleFlag } from '#core/sample.ts';
import type { Instant } from '#core/time.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import { CounterEvents } from '#journal/counter-events.ts';
import type { NewEvent } from '#journal/event-books.ts';
import type { MeterJournal } from './meter-journal.ts';

/** What is told when something about a device begins, and where there is more to say, when it ends. */
interface Condition {
  readonly flag: SampleFlag;
  readonly begins: (device: string) => NewEvent;
  readonly ends?: (device: string, since: Instant) => NewEvent;
}

const CONDITIONS: readonly Condition[] = [
  {
    flag: 'device-unreachable',
    begins: (device) => ({ name: 'device-unreachable', data: { device } }),
    ends: (device, since) => ({ name: 'device-reachable', data: { device, since } }),
  },
  { flag: 'device-restarted', begins: (device) => ({ name: 'device-restarted', data: { device } }) },
  { flag: 'device-not-identified', begins: (device) => ({ name: 'device-not-identified', data: { device } }) },
];

/** Writes into the books what becomes of a device and of its counters. */
export class DeviceEvents {
  readonly #device: string;
  readonly #journal: MeterJournal;
  readonly #counters: CounterEvents;
  /** When each condition began that holds now. */
  readonly #since = new Map<Condition, Instant>();

  /** @param counters the keys of values that only grow */
  constructor(device: string, counters: readonly string[], journal: MeterJournal) {
    this.#device = device;
    this.#journal = journal;
    this.#counters = new CounterEvents(device, counters, journal.journal.captures.read({ device }, 'newest-first'));
  }

  /** Takes the next snapshot. */
  note({ at, sample, sequenceNumber }: Snapshot): void {
    for (const condition of CONDITIONS) this.#noteCondition(condition, sample.flags.has(condition.flag), at);
    for (const event of this.#counters.note(sample, sequenceNumber)) this.#journal.note(event);
  }

  #noteCondition(condition: Condition, holds: boolean, at: Instant): void {
    const since = this.#since.get(condition);
    if (holds === (since !== undefined)) return;
    if (since === undefined) {
      this.#since.set(condition, at);
      this.#journal.note(condition.begins(this.#device));
      return;
    }
    this.#since.delete(condition);
    const ended = condition.ends?.(this.#device, since);
    if (ended !== undefined) this.#journal.note(ended);
  }
}
