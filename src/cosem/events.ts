import type { Instant } from '#core/time.ts';
import type { CosemData } from './data-types.ts';
import type { Book, EventName } from './event-codes.ts';
import type { TimeSpan } from './time-span.ts';

/** Something that happened and is to be kept; `event-codes.ts` says in which book. */
export interface CosemEvent {
  readonly name: EventName;
  readonly at: Instant;
  /** The logical device that it happened to. */
  readonly ldev: string;
  /** Who did it: a client's id, or the object of the device that acted by itself. */
  readonly actor: string;
  /** What it was done to, and how: `null-data` where the name says it all. */
  readonly data: CosemData;
}

/** Where events go. The journal implements it. */
export interface EventSink {
  /**
   * Keeps the event; it is durable when this returns. It is called before what the event tells of happens.
   * @throws AccessRefusal `EVENT_BOOK_FULL`: then nothing happens
   */
  record(event: CosemEvent): void;
}

/** An event in its book. */
export interface BookEntry {
  /** From 1, without gaps, for one book of one logical device. */
  readonly number: bigint;
  readonly at: Instant;
  readonly code: number;
  readonly actor: string;
  readonly data: CosemData;
}

/** Where the books are read from. The journal implements it. */
export interface EventBooks {
  count(ldev: string, book: Book): number;
  /** In the order of their numbers, or backwards; read as they are asked for. */
  entries(ldev: string, book: Book, span: TimeSpan, order: 'oldest-first' | 'newest-first'): Iterable<BookEntry>;
}
