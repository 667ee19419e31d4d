import { equalBytes, utf8 } from '#core/bytes.ts';
import { type Capture, CaptureReader } from './captures.ts';
import { type Checkpoint, readCheckpoints, type Seal } from './checkpoints.ts';
import { EventReader } from './event-books.ts';
import { SQL } from './sql/statements.ts';
import type { ChainRow } from './store/chain-reader.ts';
import type { ChainState } from './store/chain-states.ts';
import { damaged, JournalDamage } from './store/journal-errors.ts';
import { assertSound } from './store/journal-file.ts';
import type { JournalSource } from './store/journal-source.ts';
import { ReadOnlySource } from './store/read-only-source.ts';
import { RowReader } from './store/row.ts';

type Awaitable<T> = T | Promise<T>;

/** The cryptography that verifying needs; whoever composes the program has it. */
export interface Proofs {
  /**
   * Why a sealed document does not prove its capture (its signature, its device, its sample number, its time, its values),
   * or `undefined` where it does.
   */
  readonly document: (document: Uint8Array, capture: Capture) => Awaitable<string | undefined>;
  /** Why a seal does not prove the text of a checkpoint, or `undefined` where it does. */
  readonly checkpoint: (text: Uint8Array, seal: Seal) => Awaitable<string | undefined>;
}

/** What does not verify. */
interface BadRow {
  /** `captures/1sie0012345678.sm 17`, `checkpoints 3`, or the file where no row can be named. */
  readonly where: string;
  readonly problem: string;
}

export interface ChainVerdict {
  readonly name: string;
  /** The rows that are there, 0 for none: what stood before the first was let go of under a sealed checkpoint. */
  readonly first: number;
  readonly last: number;
  /** How many rows of it verified before the first bad one. */
  readonly proven: number;
  /** The last row that a sealed checkpoint speaks of. What follows is proven by its own documents alone. */
  readonly checkpointed: number;
  /** Captures without a document: the signer was away. */
  readonly withoutDocument: number;
  readonly bad: BadRow | undefined;
}

export interface JournalVerdict {
  readonly isGood: boolean;
  /** The first row that does not verify. */
  readonly firstBad: BadRow | undefined;
  readonly chains: readonly ChainVerdict[];
  readonly checkpoints: number;
}

/**
 * Proves a journal, or a backup of one, from its first row to its last: chains, numbers, documents, checkpoints, and what
 * SQLite itself can tell of the file. Needs nothing but the file and the keys behind `proofs`, and a memory that does not
 * grow with the journal.
 * @param path the folder of a meter, or a file that a backup wrote
 * @throws SealmeterError (configuration) `JOURNAL_NOT_ONE`, `JOURNAL_NEWER`, `JOURNAL_OLDER`, `JOURNAL_UNWRITABLE`
 */
export async function verifyJournal(path: string, proofs: Proofs): Promise<JournalVerdict> {
  try {
    using source = new ReadOnlySource(path);
    return await verifySource(source, proofs);
  } catch (error) {
    return { isGood: false, firstBad: badRow(error), chains: [], checkpoints: 0 };
  }
}

async function verifySource(source: ReadOnlySource, proofs: Proofs): Promise<JournalVerdict> {
  const checkpoints = await proveCheckpoints(source, proofs);
  const chains: ChainVerdict[] = [];
  for (const state of source.states()) chains.push(await proveChain(source, state, proofs));
  const bad = [checkpoints.bad, ...chains.map(({ bad }) => bad)].find((row) => row !== undefined);
  const firstBad = bad ?? unsoundness(source);
  return { isGood: firstBad === undefined, firstBad, chains, checkpoints: checkpoints.proven };
}

async function proveCheckpoints(
  source: JournalSource,
  proofs: Proofs,
): Promise<{ proven: number; bad: BadRow | undefined }> {
  let proven = 0;
  const bad = await firstBadOf(async () => {
    for (const checkpoint of readCheckpoints(source)) {
      await proveSeal(checkpoint, proofs);
      proven += 1;
    }
  });
  return { proven, bad };
}

async function proveSeal({ number, text, seal }: Checkpoint, proofs: Proofs): Promise<void> {
  const problem = await proofs.checkpoint(utf8(text), seal);
  if (problem !== undefined) throw damaged(`checkpoints ${number}`, problem);
}

interface Progress {
  proven: number;
  withoutDocument: number;
}

async function proveChain(source: JournalSource, state: ChainState, proofs: Proofs): Promise<ChainVerdict> {
  const { name, chain } = state;
  const stated = new StatedRows(source, state);
  const progress: Progress = { proven: 0, withoutDocument: 0 };
  const bad = await firstBadOf(async () => {
    const rows =
      chain.kind === 'captures'
        ? provenCaptures(new CaptureReader(source), state, proofs, progress)
        : new EventReader(source).read({ book: chain.kind, consumer: chain.subject });
    for await (const row of rows) {
      stated.compare(row);
      progress.proven += 1;
    }
    stated.end();
  });
  const first = state.last.number < state.first ? 0 : state.first;
  return { name, first, last: state.last.number, checkpointed: stated.last, ...progress, bad };
}

async function* provenCaptures(
  reader: CaptureReader,
  { name, chain }: ChainState,
  proofs: Proofs,
  progress: Progress,
): AsyncGenerator<Capture, void, undefined> {
  let sampleBefore = -1n;
  for (const capture of reader.read({ device: chain.subject })) {
    const where = `${name} ${capture.number}`;
    if (capture.sampleNumber <= sampleBefore) throw damaged(where, 'its sample is not newer than the one before');
    sampleBefore = capture.sampleNumber;
    const document = reader.document(capture);
    if (document === undefined) progress.withoutDocument += 1;
    const problem = document === undefined ? undefined : await proofs.document(document, capture);
    if (problem !== undefined) throw damaged(where, problem);
    yield capture;
  }
}

const STATEMENTS_PER_PAGE = 64;

/** Compares the rows of a chain with those that sealed checkpoints speak of. Both come in order. */
class StatedRows {
  /** The last row that was compared. */
  last = 0;
  readonly #name: string;
  readonly #statements: Iterator<Statement, undefined>;
  #next: Statement | undefined;

  constructor(source: JournalSource, state: ChainState) {
    this.#name = state.name;
    this.#statements = statementsAbout(source, state);
    this.#next = this.#statements.next().value;
  }

  compare({ number, hash }: ChainRow): void {
    // Rows before the first one that is kept are spoken of too.
    while (this.#next !== undefined && this.#next.number <= number) {
      if (this.#next.number === number) this.#compareHash(this.#next, hash);
      this.#next = this.#statements.next().value;
    }
  }

  end(): void {
    if (this.#next === undefined) return;
    throw damaged(`${this.#name} ${this.#next.number}`, 'a sealed checkpoint speaks of it, but it is not there');
  }

  #compareHash(statement: Statement, hash: Uint8Array): void {
    this.last = statement.number;
    if (equalBytes(statement.hash, hash)) return;
    throw damaged(`${this.#name} ${statement.number}`, 'it is not the row that was sealed by a checkpoint');
  }
}

interface Statement {
  readonly number: number;
  readonly hash: Uint8Array;
}

function* statementsAbout({ database }: JournalSource, { id, name }: ChainState): Generator<Statement, undefined> {
  let checkpoint = 0;
  for (;;) {
    const rows = database.all(SQL.statementsAbout, id, checkpoint, STATEMENTS_PER_PAGE);
    for (const row of rows) {
      const reader = new RowReader(row, `checkpoint of ${name}`);
      checkpoint = reader.number('checkpoint');
      yield { number: reader.number('last'), hash: reader.bytes('last_hash') };
    }
    if (rows.length < STATEMENTS_PER_PAGE) return undefined;
  }
}

/** What SQLite finds when it walks through the file: damage where none of our rows lies, or an index that omits one. */
function unsoundness({ database }: JournalSource): BadRow | undefined {
  try {
    assertSound(database);
    return undefined;
  } catch (error) {
    return badRow(error);
  }
}

async function firstBadOf(prove: () => Promise<void>): Promise<BadRow | undefined> {
  try {
    await prove();
    return undefined;
  } catch (error) {
    return badRow(error);
  }
}

function badRow(error: unknown): BadRow {
  if (!(error instanceof JournalDamage)) throw error;
  return { where: error.where, problem: error.problem };
}
