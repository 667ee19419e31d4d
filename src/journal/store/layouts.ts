import { equalBytes } from '#core/bytes.ts';
import { type Column, formatColumns, parseColumns } from '#journal/capture-columns.ts';
import { SQL } from '#journal/sql/statements.ts';
import type { Database } from './database.ts';
import { sha256 } from './hash-chain.ts';
import { damaged } from './journal-errors.ts';
import { RowReader } from './row.ts';
import type { Layout } from './value-codec.ts';

/** The columns of captures, each list once, under its hash. */
export class Layouts {
  readonly #database: Database;
  /** By id, which may have been taken back with its transaction and given again: see {@link forget}. */
  readonly #known = new Map<number, Layout>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Finds a list of columns, or adds it. Only within a commit. */
  keep(columns: readonly Column[]): { readonly id: number; readonly hash: Uint8Array } {
    const text = formatColumns(columns);
    const hash = sha256(text);
    const row = this.#database.get(SQL.layoutId, hash);
    const id =
      row === undefined ? this.#database.run(SQL.insertLayout, hash, text) : new RowReader(row, 'layouts').number('id');
    return { id, hash };
  }

  /** @throws SealmeterError (evidence) `JOURNAL_DAMAGED` */
  read(id: number): Layout {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const where = `layouts ${id}`;
    const row = this.#database.get(SQL.layout, id);
    if (row === undefined) throw damaged(where, 'the row is missing');
    const reader = new RowReader(row, where);
    const layout = readLayout(reader.bytes('hash'), reader.text('columns'), where);
    this.#known.set(id, layout);
    return layout;
  }

  /** Has all be read again. Rows that were read with the wrong columns do not fit their hash. */
  forget(): void {
    this.#known.clear();
  }
}

function readLayout(hash: Uint8Array, text: string, where: string): Layout {
  if (!equalBytes(sha256(text), hash)) throw damaged(where, 'the columns are not those of their hash');
  const columns = parseColumns(text);
  return { columns, text, hash, indexes: new Map(columns.map(({ key }, index) => [key, index])) };
}
