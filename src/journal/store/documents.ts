import { equalBytes, toHex } from '#core/bytes.ts';
import { SQL } from '#journal/sql/statements.ts';
import type { Database } from './database.ts';
import {
  applyDifferences,
  deflate,
  differencesTo,
  inflate,
  noDifferences,
  type Pieces,
  piecesOf,
} from './document-delta.ts';
import { sha256 } from './hash-chain.ts';
import { damaged } from './journal-errors.ts';
import { RowReader } from './row.ts';

/** How a document stands in the row of its capture. */
export interface StoredDocument {
  readonly hash: Uint8Array;
  readonly template: number;
  readonly delta: Uint8Array;
}

/** Templates that are held ready, deflated ones being slow to open. A few per device are in use at a time. */
const TEMPLATES_HELD = 16;

/** Keeps documents as differences to templates, and gives back the very bytes. */
export class Documents {
  readonly #database: Database;
  /** By hash: ids may be taken back with a transaction, what a hash stands for may not. */
  readonly #templates = new Map<string, Template>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Stores what the row of a new capture needs. Only within a commit. */
  keep(chain: number, document: Uint8Array): StoredDocument {
    const hash = sha256(document);
    const last = this.#database.get(SQL.lastTemplate, chain);
    if (last !== undefined) {
      const template = new RowReader(last, 'captures').number('template');
      const { pieces, deflatedSize } = this.#template(template);
      const delta = differencesTo(pieces, document);
      // A template that saves nothing is of another form.
      if (delta !== undefined && delta.length < deflatedSize) return { hash, template, delta };
    }
    return { hash, template: this.#addTemplate(hash, document), delta: noDifferences(piecesOf(document)) };
  }

  /** @throws SealmeterError (evidence) `JOURNAL_DAMAGED` where the bytes are not those that were kept */
  read(chain: number, number: number, hash: Uint8Array, where: string): Uint8Array {
    const row = this.#database.get(SQL.document, chain, number);
    if (row === undefined) throw damaged(where, 'the row is missing');
    const reader = new RowReader(row, where);
    const { pieces } = this.#template(reader.number('template'));
    const document = opened(where, () => applyDifferences(pieces, reader.bytes('delta')));
    if (!equalBytes(sha256(document), hash)) throw damaged(where, 'the document is not the one that was sealed');
    return document;
  }

  #addTemplate(hash: Uint8Array, document: Uint8Array): number {
    const row = this.#database.get(SQL.templateId, hash);
    if (row !== undefined) return new RowReader(row, 'templates').number('id');
    return this.#database.run(SQL.insertTemplate, hash, deflate(document));
  }

  /** @throws SealmeterError (evidence) `JOURNAL_DAMAGED` */
  #template(id: number): Template {
    const where = `templates ${id}`;
    const row = this.#database.get(SQL.template, id);
    if (row === undefined) throw damaged(where, 'the row is missing');
    const reader = new RowReader(row, where);
    const name = toHex(reader.bytes('hash'));
    const template = this.#templates.get(name) ?? readTemplate(reader, where);
    this.#hold(name, template);
    return template;
  }

  #hold(name: string, template: Template): void {
    this.#templates.delete(name);
    this.#templates.set(name, template);
    const [oldest] = this.#templates.keys();
    if (this.#templates.size > TEMPLATES_HELD && oldest !== undefined) this.#templates.delete(oldest);
  }
}

interface Template {
  readonly pieces: Pieces;
  readonly deflatedSize: number;
}

function readTemplate(row: RowReader, where: string): Template {
  const deflated = row.bytes('deflated');
  const bytes = opened(where, () => inflate(deflated));
  if (!equalBytes(sha256(bytes), row.bytes('hash'))) throw damaged(where, 'the template is not that of its hash');
  return { pieces: piecesOf(bytes), deflatedSize: deflated.length };
}

/** What was deflated and has changed since cannot be inflated. */
function opened(where: string, open: () => Uint8Array): Uint8Array {
  try {
    return open();
  } catch (cause) {
    throw damaged(where, 'the document cannot be put together', cause);
  }
}
