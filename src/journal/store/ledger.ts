import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#core/private-file.ts';
import type { SqliteLock } from '#core/sqlite-lock.ts';
import { type Chain, chainName } from '#journal/chains.ts';
import { SQL } from '#journal/sql/statements.ts';
import { assertNothingLost, type ChainState, newChainState, readChainStates, readHeadsOf } from './chain-states.ts';
import type { Database } from './database.ts';
import { type Head, HeadsFile, readHeads } from './heads-file.ts';
import { damaged, unwritable } from './journal-errors.ts';
import { DATABASE_FILE, journalId, openForWriting } from './journal-file.ts';
import type { JournalSource } from './journal-source.ts';
import { finishSwap } from './swap.ts';
import { writerLock } from './writer-lock.ts';

/** What a chain has become by a row. */
interface Advance {
  readonly head: Head;
  readonly sampleNumber?: bigint;
}

/**
 * The one writer of a journal: what is committed here is on the disk, in the database and among the heads, before the
 * call returns.
 */
export class Ledger implements JournalSource, Disposable {
  readonly database: Database;
  readonly id: Uint8Array;
  readonly #lock: SqliteLock;
  readonly #heads: HeadsFile;
  /** Forgotten after every failure: then only the database knows what has become of it. */
  #states: Map<string, ChainState> | undefined;
  #isOpen = false;

  /** @throws SealmeterError `JOURNAL_LOCKED`, `JOURNAL_UNWRITABLE`, `JOURNAL_DAMAGED`, `JOURNAL_NOT_ONE`, `JOURNAL_NEWER` */
  constructor(folder: string) {
    makeFolder(folder, unwritable);
    using opening = new DisposableStack();
    this.#lock = opening.use(writerLock(folder));
    finishSwap(folder);
    assertDatabaseThere(folder);
    this.database = opening.use(openForWriting(join(folder, DATABASE_FILE)));
    this.id = journalId(this.database);
    this.#states = readChainStates(this.database, this.id);
    assertAcknowledged(this, folder);
    this.#heads = new HeadsFile(folder);
    // Before the first row: from then on, heads that are missing mean that somebody took them away.
    if (readHeads(folder) === undefined) this.#heads.write({ journal: this.id, chains: new Map() });
    opening.move();
  }

  state(chain: Chain): ChainState | undefined {
    return this.#known().get(chainName(chain));
  }

  states(): readonly ChainState[] {
    return [...this.#known().values()];
  }

  /** Everything that `work` writes, or nothing of it. Inside another commit it becomes part of that. */
  commit<T>(work: () => T): T {
    if (this.#isOpen) return work();
    this.#isOpen = true;
    try {
      const result = this.database.transaction(work);
      this.#heads.write({ journal: this.id, chains: readHeadsOf(this.database, this.states()) });
      return result;
    } catch (error) {
      this.#states = undefined;
      throw error;
    } finally {
      this.#isOpen = false;
    }
  }

  /** The state of a chain that a row is about to be added to; the first row makes the chain. Only within a commit. */
  extend(chain: Chain): ChainState {
    const known = this.state(chain);
    if (known !== undefined) return known;
    const id = this.database.run(SQL.insertChain, chain.kind, chain.subject);
    const state = newChainState(id, chain, this.id);
    this.#known().set(state.name, state);
    return state;
  }

  /** Takes note of a row that was added. Only within a commit. */
  advance(state: ChainState, { head, sampleNumber }: Advance): void {
    this.#known().set(state.name, {
      ...state,
      last: head,
      next: head.number + 1,
      samplesUsed: sampleNumber ?? state.samplesUsed,
    });
  }

  /** Has the states read again: a checkpoint has changed more than the last row. Only within a commit. */
  refresh(): void {
    this.#states = readChainStates(this.database, this.id);
  }

  [Symbol.dispose](): void {
    this.database[Symbol.dispose]();
    this.#lock[Symbol.dispose]();
  }

  #known(): Map<string, ChainState> {
    this.#states ??= readChainStates(this.database, this.id);
    return this.#states;
  }
}

/** A new one is not begun where rows were acknowledged. */
function assertDatabaseThere(folder: string): void {
  const file = join(folder, DATABASE_FILE);
  const acknowledged = readHeads(folder)?.chains.size ?? 0;
  if (acknowledged > 0 && !existsSync(file)) throw damaged(file, 'it is gone, but rows of it were acknowledged');
}

/** @throws SealmeterError (evidence) `JOURNAL_DAMAGED` where the folder says that there was more than the database has */
export function assertAcknowledged(source: JournalSource, folder: string): void {
  const heads = readHeads(folder);
  if (heads === undefined) {
    const isUnused = source.states().length === 0;
    if (!isUnused)
      throw damaged(folder, 'the files "heads.0" and "heads.1", which say what was acknowledged, are gone');
    return;
  }
  if (heads.chains.size > 0 && Buffer.compare(heads.journal, source.id) !== 0) {
    throw damaged(source.database.file, 'it is not the journal whose rows were acknowledged in this folder');
  }
  assertNothingLost(source.database, source.states(), heads);
}
