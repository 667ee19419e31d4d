import { addTime, type Instant, Milliseconds } from '#core/time.ts';
import { AccessRefusal } from './access-result.ts';
import { type CaptureObject, isSameColumn } from './capture-object.ts';
import { type CosemData, nullData, structure } from './data-types.ts';
import { instantOf } from './date-time.ts';
import type { ProfileRow, SortMethod } from './profile-generic.ts';
import type { EntryRange, NumberRange, ProfileEntry, ProfileHistory } from './profile-history.ts';
import type { BufferSelection, ColumnSelection } from './selective-access.ts';
import { integerIn } from './shape.ts';
import { allTime, isWithin, type TimeSpan } from './time-span.ts';

const CLOCK_CLASS = 8;
/** As fine as a date-time is written: what is shown as equal is equal. */
const RESOLUTION = Milliseconds(10);

/**
 * The rows of a buffer that were asked for, each a structure, made one after the other.
 * @throws AccessRefusal `SELECTION_UNSUITABLE` at once, before the first row
 */
export function selectRows(row: ProfileRow, selection: BufferSelection = {}): Iterable<CosemData> {
  const columns = chooseColumns(row.columns, selection.columns);
  const range = rangeOf(row, selection);
  const span = intersection(selection.time ?? allTime, range.found);
  const { entries, count = Number.POSITIVE_INFINITY } = selection;
  const wanted = {
    holds: (entry: ProfileEntry) => isWithin(span, entry.at) && range.holds(entry),
    // Places count through the whole buffer, so nothing may be left out before they are counted.
    range: entries === undefined ? { ...range.found, ...span } : allTime,
    from: entries?.from ?? 1,
    to: entries?.to ?? Number.POSITIVE_INFINITY,
    count,
  };
  return rowsOf(row, wanted, (values) => structure(...columns.map((index) => values[index] ?? nullData)));
}

interface Wanted {
  readonly holds: (entry: ProfileEntry) => boolean;
  readonly range: EntryRange;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

function* rowsOf(
  row: ProfileRow,
  { holds, range, from, to, count }: Wanted,
  toRow: (values: readonly CosemData[]) => CosemData,
): Generator<CosemData, void, undefined> {
  let place = 0;
  let given = 0;
  for (const entry of sorted(row, range)) {
    place += 1;
    if (place > to || given >= count) return;
    if (place < from || !holds(entry)) continue;
    given += 1;
    yield toRow(entry.values);
  }
}

function sorted({ history, sort, sortObject, columns }: ProfileRow, range: EntryRange): Iterable<ProfileEntry> {
  if (sort === 'fifo') return history.entries(range, 'oldest-first');
  if (sort === 'lifo') return history.entries(range, 'newest-first');
  const column = columns.findIndex((candidate) => sortObject !== undefined && isSameColumn(candidate, sortObject));
  return sortedBy(history, range, ORDERS[sort], (entry) => integerIn(entry.values[column]) ?? 0n);
}

type Comparison = (a: bigint, b: bigint) => bigint;

const size = (value: bigint): bigint => (value < 0n ? -value : value);

const ORDERS: Readonly<Record<Exclude<SortMethod, 'fifo' | 'lifo'>, Comparison>> = {
  largest: (a, b) => b - a,
  smallest: (a, b) => a - b,
  'nearest-to-zero': (a, b) => size(a) - size(b),
  'farthest-from-zero': (a, b) => size(b) - size(a),
};

/** All of them have to be there before the first can be given. */
function sortedBy(
  history: ProfileHistory,
  range: EntryRange,
  compare: Comparison,
  key: (entry: ProfileEntry) => bigint,
): readonly ProfileEntry[] {
  return [...history.entries(range, 'oldest-first')].sort((a, b) => sign(compare(key(a), key(b))));
}

function sign(value: bigint): number {
  if (value === 0n) return 0;
  return value > 0n ? 1 : -1;
}

/** The places of the wanted columns, from 0. */
function chooseColumns(columns: readonly CaptureObject[], selection: ColumnSelection | undefined): readonly number[] {
  if (selection === undefined) return columns.map((_, index) => index);
  if ('objects' in selection) return selection.objects.map((object) => placeOf(columns, object));
  const { from, to = columns.length } = selection;
  if (from < 1 || to > columns.length || from > to) {
    throw new AccessRefusal('SELECTION_UNSUITABLE', `columns ${from} to ${to}: there are 1 to ${columns.length}`);
  }
  return columns.map((_, index) => index).slice(from - 1, to);
}

function placeOf(columns: readonly CaptureObject[], wanted: CaptureObject): number {
  const place = columns.findIndex((column) => isSameColumn(column, wanted));
  if (place < 0) throw new AccessRefusal('SELECTION_UNSUITABLE', 'the profile has no such column');
  return place;
}

interface RangeFilter {
  /** As far as the history finds it by itself. */
  readonly found: EntryRange;
  readonly holds: (entry: ProfileEntry) => boolean;
}

/**
 * A range of the clock is one of time, which the history finds by itself, as it finds numbers where it has them; any other
 * is looked at entry by entry.
 */
function rangeOf(row: ProfileRow, { range }: BufferSelection): RangeFilter {
  const { columns, sortObject, numberColumn, zone } = row;
  if (range === undefined) return { found: allTime, holds: () => true };
  const column = range.column ?? sortObject ?? columns.find(({ classId }) => classId === CLOCK_CLASS);
  if (column === undefined) throw new AccessRefusal('SELECTION_UNSUITABLE', 'the range names no column');
  const place = placeOf(columns, column);
  if (column.classId === CLOCK_CLASS) {
    const end = range.to && instantIn(range.to, zone);
    const to = end === undefined ? undefined : addTime(end, RESOLUTION);
    return { found: { from: range.from && instantIn(range.from, zone), to }, holds: () => true };
  }
  const [least, most] = [range.from && integerAt(range.from), range.to && integerAt(range.to)];
  const isNumber = numberColumn !== undefined && isSameColumn(column, numberColumn);
  return {
    found: isNumber ? { ...allTime, numbers: numbersFrom(least, most) } : allTime,
    holds({ values }) {
      const value = integerIn(values[place]);
      return value !== undefined && (least === undefined || value >= least) && (most === undefined || value <= most);
    },
  };
}

/** Numbers are far below what a `number` cannot hold. */
const numbersFrom = (least = 0n, most = BigInt(Number.MAX_SAFE_INTEGER)): NumberRange => ({
  first: Number(least),
  last: Number(most),
});

function instantIn(data: CosemData, zone: ProfileRow['zone']): Instant {
  const octets = data.type === 'octet-string' || data.type === 'date-time' ? data.value : new Uint8Array();
  const instant = octets.length === 12 ? instantOf(octets, zone) : undefined;
  if (instant === undefined) throw new AccessRefusal('SELECTION_UNSUITABLE', 'the range is no whole date-time');
  return instant;
}

function integerAt(data: CosemData): bigint {
  const value = integerIn(data);
  if (value === undefined) throw new AccessRefusal('SELECTION_UNSUITABLE', `a range of ${data.type} is not possible`);
  return value;
}

function intersection(a: TimeSpan, b: TimeSpan): TimeSpan {
  return { from: latest(a.from, b.from), to: earliest(a.to, b.to) };
}

const latest = (a: Instant | undefined, b: Instant | undefined): Instant | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

const earliest = (a: Instant | undefined, b: Instant | undefined): Instant | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;
