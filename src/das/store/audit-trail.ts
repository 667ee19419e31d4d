import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import type { AuditEntry, NewAuditEntry } from '#das/das-registry.ts';
import { RowReader } from './row.ts';
import { SQL } from './statements.ts';
import { LARGEST_INTEGER } from './value-text.ts';

/** Who has done what. */
export class AuditTrail {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  add({ at, user, address, action, subject, detail }: NewAuditEntry): void {
    this.#database.run(SQL.insertAudit, at, user, address, action, subject, detail);
  }

  list({ before, limit }: { readonly before?: string; readonly limit: number }): readonly AuditEntry[] {
    return this.#database.all(SQL.audit, before ?? LARGEST_INTEGER, limit).map(entryOf);
  }
}

function entryOf(row: SqliteRow): AuditEntry {
  const reader = new RowReader(row, 'audit');
  return {
    id: reader.bigint('id').toString(),
    at: reader.instant('at'),
    user: reader.text('user'),
    address: reader.text('address'),
    action: reader.text('action'),
    subject: reader.text('subject'),
    detail: reader.text('detail'),
  };
}
