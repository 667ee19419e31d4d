import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Chain } from '#journal/chains.ts';
import { type ChainState, readChainState, readChainStates } from './chain-states.ts';
import type { Database } from './database.ts';
import { DATABASE_FILE, journalId, openForReading } from './journal-file.ts';
import type { JournalSource } from './journal-source.ts';
import { assertAcknowledged } from './ledger.ts';

/** A journal that is only read, while its writer may go on writing: so every question is asked of the database anew. */
export class ReadOnlySource implements JournalSource, Disposable {
  readonly database: Database;
  readonly id: Uint8Array;

  /**
   * @param path the folder of a meter, or a backup
   * @throws SealmeterError `JOURNAL_NOT_ONE`, `JOURNAL_NEWER`, `JOURNAL_OLDER`, `JOURNAL_UNWRITABLE`, `JOURNAL_DAMAGED`
   */
  constructor(path: string) {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    using opening = new DisposableStack();
    this.database = opening.use(openForReading(isFolder ? join(path, DATABASE_FILE) : path));
    this.id = journalId(this.database);
    if (isFolder) assertAcknowledged(this, path);
    opening.move();
  }

  state(chain: Chain): ChainState | undefined {
    return readChainState(this.database, this.id, chain);
  }

  states(): readonly ChainState[] {
    return [...readChainStates(this.database, this.id).values()];
  }

  [Symbol.dispose](): void {
    this.database[Symbol.dispose]();
  }
}
