import { equalBytes } from '#core/bytes.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import type { Chain } from '#journal/chains.ts';
import { SQL } from '#journal/sql/statements.ts';
import type { ChainState } from './chain-states.ts';
import { damaged } from './journal-errors.ts';
import type { JournalSource } from './journal-source.ts';
import { RowReader } from './row.ts';

/** What all rows of chains have, whatever they record. */
export interface ChainRow {
  readonly number: number;
  /** The hash of the row before. */
  readonly previous: Uint8Array;
  readonly hash: Uint8Array;
}

/** How the rows of a chain are read. */
export interface RowSource<Row extends ChainRow> {
  /** A statement that takes the chain's id, the first number, the last number and a limit. */
  readonly page: string;
  /** A statement that takes the chain's id and a number, and finds the last row that is not above it. */
  readonly lastUpTo: string;
  /** Makes a row of what the database has, and proves that it is what its own hash says. */
  readonly read: (state: ChainState, row: SqliteRow) => Row;
}

/** Rows are fetched in pages: memory stays bounded, and a reader that pauses holds nothing open in the database. */
const ROWS_PER_PAGE = 32;

/**
 * The rows of a chain from `first` to `last`, one after the other without a gap, each following the one before. Whatever
 * is missing or changed ends the reading with an error; nothing that is not proven comes out.
 * @throws SealmeterError (evidence) `JOURNAL_DAMAGED`
 */
export function* readChain<Row extends ChainRow>(
  source: JournalSource,
  chain: Chain,
  { first, last }: { readonly first: number; readonly last: number },
  { page, read }: RowSource<Row>,
): Generator<Row, void, undefined> {
  const end = Math.min(last, source.state(chain)?.last.number ?? 0);
  let expected = first;
  let before: Uint8Array | undefined;
  while (expected <= end) {
    const state = source.state(chain);
    if (state === undefined) return;
    // What has been let go of, perhaps since the last page, is not missing.
    if (expected <= state.first) [expected, before] = [state.first, state.before];
    const found = source.database.all(page, state.id, expected, end, ROWS_PER_PAGE);
    for (const one of found) {
      const row = read(state, one);
      assertFollows(source, state, row, { expected, before });
      yield row;
      [expected, before] = [row.number + 1, row.hash];
    }
    if (found.length === ROWS_PER_PAGE) continue;
    if (expected <= end) assertDeclaredLost(source, state, expected, end);
    return;
  }
}

/**
 * The same rows, the last one first.
 * @throws SealmeterError (evidence) `JOURNAL_DAMAGED`
 */
export function* readChainBackwards<Row extends ChainRow>(
  source: JournalSource,
  chain: Chain,
  { first, last }: { readonly first: number; readonly last: number },
  rows: RowSource<Row>,
): Generator<Row, void, undefined> {
  let end = last;
  let size = FIRST_PAGE_BACKWARDS;
  let after: ChainRow | undefined;
  for (;;) {
    const state = source.state(chain);
    const newest = state === undefined ? undefined : lastUpTo(source, state, end, rows);
    if (newest === undefined || newest < first) return;
    const start = Math.max(first, newest - size + 1);
    const page = [...readChain(source, chain, { first: start, last: newest }, rows)].toReversed();
    if (after !== undefined && !equalBytes(after.previous, page[0]?.hash ?? after.previous)) {
      throw damaged(`${state?.name} ${after.number}`, 'it does not follow the row before');
    }
    yield* page;
    after = page.at(-1);
    end = start - 1;
    size = Math.min(4 * size, ROWS_PER_PAGE);
  }
}

/** Whoever reads backwards mostly wants the newest few. */
const FIRST_PAGE_BACKWARDS = 4;

/** The last row that is not above a number: there may be none for long below it, where rows were lost. */
function lastUpTo<Row extends ChainRow>(
  { database }: JournalSource,
  { id, name, last }: ChainState,
  number: number,
  rows: RowSource<Row>,
): number | undefined {
  const found = database.get(rows.lastUpTo, id, Math.min(number, last.number)) ?? {};
  return found['number'] === null ? undefined : new RowReader(found, name).number('number');
}

function assertFollows(
  source: JournalSource,
  state: ChainState,
  { number, previous, hash }: ChainRow,
  { expected, before }: { readonly expected: number; readonly before: Uint8Array | undefined },
): void {
  const where = `${state.name} ${number}`;
  if (number !== expected) assertDeclaredLost(source, state, expected, number - 1);
  if (before !== undefined && !equalBytes(previous, before)) throw damaged(where, 'it does not follow the row before');
  if (number === state.last.number && !equalBytes(hash, state.last.hash)) throw damaged(where, 'it is another row');
}

/** A loss is no gap where a sealed checkpoint has declared it. */
function assertDeclaredLost({ database }: JournalSource, { id, name }: ChainState, first: number, last: number): void {
  if (database.get(SQL.declaredLoss, id, first, last) !== undefined) return;
  throw damaged(`${name} ${first}`, first === last ? 'the row is missing' : `the rows up to ${last} are missing`);
}
