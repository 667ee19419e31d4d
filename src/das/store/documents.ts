import { fromHex, toBase64, toHex } from '#core/bytes.ts';
import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type {
  DocumentEntry,
  DocumentId,
  DocumentKind,
  DocumentQuery,
  MeterId,
  StoredDocument,
  StoredReading,
} from '#das/reading-store.ts';
import type { Mark } from '#das/verdict.ts';
import type { Layouts } from './layouts.ts';
import { opened } from './opened.ts';
import { bodyAt, type PackedBody, unpack } from './pack-format.ts';
import { RowReader } from './row.ts';
import { SQL } from './statements.ts';
import { damaged } from './store-errors.ts';
import { valuesOfText } from './value-text.ts';

/** A page of a list may have so many entries. */
const PAGE_AT_MOST = 10_000;

/** Whoever reads documents of a day reads them one after the other. */
const PACKS_HELD = 4;

/** Gives documents back: the very bytes, proven by their hash, and what is known of them. */
export class Documents {
  readonly #database: SqliteDatabase;
  readonly #layouts: Layouts;
  readonly #unpacked = new Map<number, Uint8Array>();

  constructor(database: SqliteDatabase, layouts: Layouts) {
    this.#database = database;
    this.#layouts = layouts;
  }

  document(id: DocumentId): StoredDocument | undefined {
    const row = this.#row(id);
    if (row === undefined) return undefined;
    const { bytes, marks } = this.#body(row);
    return { ...this.#reading(row), bytes, marks: JSON.parse(marks) as Mark[] };
  }

  latest(meter: MeterId, kind: DocumentKind): StoredReading | undefined {
    const row = this.#database.get(SQL.latestDocument, meter, kind);
    return row && this.#reading(row);
  }

  numbered(meter: MeterId, kind: DocumentKind, number: bigint): DocumentEntry | undefined {
    const row = this.#database.get(SQL.numberedDocument, meter, kind, number);
    return row && entryOf(row);
  }

  entries(query: DocumentQuery): readonly DocumentEntry[] {
    return this.#page(query).map(entryOf);
  }

  readings(query: DocumentQuery): readonly StoredReading[] {
    return this.#page(query).map((row) => this.#reading(row));
  }

  #page({ meter, kind, range, after, limit }: DocumentQuery): readonly SqliteRow[] {
    const from = after?.at ?? range.from;
    const above = after?.number ?? -1n;
    const most = Math.min(limit, PAGE_AT_MOST);
    return this.#database.all(SQL.documents, meter, kind, from, above, range.to, most);
  }

  #row(id: DocumentId): SqliteRow | undefined {
    const hash = fromHex(id);
    return hash && this.#database.get(SQL.documentByHash, hash);
  }

  #reading(row: SqliteRow): StoredReading {
    const reader = new RowReader(row, 'documents');
    const columns = this.#layouts.columns(reader.number('layout'));
    return { ...entryOf(row), values: valuesOfText(columns, reader.text('vals')) };
  }

  #body(row: SqliteRow): PackedBody {
    const reader = new RowReader(row, 'documents');
    const hash = reader.bytes('hash');
    const where = `documents ${toHex(hash)}`;
    let marks = '';
    const bytes = opened(where, hash, () => {
      const body = reader.isNull('pack')
        ? this.#recentBody(reader.number('id'))
        : bodyAt(this.#pack(reader.number('pack')), reader.number('place'));
      marks = body.marks;
      return body.bytes;
    });
    return { bytes, marks };
  }

  #recentBody(document: number): PackedBody {
    const reader = new RowReader(this.#database.get(SQL.body, document) ?? {}, 'bodies');
    return { bytes: reader.bytes('bytes'), marks: reader.text('marks') };
  }

  #pack(id: number): Uint8Array {
    const known = this.#unpacked.get(id);
    if (known !== undefined) return known;
    const row = this.#database.get(SQL.pack, id);
    if (row === undefined) throw damaged(`packs ${id}`, 'the row is missing');
    const unpacked = unpack(new RowReader(row, 'packs').bytes('data'));
    this.#unpacked.set(id, unpacked);
    const [oldest] = this.#unpacked.keys();
    if (this.#unpacked.size > PACKS_HELD && oldest !== undefined) this.#unpacked.delete(oldest);
    return unpacked;
  }
}

function entryOf(row: SqliteRow): DocumentEntry {
  const reader = new RowReader(row, 'documents');
  return {
    id: reader.hex('hash'),
    meter: reader.text('meter'),
    kind: reader.text('kind') as DocumentKind,
    number: reader.bigint('number'),
    at: reader.instant('at'),
    receivedAt: reader.instant('received_at'),
    state: reader.text('state'),
    certificate: reader.text('certificate') as CertificateId,
    digest: toBase64(reader.bytes('digest')),
    chainHash: reader.isNull('chain_hash') ? undefined : reader.bytes('chain_hash'),
  };
}
