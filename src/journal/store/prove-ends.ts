import { CaptureReader } from '#journal/captures.ts';
import { proveCheckpoint } from '#journal/checkpoints.ts';
import { EventReader } from '#journal/event-books.ts';
import { SQL } from '#journal/sql/statements.ts';
import type { ChainState } from './chain-states.ts';
import type { JournalSource } from './journal-source.ts';
import { RowReader } from './row.ts';

/**
 * Proves what everything else rests on, in a time that does not grow with the journal: the checkpoints that say where the
 * chains begin, and the last row of each chain and the last checkpoint, which the next ones will follow.
 * @throws SealmeterError (evidence) `JOURNAL_DAMAGED`
 */
export function proveEnds(source: JournalSource): void {
  const states = source.states();
  const numbers = [lastCheckpoint(source), ...states.map((state) => lastCheckpoint(source, state))];
  for (const number of new Set(numbers)) if (number !== undefined) proveCheckpoint(source, number);
  for (const state of states) exhaust(lastRow(source, state));
}

/** The last one, or the last one that speaks of a chain. */
function lastCheckpoint({ database }: JournalSource, state?: ChainState): number | undefined {
  const row = state === undefined ? database.get(SQL.lastCheckpoint) : database.get(SQL.lastCheckpointAbout, state.id);
  return row === undefined ? undefined : new RowReader(row, 'checkpoints').number('number');
}

function lastRow(source: JournalSource, { chain: { kind, subject }, last: { number } }: ChainState): Iterable<unknown> {
  return kind === 'captures'
    ? new CaptureReader(source).read({ device: subject, first: number })
    : new EventReader(source).read({ book: kind, consumer: subject, first: number });
}

/** Reading proves; what was read is not needed. */
function exhaust(rows: Iterable<unknown>): void {
  const iterator = rows[Symbol.iterator]();
  while (iterator.next().done !== true);
}
