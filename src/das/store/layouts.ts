import type { SqliteDatabase } from '#core/sqlite-database.ts';
import { RowReader } from './row.ts';
import { SQL } from './statements.ts';
import { type Column, columnsOfText, columnsToText, columnToText, textsOf, type ValueText } from './value-text.ts';

/** Values in the columns of a layout. */
export interface LaidOut {
  readonly layout: number;
  readonly vals: string;
}

interface Layout {
  readonly id: number;
  readonly text: string;
  readonly columns: readonly Column[];
}

/** What is not a meter's documents any more, but somebody who fills the disk, gets a layout for each document. */
const COLUMNS_AT_MOST = 20_000;

/**
 * Finds the columns for values. A document that lacks some of the values that others have gets the layout of those, and
 * null in its columns: else each way of lacking something would make a layout of its own.
 */
export class Layouts {
  readonly #database: SqliteDatabase;
  readonly #columns = new Map<number, readonly Column[]>();
  /** By source: what its documents were given last. */
  readonly #last = new Map<number, Layout>();

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  columns(layout: number): readonly Column[] {
    const known = this.#columns.get(layout);
    if (known !== undefined) return known;
    const columns = columnsOfText(this.#text(layout));
    this.#columns.set(layout, columns);
    return columns;
  }

  /** The layouts that a source has ever used. */
  ofSource(source: number): readonly number[] {
    return this.#database.all(SQL.layoutsOfSource, source).map((row) => new RowReader(row, 'layouts').number('layout'));
  }

  /** Only within a transaction. */
  layOut(source: number, { columns, vals }: ValueText): LaidOut {
    const last = this.#lastOf(source);
    if (last?.text === columns) return { layout: last.id, vals };
    const given = columnsOfText(columns);
    const { id, columns: wanted } = this.#wide(source, last, given);
    return { layout: id, vals: arranged(wanted, given, vals) };
  }

  /** After a failure. */
  forget(): void {
    this.#columns.clear();
    this.#last.clear();
  }

  /** A layout that has all columns which are given. */
  #wide(source: number, last: Layout | undefined, given: readonly Column[]): Layout {
    if (last === undefined) return this.#add(source, given);
    const names = new Set(last.columns.map(columnToText));
    const added = given.filter((column) => !names.has(columnToText(column)));
    if (added.length === 0) return last;
    const all = [...last.columns, ...added];
    return this.#add(source, all.length <= COLUMNS_AT_MOST ? all : given);
  }

  #add(source: number, columns: readonly Column[]): Layout {
    const text = columnsToText(columns);
    this.#database.run(SQL.insertLayout, text);
    const id = new RowReader(this.#database.get(SQL.layoutId, text) ?? {}, 'layouts').number('id');
    this.#database.run(SQL.insertSourceLayout, source, id);
    const layout = { id, text, columns };
    this.#last.set(source, layout);
    return layout;
  }

  #lastOf(source: number): Layout | undefined {
    const known = this.#last.get(source);
    const id = known === undefined ? this.ofSource(source).at(-1) : undefined;
    if (id === undefined) return known;
    const stored = { id, text: this.#text(id), columns: this.columns(id) };
    this.#last.set(source, stored);
    return stored;
  }

  #text(layout: number): string {
    return new RowReader(this.#database.get(SQL.layout, layout) ?? {}, `layouts ${layout}`).text('columns');
  }
}

function arranged(wanted: readonly Column[], given: readonly Column[], vals: string): string {
  if (given.length === 0) return '[]';
  const texts = textsOf(vals);
  const byName = new Map(given.map((column, index) => [columnToText(column), texts[index]]));
  return `[${wanted.map((column) => byName.get(columnToText(column)) ?? 'null').join(',')}]`;
}
