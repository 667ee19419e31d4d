import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { journalError } from './journal-errors.ts';
import type { SqliteRow } from './row.ts';

export type DatabaseMode = 'write' | 'read' | 'read-immutable';

/** A connection to one SQLite file: statements are prepared once, and errors are ours. */
export class Database implements Disposable {
  readonly file: string;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws SealmeterError `JOURNAL_UNWRITABLE`, `JOURNAL_NOT_ONE`, `JOURNAL_DAMAGED`, `JOURNAL_LOCKED` */
  constructor(file: string, mode: DatabaseMode) {
    this.file = file;
    this.#connection = this.#guard(() => new DatabaseSync(...locationOf(file, mode)));
  }

  /** One statement or several, without parameters and without results. */
  execute(sql: string): void {
    this.#guard(() => this.#connection.exec(sql));
  }

  /** @returns the row id that was given */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    return this.#guard(() => Number(this.#prepare(sql).run(...parameters).lastInsertRowid));
  }

  get(sql: string, ...parameters: SQLInputValue[]): SqliteRow | undefined {
    return this.#guard(() => this.#prepare(sql).get(...parameters));
  }

  all(sql: string, ...parameters: SQLInputValue[]): readonly SqliteRow[] {
    return this.#guard(() => this.#prepare(sql).all(...parameters));
  }

  /** Everything that `work` writes, or nothing of it. */
  transaction<T>(work: () => T): T {
    this.#rollBack();
    this.execute('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.execute('COMMIT');
      return result;
    } catch (error) {
      try {
        this.#rollBack();
      } catch {
        // On a disk that fails, this may fail too. The first error says more, and the next transaction tries again.
      }
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#guard(() => this.#connection.close());
  }

  /** After some errors (a full disk) SQLite has rolled back already. */
  #rollBack(): void {
    if (this.#connection.isTransaction) this.execute('ROLLBACK');
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw journalError(this.file, error);
    }
  }
}

/** How long a writer waits for a reader of another process that is just recovering the write-ahead log. */
const BUSY_TIMEOUT_MS = 2_000;

function locationOf(file: string, mode: DatabaseMode): ConstructorParameters<typeof DatabaseSync> {
  const options = { readBigInts: true, timeout: BUSY_TIMEOUT_MS, readOnly: mode !== 'write' };
  if (mode !== 'read-immutable') return [file, options];
  // On a file system where nothing can be written SQLite cannot make the shared memory that a log needs.
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return [url, options];
}
