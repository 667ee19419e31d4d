import { parseObis } from '#core/obis.ts';
import type { CaptureObject } from './capture-object.ts';
import { type CosemData, integerData, octetString } from './data-types.ts';
import { dateTimeOctets } from './date-time.ts';
import { type Book, type BookEntry, books, type EventBooks } from './events.ts';
import type { ProfileEntry, ProfileHistory } from './profile-history.ts';

/*
 * An event book as the buffer of a profile: clock, number, code, and all else as a text. The last three are objects of their
 * own, whose values are those of the newest event.
 */

/** The objects that stand for the parts of an event, by book. */
export interface EventObjectNames {
  readonly number: string;
  readonly code: string;
  /** No standard code: group E from 128 is the manufacturer's. */
  readonly text: string;
}

export const eventObjectNames = (book: Book): EventObjectNames => {
  const index = books.indexOf(book);
  return {
    number: `0-0:96.15.${EVENT_COUNTER_BASE + index}.255`,
    code: `0-0:96.11.${index}.255`,
    text: `0-0:96.11.${128 + index}.255`,
  };
};

/** Counter 0 is a PAC3200's own (limit violations). */
const EVENT_COUNTER_BASE = 1;

export function eventColumns(book: Book, clock: CaptureObject): readonly CaptureObject[] {
  const { number, code, text } = eventObjectNames(book);
  const value = (name: string): CaptureObject => ({
    classId: 1,
    logicalName: parseObis(name),
    attribute: 2,
    dataIndex: 0,
  });
  return [clock, value(number), value(code), value(text)];
}

/** A book as far as it concerns one device. Nobody appends to it from here, and nobody clears it. */
export const eventHistory = (source: EventBooks, ldev: string, book: Book): ProfileHistory => ({
  count: () => source.count(ldev, book),
  *entries(span, order) {
    for (const entry of source.entries(ldev, book, span, order)) yield profileEntry(entry);
  },
});

const profileEntry = (entry: BookEntry): ProfileEntry => ({
  at: entry.at,
  values: [octetString(dateTimeOctets(entry.at)), ...eventValues(entry)],
});

/** Number, code, text. */
export const eventValues = ({ number, code, text }: BookEntry): readonly CosemData[] => [
  integerData('double-long-unsigned', BigInt(number)),
  integerData('long-unsigned', BigInt(code)),
  { type: 'utf8-string', value: text },
];
