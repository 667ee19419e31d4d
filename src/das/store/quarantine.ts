import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { fromHex, toHex } from '#core/bytes.ts';
import type { SqliteDatabase } from '#core/sqlite-database.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import type { DocumentId, DocumentKind, MeterId, Quarantined, QuarantineEntry } from '#das/reading-store.ts';
import type { Mark } from '#das/verdict.ts';
import { opened } from './opened.ts';
import { RowReader } from './row.ts';
import { SQL } from './statements.ts';
import type { PackedRejection } from './store-calls.ts';
import { LARGEST_INTEGER } from './value-text.ts';

/** Of one meter. Whoever sends rubbish in its place must not fill the disk. */
const QUARANTINED_AT_MOST = 1_000;

interface QuarantineQuery {
  readonly meter?: MeterId;
  readonly before?: string;
  readonly limit: number;
}

/** What failed, to be looked at. */
export class Quarantine {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /** Only within a transaction. */
  add({ meter, kind, receivedAt, bytes, marks, code, reason }: PackedRejection): void {
    const hash = nodeCrypto.digest('sha-256', bytes);
    const data = zstdCompressSync(bytes);
    this.#database.run(SQL.insertQuarantine, hash, meter, kind, receivedAt, code, reason, marks, data);
    this.#database.run(SQL.noteRejection, meter, kind, receivedAt);
    this.#database.run(SQL.shortenQuarantine, meter, QUARANTINED_AT_MOST);
  }

  list({ meter, before, limit }: QuarantineQuery): readonly QuarantineEntry[] {
    return this.#database
      .all(SQL.quarantine, meter ?? null, before ?? LARGEST_INTEGER, limit)
      .map((row) => new RowReader(row, 'quarantine'))
      .map((reader) => ({ entry: reader.bigint('id').toString(), ...aboutRejected(reader) }));
  }

  find(id: DocumentId): readonly Quarantined[] {
    return this.#database
      .all(SQL.rejected, fromHex(id) ?? null)
      .map((row) => new RowReader(row, 'quarantine'))
      .map((reader) => ({ ...aboutRejected(reader), bytes: bytesIn(reader) }));
  }
}

const aboutRejected = (reader: RowReader): Omit<Quarantined, 'bytes'> => ({
  id: toHex(reader.bytes('hash')),
  meter: reader.text('meter'),
  kind: reader.text('kind') as DocumentKind,
  receivedAt: reader.instant('received_at'),
  marks: JSON.parse(reader.text('marks')) as Mark[],
  code: reader.text('code'),
  reason: reader.text('reason'),
});

const bytesIn = (reader: RowReader): Uint8Array =>
  opened('quarantine', reader.bytes('hash'), () => zstdDecompressSync(reader.bytes('data')));
