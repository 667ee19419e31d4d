import type { SqliteRow } from '#core/sqlite-row.ts';
import { type Chain, chainKinds, chainName } from '#journal/chains.ts';
import { SQL } from '#journal/sql/statements.ts';
import type { Database } from './database.ts';
import { chainStart } from './hash-chain.ts';
import type { Head, Heads } from './heads-file.ts';
import { damaged } from './journal-errors.ts';
import { RowReader } from './row.ts';

/** Where a chain begins today and where it ends. */
export interface ChainState {
  readonly id: number;
  readonly chain: Chain;
  readonly name: string;
  /** The first row that is kept. What stands before it was let go of under a sealed checkpoint. */
  readonly first: number;
  /** The hash of the row before the first. */
  readonly before: Uint8Array;
  /** The last row; number `first - 1` and hash `before` where there is none. */
  readonly last: Head;
  /** The number that the next row gets: one more than the last, unless a sealed checkpoint declares a loss. */
  readonly next: number;
  /** Sample numbers up to this one have been used, or may have been. 0 for a book. */
  readonly samplesUsed: bigint;
}

/** What a sealed checkpoint says of one chain. */
export interface Statement {
  readonly first: number;
  readonly before: Uint8Array;
  readonly last: Head;
  readonly next: number;
  readonly samplesUsed: bigint;
}

/** A chain that has no row yet. */
export function newChainState(id: number, chain: Chain, journal: Uint8Array): ChainState {
  const name = chainName(chain);
  const before = chainStart(journal, name);
  return { id, chain, name, first: 1, before, last: { number: 0, hash: before }, next: 1, samplesUsed: 0n };
}

/** @throws SealmeterError (evidence) `JOURNAL_DAMAGED` */
export function readChainStates(database: Database, journal: Uint8Array): Map<string, ChainState> {
  const states = database.all(SQL.chains).map((row) => readState(database, journal, row));
  return new Map(states.map((state) => [state.name, state]));
}

/** One of them, or `undefined` where the chain has no row yet. */
export function readChainState(database: Database, journal: Uint8Array, chain: Chain): ChainState | undefined {
  const row = database.get(SQL.chain, chain.kind, chain.subject);
  return row === undefined ? undefined : readState(database, journal, row);
}

function readState(database: Database, journal: Uint8Array, row: SqliteRow): ChainState {
  const reader = new RowReader(row, 'chains');
  const kindName = reader.text('kind');
  const kind = chainKinds.find((known) => known === kindName);
  if (kind === undefined) throw damaged('chains', `there is no kind "${kindName}"`);
  const empty = newChainState(reader.number('id'), { kind, subject: reader.text('subject') }, journal);
  const statement = lastStatement(database, empty);
  const began = statement === undefined ? empty : { ...empty, first: statement.first, before: statement.before };
  const last = readLast(database, began);
  return {
    ...began,
    last: last?.head ?? { number: began.first - 1, hash: began.before },
    next: Math.max((last?.head.number ?? 0) + 1, statement?.next ?? 1),
    samplesUsed: largest(last?.sampleNumber ?? 0n, statement?.samplesUsed ?? 0n),
  };
}

export function lastStatement(database: Database, { id, name }: ChainState): Statement | undefined {
  const row = database.get(SQL.lastStatement, id);
  return row === undefined ? undefined : readStatement(row, name);
}

/** A row of `checkpoint_chains`. */
export function readStatement(row: SqliteRow, name: string): Statement {
  const reader = new RowReader(row, `checkpoint of ${name}`);
  return {
    first: reader.number('first'),
    before: reader.bytes('before'),
    last: { number: reader.number('last'), hash: reader.bytes('last_hash') },
    next: reader.number('next'),
    samplesUsed: reader.bigint('samples_used'),
  };
}

function readLast(
  database: Database,
  { id, chain, name }: ChainState,
): { head: Head; sampleNumber: bigint } | undefined {
  const isCaptures = chain.kind === 'captures';
  const row = database.get(isCaptures ? SQL.lastCapture : SQL.lastEvent, id);
  if (row === undefined) return undefined;
  const reader = new RowReader(row, `${name}, last row`);
  const head = { number: reader.number('number'), hash: reader.bytes('hash') };
  return { head, sampleNumber: isCaptures ? reader.bigint('sample_number') : 0n };
}

/** The name of the checkpoints among the heads. They are a chain too, though none that they could speak of. */
const CHECKPOINTS = 'checkpoints';

/** The last row of every chain, the checkpoints among them. */
export function readHeadsOf(database: Database, states: Iterable<ChainState>): ReadonlyMap<string, Head> {
  const heads = new Map(Array.from(states, ({ name, last }) => [name, last]));
  const row = database.get(SQL.lastCheckpoint);
  if (row === undefined) return heads;
  const reader = new RowReader(row, CHECKPOINTS);
  return heads.set(CHECKPOINTS, { number: reader.number('number'), hash: reader.bytes('hash') });
}

/**
 * Compares the database with what was acknowledged. It may be ahead, by what was committed when the process died before
 * it could say so; never behind, and what it has must be the same.
 * @throws SealmeterError (evidence) `JOURNAL_DAMAGED`
 */
export function assertNothingLost(database: Database, states: readonly ChainState[], { chains }: Heads): void {
  const ends = readHeadsOf(database, states);
  for (const [name, head] of chains) {
    const last = ends.get(name)?.number ?? 0;
    if (last < head.number) {
      throw damaged(`${database.file}, ${name}`, `it ends at ${last}, but ${head.number} were acknowledged`);
    }
    const state = states.find((candidate) => candidate.name === name);
    const hash = hashOf(database, state, head.number);
    if (hash !== undefined && Buffer.compare(hash, head.hash) !== 0) {
      throw damaged(`${database.file}, ${name} ${head.number}`, 'it is not the row that was acknowledged');
    }
  }
}

/** The hash of a row, or `undefined` where it has been let go of. Without a state, of a checkpoint. */
function hashOf(database: Database, state: ChainState | undefined, number: number): Uint8Array | undefined {
  if (state !== undefined && number < state.first) return undefined;
  const where = `${state?.name ?? CHECKPOINTS} ${number}`;
  const row = state === undefined ? database.get(SQL.hashOfCheckpoint, number) : hashRow(database, state, number);
  if (row === undefined) throw damaged(where, 'the row is missing');
  return new RowReader(row, where).bytes('hash');
}

const hashRow = (database: Database, { id, chain }: ChainState, number: number): SqliteRow | undefined =>
  database.get(chain.kind === 'captures' ? SQL.hashOfCapture : SQL.hashOfEvent, id, number);

const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
