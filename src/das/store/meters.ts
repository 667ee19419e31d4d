import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import type { PinnedMeter, PinnedSignature } from '#das/das-registry.ts';
import type { MeterId } from '#das/reading-store.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import { RowReader } from './row.ts';
import { SQL } from './statements.ts';

/** The meters that are read. */
export class Meters {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  list(): readonly PinnedMeter[] {
    return this.#database.all(SQL.meters).map(meterOf);
  }

  find(id: MeterId): PinnedMeter | undefined {
    const row = this.#database.get(SQL.meter, id);
    return row && meterOf(row);
  }

  put({ id, name, url, zone, tlsRoots, signatures, requestForm, addedAt, addedBy }: PinnedMeter): void {
    const lists = [JSON.stringify(tlsRoots), JSON.stringify(signatures)];
    this.#database.run(SQL.putMeter, id, name, url, zone, ...lists, requestForm, addedAt, addedBy);
  }

  remove(id: MeterId): boolean {
    return this.#database.change(SQL.removeMeter, id) > 0;
  }
}

function meterOf(row: SqliteRow): PinnedMeter {
  const reader = new RowReader(row, 'meters');
  return {
    id: reader.text('id'),
    name: reader.text('name'),
    url: reader.text('url'),
    zone: reader.text('zone'),
    tlsRoots: JSON.parse(reader.text('tls_roots')) as string[],
    signatures: JSON.parse(reader.text('signatures')) as PinnedSignature[],
    requestForm: reader.text('request_form') as SignatureForm,
    addedAt: reader.instant('added_at'),
    addedBy: reader.text('added_by'),
  };
}
