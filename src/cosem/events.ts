import type { ObisCode } from '#core/obis.ts';
import type { Instant } from '#core/time.ts';
import type { CosemData } from './data-types.ts';
import type { Order, TimeSpan } from './time-span.ts';

/**
 * The three event books: **system** (how the service and its devices fare), **consumer** (who read what of a consumer's)
 * and **calibration** (what touches measurement).
 */
export const books = ['system', 'consumer', 'calibration'] as const;

export type Book = (typeof books)[number];

/** What objects tell of, each in its book. The numbers that stand in the books are the journal's. */
const EVENTS = {
  'setting-changed': { book: 'system', says: 'a setting that does not touch measurement was written' },
  'script-executed': { book: 'system', says: 'a script was run' },
  'disconnect-ordered': { book: 'system', says: 'the breaker was told to disconnect' },
  'reconnect-ordered': { book: 'system', says: 'the breaker was told to reconnect' },
  'message-shown': { book: 'system', says: 'a message was put on the display' },
  'capture-ordered': { book: 'system', says: 'an entry was captured outside its period' },
  'threshold-crossed': { book: 'system', says: 'a monitored value crossed a threshold' },
  'alarm-raised': { book: 'system', says: 'alarms were raised' },
  'alarm-acknowledged': { book: 'system', says: 'alarms were acknowledged' },
  'image-transfer-initiated': { book: 'system', says: 'the transfer of a firmware image began' },
  'image-verified': { book: 'system', says: 'a transferred firmware image was to be verified' },
  'order-failed': { book: 'system', says: 'what was recorded before this was not carried out' },
  'parameter-changed': { book: 'calibration', says: 'a parameter was written' },
  'clock-set': { book: 'calibration', says: 'the time was set' },
  'tariff-changed': { book: 'calibration', says: 'another tariff was switched to' },
  'calendar-activated': { book: 'calibration', says: 'the passive tariff calendar became the active one' },
  'profile-reset': { book: 'calibration', says: 'a profile was begun anew' },
  'image-activated': { book: 'calibration', says: 'a transferred firmware image was to be activated' },
} as const satisfies Readonly<Record<string, { book: Book; says: string }>>;

export type EventName = keyof typeof EVENTS;

/** The same rows for whoever writes or explains them. */
export const cosemEvents: Readonly<Record<EventName, { readonly book: Book; readonly says: string }>> = EVENTS;

/** Something that happened and is to be kept. */
export interface CosemEvent {
  readonly name: EventName;
  readonly at: Instant;
  /** The logical device that it happened to. */
  readonly ldev: string;
  /** Who did it: a client's id, or the object of the device that acted by itself. */
  readonly actor: string;
  /** What it was done to, and how. Of a write: class, logical name, attribute, the value before, the value. */
  readonly data: CosemData;
  /** What was written or run, where that is what happened. */
  readonly member?: WrittenMember;
}

/** An attribute or a method of an object. */
export interface WrittenMember {
  readonly kind: 'attribute' | 'method';
  readonly classId: number;
  readonly logicalName: ObisCode;
  readonly id: number;
}

/** Where events go. The journal keeps them. */
export interface EventSink {
  /**
   * Keeps the event; it is durable when this returns. It is called before what the event tells of happens.
   * @throws AccessRefusal `CALIBRATION_BOOK_FULL`: then nothing happens
   */
  record(event: CosemEvent): void;
}

/** An event as it stands in its book. */
export interface BookEntry {
  /** From 1, without gaps. */
  readonly number: number;
  readonly at: Instant;
  /** Of the journal's table of events. */
  readonly code: number;
  /** All else, as the journal writes it. */
  readonly text: string;
}

/** Where the books are read from. */
export interface EventBooks {
  /** How many events a book has, as far as it concerns this device. */
  count(ldev: string, book: Book): number;
  /** In the order of their numbers, or backwards; made as they are asked for. */
  entries(ldev: string, book: Book, span: TimeSpan, order: Order): Iterable<BookEntry>;
}
