import type { Clock } from '#core/clock.ts';
import { pragma } from '#core/sqlite-schema.ts';
import { type Duration, Instant } from '#core/time.ts';
import { CaptureReader } from './captures.ts';
import type { CheckpointWriter, SealText } from './checkpoints.ts';
import { EventReader, type EventWriter } from './event-books.ts';
import { SQL } from './sql/statements.ts';
import type { ChainState } from './store/chain-states.ts';
import type { Database } from './store/database.ts';
import type { Ledger } from './store/ledger.ts';
import { RowReader } from './store/row.ts';

/** How long and how much is kept. Nothing is let go of by a limit that is left out; the calibration book never is. */
export interface RetentionLimits {
  readonly captures?: Duration;
  readonly events?: Duration;
  /** Of the database; beyond it the oldest captures go, of whichever device. */
  readonly bytes?: number;
}

/** Rows that were let go of. */
export interface RemovedRows {
  readonly chain: string;
  readonly first: number;
  readonly last: number;
}

/** One step lets go of so many rows of a chain at most, so that no commit takes long. */
const ROWS_PER_STEP = 5_000;

/** What a row takes beside its values and its document: numbers, hashes, its places in the indexes. */
const ROW_OVERHEAD = 220;

export interface RetentionParts {
  readonly ledger: Ledger;
  readonly checkpoints: CheckpointWriter;
  readonly events: EventWriter;
  readonly clock: Clock;
}

/**
 * Lets go of the rows beyond the limits, oldest first. Before they go, a sealed checkpoint says which is the first row
 * that is kept and what the hash of the one before it was: the chain of what remains verifies as before. The last row of
 * each chain stays, whatever its age.
 */
export async function retain(
  parts: RetentionParts,
  limits: RetentionLimits,
  seal: SealText,
): Promise<readonly RemovedRows[]> {
  const removed: RemovedRows[] = [];
  for (;;) {
    const firsts = planStep(parts.ledger, limits, parts.clock.now());
    if (firsts.size === 0) return removed;
    removed.push(...(await removeBelow(parts, firsts, seal)));
  }
}

/** The new first row of each chain that has rows to let go of, by the chain's name. */
function planStep(ledger: Ledger, limits: RetentionLimits, now: Instant): ReadonlyMap<string, number> {
  const firsts = new Map<string, number>();
  const states = ledger.states().filter(({ chain }) => chain.kind !== 'calibration');
  const bySize = firstsBySize(ledger.database, limits.bytes);
  for (const state of states) {
    const age = state.chain.kind === 'captures' ? limits.captures : limits.events;
    const byAge = age === undefined ? 0 : firstSince(ledger.database, state, Instant(now - age));
    const wanted = Math.max(byAge, bySize.get(state.id) ?? 0);
    const first = Math.min(wanted, state.last.number, state.first + ROWS_PER_STEP);
    if (first > state.first) firsts.set(state.name, first);
  }
  return firsts;
}

/** The first row that is young enough, or the last one where none is. */
function firstSince(database: Database, { id, chain, last, name }: ChainState, since: Instant): number {
  const row = database.get(chain.kind === 'captures' ? SQL.firstCaptureSince : SQL.firstEventSince, id, since) ?? {};
  return row['number'] === null ? last.number : new RowReader(row, name).number('number');
}

/** By the chain's id: where each chain would have to begin for the database to be small enough. */
function firstsBySize(database: Database, limit: number | undefined): ReadonlyMap<number, number> {
  const firsts = new Map<number, number>();
  let excess = limit === undefined ? 0 : bytesUsed(database) - limit;
  if (excess <= 0) return firsts;
  for (const row of database.all(SQL.oldestCaptures, ROWS_PER_STEP)) {
    if (excess <= 0) break;
    const reader = new RowReader(row, 'captures');
    firsts.set(reader.number('chain'), reader.number('number') + 1);
    excess -= reader.number('size') + ROW_OVERHEAD;
  }
  return firsts;
}

/** Without the pages that are free to be used again: the file itself does not shrink. */
const bytesUsed = (database: Database): number =>
  (pragma(database, 'page_count') - pragma(database, 'freelist_count')) * pragma(database, 'page_size');

async function removeBelow(
  { ledger, checkpoints, events }: RetentionParts,
  firsts: ReadonlyMap<string, number>,
  seal: SealText,
): Promise<readonly RemovedRows[]> {
  const goers = ledger.states().filter(({ name }) => firsts.has(name));
  const changes = new Map(
    goers.map((state) => {
      const first = firsts.get(state.name) ?? state.first;
      return [state.name, { first, before: hashBefore(ledger, state, first) }];
    }),
  );
  const removed = goers.map(({ name, first }) => ({ chain: name, first, last: (firsts.get(name) ?? first) - 1 }));
  await checkpoints.make({
    reason: 'retention',
    seal,
    change: ({ name }) => changes.get(name) ?? {},
    alongWith() {
      for (const { id, chain, name } of goers) {
        const statement = chain.kind === 'captures' ? SQL.deleteCaptures : SQL.deleteEvents;
        ledger.database.run(statement, id, firsts.get(name) ?? 0);
      }
      for (const { chain, first, last } of removed) {
        events.append({ name: 'rows-removed', data: { chain, from: BigInt(first), to: BigInt(last) } });
      }
    },
  });
  return removed;
}

/** Out of the row that will be the first: it has been proven when it is read. */
function hashBefore(ledger: Ledger, { chain }: ChainState, first: number): Uint8Array {
  const range = { first, last: first };
  const rows =
    chain.kind === 'captures'
      ? new CaptureReader(ledger).read({ device: chain.subject, ...range })
      : new EventReader(ledger).read({ book: chain.kind, consumer: chain.subject, ...range });
  for (const { previous } of rows) return previous;
  throw new RangeError(`${chain.kind}/${chain.subject}: no row ${first}`);
}
