import { fromBase64, toBase64 } from '#core/bytes.ts';
import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import type { AppendResult, DocumentId, StoredEvent } from '#das/reading-store.ts';
import type { LaidOut, Layouts } from './layouts.ts';
import type { Quarantine } from './quarantine.ts';
import { RowReader } from './row.ts';
import { isNumbered, type Source, type Sources } from './sources.ts';
import type { StaleHours } from './stale-hours.ts';
import { SQL } from './statements.ts';
import type { PackedBatch } from './store-calls.ts';
import { LARGEST_INTEGER } from './value-text.ts';

type Packed = PackedBatch['documents'][number];

interface WriterParts {
  readonly database: SqliteDatabase;
  readonly sources: Sources;
  readonly layouts: Layouts;
  readonly quarantine: Quarantine;
  readonly staleHours: StaleHours;
}

/** Adds documents, each once. */
export class DocumentWriter {
  readonly #parts: WriterParts;
  readonly #certificates = new Map<CertificateId, number>();

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** All of a batch, or nothing of it. */
  append({ columns, documents }: PackedBatch): readonly AppendResult[] {
    const { database, sources } = this.#parts;
    try {
      return database.transaction(() => {
        const results = documents.map((document) => this.#add(document, columns));
        sources.write();
        return results;
      });
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#certificates.clear();
    this.#parts.sources.forget();
    this.#parts.layouts.forget();
    this.#parts.staleHours.forget();
  }

  #add(document: Packed, columns: readonly string[]): AppendResult {
    const hash = Buffer.from(nodeCrypto.digest('sha-256', document.bytes));
    const id = hash.toString('hex');
    if (document.number > LARGEST_INTEGER) return this.#refuse(document, id);
    const source = this.#parts.sources.forWriting(document.meter, document.kind);
    const present = this.#present(source, document.number, hash);
    if (present === undefined) {
      this.#insert(source, document, hash, columns);
      return { outcome: 'stored', document: id };
    }
    // A document that was sealed once more, as happens when its meter has a new key, has another signature only.
    if (present.digest === document.digest) return { outcome: 'known', document: present.id };
    this.#reject(document, 'DOCUMENT_NUMBER_REPEATED', `number ${document.number} is that of ${present.id} already`);
    return { outcome: 'conflict', document: present.id };
  }

  /** The document that stands where this one would. */
  #present(source: Source, number: bigint, hash: Uint8Array): Present | undefined {
    const { database } = this.#parts;
    // Most documents are newer than all others, and need no look at the table.
    if (isNumbered(source.kind) && (source.highest === undefined || number > source.highest)) return undefined;
    const row = isNumbered(source.kind)
      ? database.get(SQL.documentByNumber, source.id, number)
      : database.get(SQL.documentBySourceAndHash, source.id, hash);
    if (row === undefined) return undefined;
    const reader = new RowReader(row, 'documents');
    return { id: reader.hex('hash'), digest: toBase64(reader.bytes('digest')) };
  }

  #insert(source: Source, document: Packed, hash: Uint8Array, columns: readonly string[]): void {
    const { database, layouts, sources, staleHours } = this.#parts;
    const layOut = (values: Packed['values']): LaidOut =>
      layouts.layOut(source.id, { columns: columns[values.columns] ?? '[]', vals: values.vals });
    const { layout, vals } = layOut(document.values);
    const row = database.run(
      SQL.insertDocument,
      source.id,
      hash,
      digestOf(document),
      document.number,
      document.at,
      document.receivedAt,
      document.state,
      this.#certificate(document.certificate),
      document.chainHash ?? null,
      layout,
      vals,
    );
    database.run(SQL.insertBody, row, document.bytes, document.marks);
    staleHours.add(source.id, document.at);
    for (const { at, values } of document.rows) {
      const laidOut = layOut(values);
      database.run(SQL.insertProfileRow, source.id, at, laidOut.layout, row, laidOut.vals);
      staleHours.add(source.id, at);
    }
    for (const { book, number, at, code, event, text } of document.events.filter(canBeKept)) {
      database.run(SQL.insertEvent, source.id, book, number, at, code, event, text, row);
    }
    sources.extend(source, document.number, row);
  }

  #refuse(document: Packed, id: DocumentId): AppendResult {
    this.#reject(document, 'DOCUMENT_NUMBER_TOO_LARGE', `no meter has counted to ${document.number}`);
    return { outcome: 'refused', document: id };
  }

  #reject({ meter, kind, receivedAt, bytes, marks }: Packed, code: string, reason: string): void {
    this.#parts.quarantine.add({ meter, kind, receivedAt, bytes, marks, code, reason });
  }

  #certificate(name: CertificateId): number {
    const known = this.#certificates.get(name);
    if (known !== undefined) return known;
    this.#parts.database.run(SQL.insertCertificate, name);
    const row = this.#parts.database.get(SQL.certificateId, name) ?? {};
    const id = new RowReader(row, 'certificates').number('id');
    this.#certificates.set(name, id);
    return id;
  }
}

/** One entry that no honest meter writes must not keep a whole batch from the disk. Its document is kept. */
const canBeKept = ({ number, code }: StoredEvent): boolean => number <= LARGEST_INTEGER && Number.isSafeInteger(code);

interface Present {
  readonly id: DocumentId;
  /** Of what was signed. */
  readonly digest: string;
}

function digestOf({ digest }: Packed): Uint8Array {
  const bytes = fromBase64(digest);
  if (bytes === undefined) throw new TypeError('a verdict gives its digest in base64');
  return bytes;
}
