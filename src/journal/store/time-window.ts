import type { SqliteRow } from '#core/sqlite-row.ts';
import { addTime, type Instant, Milliseconds } from '#core/time.ts';
import { SQL } from '#journal/sql/statements.ts';
import type { ChainState } from './chain-states.ts';
import type { Database } from './database.ts';
import { damaged } from './journal-errors.ts';
import { RowReader } from './row.ts';

/** Start included, end excluded. */
export interface TimeWindow {
  readonly from: Instant;
  readonly to: Instant;
}

interface Numbers {
  readonly first: number;
  readonly last: number;
}

export const isWithin = ({ from, to }: TimeWindow, time: Instant): boolean => time >= from && time < to;

/**
 * Between which numbers the captures of a time window lie; `undefined` for none. Others may lie among them, where the
 * clock was set back.
 *
 * Rows prove themselves, but the index that finds them by time has no hashes. So the rows next to the window are asked
 * for their own time: an index that hides a row is noticed by its neighbour.
 * @throws SealmeterError (evidence) `JOURNAL_DAMAGED`
 */
export function numbersWithin(database: Database, state: ChainState, window: TimeWindow): Numbers | undefined {
  const row = database.get(SQL.numbersBetween, state.id, window.from, window.to) ?? {};
  if (row['first'] === null) return confirmNone(database, state, window);
  const reader = new RowReader(row, state.name);
  const numbers = { first: reader.number('first'), last: reader.number('last') };
  for (const neighbour of [numbers.first - 1, numbers.last + 1]) assertOutside(database, state, neighbour, window);
  return numbers;
}

/** The window that all captures of a chain lie in; `undefined` where it has none. */
export function wholeSpan(database: Database, { id, name }: ChainState): TimeWindow | undefined {
  const row = database.get(SQL.timeSpan, id) ?? {};
  if (row['earliest'] === null) return undefined;
  const reader = new RowReader(row, name);
  return { from: reader.instant('earliest'), to: addTime(reader.instant('latest'), Milliseconds(1)) };
}

function assertOutside(database: Database, { id, name }: ChainState, number: number, window: TimeWindow): void {
  const row = database.get(SQL.captureTime, id, number);
  if (row === undefined) return;
  const where = `${name} ${number}`;
  if (isWithin(window, new RowReader(row, where).instant('capture_time'))) throw damaged(where, 'the index omits it');
}

/** The captures next in time, before and after the window, are next to one another in number too: nothing lies between. */
function confirmNone(database: Database, state: ChainState, window: TimeWindow): Numbers | undefined {
  const { id, first, last } = state;
  const below = numberIn(database.get(SQL.lastBefore, id, window.from)) ?? first - 1;
  const above = numberIn(database.get(SQL.firstFrom, id, window.to)) ?? last.number + 1;
  for (const neighbour of [below, above]) assertOutside(database, state, neighbour, window);
  if (above === below + 1) return undefined;
  // The clock was set: look through all that lies between.
  return { first: Math.max(first, Math.min(below, above)), last: Math.min(last.number, Math.max(below, above)) };
}

const numberIn = (row: SqliteRow | undefined): number | undefined =>
  row === undefined ? undefined : new RowReader(row, 'captures').number('number');
