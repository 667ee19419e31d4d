import { parseObis } from '#core/obis.ts';
import { clockColumn } from '#cosem/clock.ts';
import { data } from '#cosem/data.ts';
import { type CosemData, integerData, nullData } from '#cosem/data-types.ts';
import { eventColumns, eventHistory, eventObjectNames, eventValues } from '#cosem/event-profile.ts';
import { type Book, books } from '#cosem/events.ts';
import { type CosemObject, createObject } from '#cosem/interface-class.ts';
import { neverPeriodic, profileGeneric } from '#cosem/profile-generic.ts';
import type { StandardObjects, StandardParts } from '#cosem/standard-parts.ts';
import { allTime } from '#cosem/time-span.ts';

const LARGEST_COUNT = 0xffff_ffff;

/** The three event books as profiles, newest event first, and the parts of the newest event as objects. */
export function bookObjects(parts: StandardParts): StandardObjects {
  return { objects: books.flatMap((book) => objectsOf(book, parts)), watchers: [] };
}

function objectsOf(book: Book, parts: StandardParts): readonly CosemObject[] {
  const { identity, zone } = parts;
  const history = eventHistory(parts.books, identity.id, book);
  return [
    createObject(profileGeneric, {
      logicalName: parseObis(`0-0:99.98.${books.indexOf(book)}.255`),
      name: `Event log: ${book}`,
      columns: eventColumns(book, clockColumn),
      history,
      period: neverPeriodic,
      sort: 'lifo',
      sortObject: undefined,
      capacity: LARGEST_COUNT,
      zone,
    }),
    ...partObjects(book, parts),
  ];
}

const NO_EVENT: readonly CosemData[] = [
  integerData('double-long-unsigned', 0n),
  integerData('long-unsigned', 0n),
  { type: 'utf8-string', value: '' },
];

/** Number, code and text of the newest event; 0 and nothing while there is none. */
function partObjects(book: Book, { books: source, identity }: StandardParts): readonly CosemObject[] {
  const { number, code, text } = eventObjectNames(book);
  const newest = (): readonly CosemData[] => {
    const [entry] = source.entries(identity.id, book, allTime, 'newest-first');
    return entry === undefined ? NO_EVENT : eventValues(entry);
  };
  const parts = [
    { obis: number, name: `Number of the last event: ${book}` },
    { obis: code, name: `Code of the last event: ${book}` },
    { obis: text, name: `Text of the last event: ${book}` },
  ];
  return parts.map(({ obis, name }, index) =>
    createObject(data, { logicalName: parseObis(obis), name, value: () => newest()[index] ?? nullData }),
  );
}
