import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import { Days, type Duration, type Instant } from '#core/time.ts';
import type { DocumentKind, KeepLimits } from '#das/reading-store.ts';
import { SHORTEST_KEPT_STEP } from './rollup-levels.ts';
import { RowReader } from './row.ts';
import type { Sources } from './sources.ts';
import { SQL } from './statements.ts';

/** So many documents go at once, so that nobody waits long. */
const DOCUMENTS_PER_STEP = 2_000;

const DAY = Days(1);

interface OldSource {
  readonly id: number;
  readonly kind: DocumentKind;
  readonly last: number;
}

/** Lets go of what is older than the limits. Documents go by whole days, with the packs that they are in. */
export class Retention {
  readonly #database: SqliteDatabase;
  readonly #sources: Sources;

  constructor(database: SqliteDatabase, sources: Sources) {
    this.#database = database;
    this.#sources = sources;
  }

  /** One step after the other; between two of them others may have their turn. */
  *remove(now: Instant, keep: KeepLimits): Generator<void, void, undefined> {
    for (const row of this.#database.all(SQL.sourcesWithDocuments)) {
      const source = oldSourceOf(row);
      const age = keep[source.kind];
      if (age !== undefined) yield* this.#removeDocuments(source, Math.floor((now - age) / DAY) * DAY);
    }
    this.#database.transaction(() => this.#removeRest(now, keep));
  }

  *#removeDocuments(source: OldSource, before: number): Generator<void, void, undefined> {
    while (this.#database.transaction(() => this.#removeSome(source, before)) > 0) yield;
    this.#database.transaction(() => {
      this.#database.run(SQL.deleteEvents, source.id, before);
      this.#database.run(SQL.deleteProfileRows, source.id, before);
      this.#database.run(SQL.deleteShortRollups, source.id, SHORTEST_KEPT_STEP, before);
      this.#database.run(SQL.deletePacks, source.id, Math.floor(before / DAY));
    });
  }

  /** @returns how many */
  #removeSome(source: OldSource, before: number): number {
    const rows = this.#database.all(SQL.oldDocuments, source.id, before, source.last, DOCUMENTS_PER_STEP);
    for (const row of rows) {
      const document = new RowReader(row, 'documents').number('id');
      this.#database.run(SQL.deleteBody, document);
      this.#database.run(SQL.deleteDocument, document);
    }
    if (rows.length > 0) {
      const highest = rows.reduce((most, row) => {
        const number = new RowReader(row, 'documents').bigint('number');
        return number > most ? number : most;
      }, 0n);
      this.#database.run(SQL.noteForgotten, source.id, highest + 1n, before);
      this.#sources.forget();
    }
    return rows.length;
  }

  #removeRest(now: Instant, keep: KeepLimits): void {
    const removals: readonly (readonly [sql: string, age: Duration | undefined])[] = [
      [SQL.deleteQuarantine, keep.quarantine],
      [SQL.deleteAlarms, keep.alarms],
      [SQL.deleteAudit, keep.audit],
    ];
    for (const [sql, age] of removals) if (age !== undefined) this.#database.run(sql, now - age);
  }
}

function oldSourceOf(row: SqliteRow): OldSource {
  const reader = new RowReader(row, 'sources');
  return { id: reader.number('id'), kind: reader.text('kind') as DocumentKind, last: reader.number('last') };
}
