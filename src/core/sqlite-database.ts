import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { SealmeterError } from './errors.ts';
import type { SqliteRow } from './sqlite-row.ts';

export type DatabaseMode = 'write' | 'read' | 'read-immutable';

/** What can be wrong with a database file, whoever keeps what in it. */
type SqliteFault = 'damaged' | 'locked' | 'unwritable' | 'write-failed' | 'no-database';

/** How the owner of a file says it. */
export type SqliteErrors = Readonly<Record<SqliteFault, (file: string, cause: unknown) => SealmeterError>>;

/** A connection to one SQLite file: statements are prepared once, and errors are its owner's. */
export class SqliteDatabase implements Disposable {
  readonly file: string;
  readonly #errors: SqliteErrors;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws SealmeterError as `errors` has it */
  constructor(file: string, mode: DatabaseMode, errors: SqliteErrors) {
    this.file = file;
    this.#errors = errors;
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

  /** @returns how many rows it was about */
  change(sql: string, ...parameters: SQLInputValue[]): number {
    return this.#guard(() => Number(this.#prepare(sql).run(...parameters).changes));
  }

  get(sql: string, ...parameters: SQLInputValue[]): SqliteRow | undefined {
    return this.#guard(() => this.#prepare(sql).get(...parameters));
  }

  all(sql: string, ...parameters: SQLInputValue[]): readonly SqliteRow[] {
    return this.#guard(() => this.#prepare(sql).all(...parameters));
  }

  /** Row after row, for results that are too large to be held or are left before their end. */
  *each(sql: string, ...parameters: SQLInputValue[]): Generator<SqliteRow, void, undefined> {
    const rows = this.#guard(() => this.#prepare(sql).iterate(...parameters));
    for (;;) {
      const next = this.#guard(() => rows.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  /**
   * Copies the database, as it is at one moment, while it goes on being written.
   *
   * A connection of its own reads it: SQLite refuses to copy from a connection that is just writing (SQLITE_BUSY), and
   * Node.js says of that no more than "not an error". It reads all pages in one step, because a copy in several steps
   * starts anew whenever another connection has written between two of them.
   * @see https://www.sqlite.org/c3ref/backup_finish.html, sqlite3_backup_step()
   */
  async copyTo(file: string): Promise<void> {
    using reader = new SqliteDatabase(this.file, 'read', this.#errors);
    try {
      await backup(reader.#connection, file, { rate: ALL_PAGES });
    } catch (thrown) {
      throw this.#translated(thrown);
    }
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
    } catch (thrown) {
      throw this.#translated(thrown);
    }
  }

  #translated(thrown: unknown): unknown {
    const fault = faultOf(thrown);
    return fault === undefined ? thrown : this.#errors[fault](this.file, thrown);
  }
}

/** SQLite counts pages in 32 bits. */
const ALL_PAGES = 0x7fff_ffff;

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

/**
 * What SQLite's result codes mean to us. The lower eight bits; what lies above them only says more precisely where.
 * @see SQLite result codes, https://www.sqlite.org/rescode.html
 */
const FAULTS: ReadonlyMap<number, SqliteFault> = new Map([
  // Our statements are constants and keep to the schema: an error or a broken constraint comes from the file.
  [1, 'damaged'], // SQLITE_ERROR
  [19, 'damaged'], // SQLITE_CONSTRAINT
  [20, 'damaged'], // SQLITE_MISMATCH
  [11, 'damaged'], // SQLITE_CORRUPT
  [5, 'locked'], // SQLITE_BUSY
  [6, 'locked'], // SQLITE_LOCKED
  [8, 'unwritable'], // SQLITE_READONLY
  [14, 'unwritable'], // SQLITE_CANTOPEN
  [10, 'write-failed'], // SQLITE_IOERR
  [13, 'write-failed'], // SQLITE_FULL
  [26, 'no-database'], // SQLITE_NOTADB
]);

const faultOf = (thrown: unknown): SqliteFault | undefined =>
  thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number'
    ? FAULTS.get(thrown.errcode & 0xff)
    : undefined;
