import type { SqliteDatabase } from '#core/sqlite-database.ts';
import { Hours, type Instant } from '#core/time.ts';
import { SQL } from './statements.ts';

const HOUR = Hours(1);

/** The hours that got a document after they were rolled up, or were never rolled up. */
export class StaleHours {
  readonly #database: SqliteDatabase;
  /** Those that were added last; most documents fall into an hour that is stale already. */
  #recent = new Set<string>();

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /** Only within a transaction. */
  add(source: number, at: Instant): void {
    const hour = Math.floor(at / HOUR);
    const name = `${source} ${hour}`;
    if (this.#recent.has(name)) return;
    if (this.#recent.size >= REMEMBERED) this.forget();
    this.#database.run(SQL.insertStaleHour, source, hour);
    this.#recent.add(name);
  }

  /** After a failure, and after hours were rolled up. */
  forget(): void {
    this.#recent.clear();
  }
}

const REMEMBERED = 20_000;
