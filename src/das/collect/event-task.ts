import type { Instant } from '#core/time.ts';
import { eventName } from '#das/event-names.ts';
import { integerOf } from '#das/measured-values.ts';
import type { StoredEvent } from '#das/reading-store.ts';
import { instantOfData, readProfileRows } from '#representation/profile-rows.ts';
import type { Reading } from '#representation/reading.ts';
import type { MeterContext } from './meter-context.ts';
import type { TaskResult } from './meter-lane.ts';
import { MeterRefusal } from './meter-reader.ts';
import { askProven, keep } from './proven.ts';

interface Book {
  readonly name: string;
  /** The profile that is the book. */
  readonly profile: string;
  /** The object whose value is the number of the newest entry. */
  readonly counter: string;
}

/** @see docs/mapping.md § 6 */
const BOOKS: readonly Book[] = [
  { name: 'system', profile: '7-0000636200ff', counter: '0000600f01ff' },
  { name: 'consumer', profile: '7-0000636201ff', counter: '0000600f02ff' },
  { name: 'calibration', profile: '7-0000636202ff', counter: '0000600f03ff' },
];

/** Entries that are asked for at once. A text of theirs may have some hundred octets; where they have more, half of it is tried. */
const PAGE = 500n;

/** Where a turn through the books stands. */
export class EventMemory {
  turn = 0;
  page = PAGE;
  /** The highest number that was asked for, of each book: some numbers are of other devices. */
  readonly askedUpTo = new Map<string, bigint>();
}

/** One step of bringing a meter's event books here: a page of the book whose turn it is. */
export async function readEvents(context: MeterContext, memory: EventMemory, signal: AbortSignal): Promise<TaskResult> {
  const book = BOOKS[memory.turn];
  if (book === undefined) {
    memory.turn = 0;
    return 'done';
  }
  try {
    if (!(await hasMore(context, memory, book, signal))) memory.turn += 1;
  } catch (error) {
    adapt(error, memory);
  }
  return 'more';
}

/** A book that the meter refuses must not keep the others from being read when the next turn goes on. */
function adapt(error: unknown, memory: EventMemory): void {
  if (error instanceof MeterRefusal && error.problem === 'ANSWER_TOO_LARGE' && memory.page > 1n) {
    memory.page /= 2n;
    return;
  }
  if (error instanceof MeterRefusal) memory.turn += 1;
  throw error;
}

/** Reads a page of a book. @returns whether there is more to read */
async function hasMore(context: MeterContext, memory: EventMemory, book: Book, signal: AbortSignal): Promise<boolean> {
  const newest = await newestNumber(context, book, signal);
  const [kept] = await context.store.events({ meter: context.meter.id, book: book.name, limit: 1 });
  const known = largest(kept?.number ?? 0n, memory.askedUpTo.get(book.name) ?? 0n);
  if (newest === undefined || newest <= known) return false;
  const last = known + memory.page;
  if (!(await keepPage(context, book, { first: known + 1n, last }, signal))) return false;
  memory.askedUpTo.set(book.name, last < newest ? last : newest);
  return last < newest;
}

const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** `undefined` where this client may not read the book, or there is none. */
async function newestNumber(context: MeterContext, book: Book, signal: AbortSignal): Promise<bigint | undefined> {
  try {
    const part = `/objects/1-${book.counter}/attributes/2`;
    const proven = await askProven(context, { part, kind: 'events' }, signal);
    return proven && numberIn(proven.reading);
  } catch (error) {
    if (error instanceof MeterRefusal && error.problem === 'RESOURCE_UNKNOWN') return undefined;
    throw error;
  }
}

function numberIn({ content }: Reading): bigint | undefined {
  const [object] = content.kind === 'objects' ? content.objects : [];
  return integerOf(object?.attributes?.attributes.find(({ id }) => id === 2)?.data);
}

/** @returns whether the page was proven */
async function keepPage(
  context: MeterContext,
  book: Book,
  { first, last }: { readonly first: bigint; readonly last: bigint },
  signal: AbortSignal,
): Promise<boolean> {
  const column = `{long-unsigned:1,octet-string:${book.counter},integer:2,long-unsigned:0}`;
  const range = `sa.fromtype=double-long-unsigned:${first}&sa.totype=double-long-unsigned:${last}`;
  const part = `/objects/${book.profile}/attributes/2?sa.filtercolumn=${encodeURIComponent(column)}&${range}`;
  const proven = await askProven(context, { part, kind: 'events' }, signal);
  if (proven === undefined) return false;
  const events = eventsIn(proven.reading, book, context);
  if (events.length > 0) await keep(context, proven, { values: [], events });
  return true;
}

/** A row of a book: clock, number, code, text. What is no such row is left out. */
function eventsIn({ content }: Reading, book: Book, { zone }: MeterContext): readonly StoredEvent[] {
  const [profile] = content.kind === 'objects' ? content.objects : [];
  const rows = (profile && readProfileRows(profile)?.rows) ?? [];
  return rows.flatMap(([clock, number, code, text]) => {
    const event = { at: instantOfData(clock, zone), number: integerOf(number), code: integerOf(code) };
    return isWhole(event) && text?.type === 'utf8-string'
      ? [
          {
            ...event,
            book: book.name,
            code: Number(event.code),
            event: eventName(Number(event.code)),
            text: text.value,
          },
        ]
      : [];
  });
}

interface WholeEvent {
  readonly at: Instant;
  readonly number: bigint;
  readonly code: bigint;
}

const isWhole = (event: { readonly [Name in keyof WholeEvent]: WholeEvent[Name] | undefined }): event is WholeEvent =>
  event.at !== undefined && event.number !== undefined && event.code !== undefined;
