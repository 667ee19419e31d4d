import { CaptureReader } from '#journal/captures.ts';
import { readCheckpoints } from '#journal/checkpoints.ts';
import { EventReader } from '#journal/event-books.ts';
import type { ChainState } from './chain-states.ts';
import type { JournalSource } from './journal-source.ts';

/**
 * Proves what everything else rests on, in a time that does not grow with the journal: the checkpoints, which say where
 * the chains begin, and the last row of each chain, which the next one will follow.
 * @throws SealmeterError (evidence) `JOURNAL_DAMAGED`
 */
export function proveEnds(source: JournalSource): void {
  exhaust(readCheckpoints(source));
  for (const state of source.states()) exhaust(lastRow(source, state));
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
