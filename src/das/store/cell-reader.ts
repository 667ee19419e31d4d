import { rescale } from '#core/quantity.ts';
import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import { Instant } from '#core/time.ts';
import type { SeriesQuery, TimeRange } from '#das/reading-store.ts';
import { type Cell, cellOf, cellOfText, stepOf } from './cells.ts';
import type { Layouts } from './layouts.ts';
import { HOUR } from './rollup-levels.ts';
import { RowReader } from './row.ts';
import type { Source } from './sources.ts';
import { SQL } from './statements.ts';
import { type Column, integerOfText } from './value-text.ts';

/** A column in which values of a series stand. */
interface Place extends Pick<Column, 'scaler' | 'unit'> {
  readonly layout: number;
  readonly path: string;
}

export interface TimedCell {
  readonly at: Instant;
  readonly cell: Cell;
}

/** Reads the values of one attribute, in whichever columns they stand, by one scaler. */
export class CellReader {
  readonly #database: SqliteDatabase;
  readonly #source: Source;
  readonly #places: readonly Place[];
  /** The smallest one that any column has: nothing is rounded. */
  readonly scaler: number;
  readonly unit: number;

  constructor(database: SqliteDatabase, layouts: Layouts, source: Source, query: SeriesQuery) {
    this.#database = database;
    this.#source = source;
    this.#places = placesOf(layouts, source, query);
    this.scaler = Math.min(...this.#places.map(({ scaler }) => scaler));
    this.unit = this.#places.at(-1)?.unit ?? 255;
  }

  get isEmpty(): boolean {
    return this.#places.length === 0;
  }

  /** In which the source has any readings; `undefined` where it has none. */
  extent(): TimeRange | undefined {
    const row = this.#database.get(this.#sql('Extent'), this.#source.id, HOUR) ?? {};
    const reader = new RowReader(row, 'documents');
    const last = reader.optionalInstant('last');
    return last && { from: reader.instant('first'), to: Instant(last + 1) };
  }

  /** The times of the readings next to a range, as far as they are known. */
  neighbours({ from, to }: TimeRange): { readonly before: Instant | undefined; readonly after: Instant | undefined } {
    const row = this.#database.get(this.#sql('Neighbours'), this.#source.id, HOUR, from, to) ?? {};
    const reader = new RowReader(row, 'documents');
    return { before: reader.optionalInstant('before'), after: reader.optionalInstant('after') };
  }

  /** Whether no documents of this time were removed for their age. */
  hasReadingsSince(from: Instant): boolean {
    const row = this.#database.get(SQL.forgottenTime, this.#source.id) ?? {};
    return from >= new RowReader(row, 'sources').bigint('forgotten_time');
  }

  /** One cell for each reading, in order. */
  readings({ from, to }: TimeRange, limit = -1): readonly TimedCell[] {
    return this.#each((place) =>
      this.#database
        .all(this.#sql('Values'), place.path, this.#source.id, place.layout, from, to, limit)
        .map((row) => timed(row, cellOf(integerIn(row)))),
    );
  }

  /** One cell for each step that was rolled up; for hours that were not, or not wholly, one for each reading. */
  rolledUp({ from, to }: TimeRange, step: number): readonly TimedCell[] {
    const stale = this.#staleHours({ from, to });
    const isStale = new Set(stale);
    const rolled = this.#each((place) =>
      this.#database
        .all(SQL.rolledCells, place.path, this.#source.id, step, place.layout, from, to)
        .map((row) => timed(row, cellOfText(new RowReader(row, 'rollups').text('value')))),
    ).filter(({ at }) => !isStale.has(Math.floor(at / HOUR)));
    if (stale.length === 0) return rolled;
    const readings = runsOf(stale).flatMap(([first, last]) =>
      this.readings({ from: Instant(Math.max(from, first * HOUR)), to: Instant(Math.min(to, (last + 1) * HOUR)) }),
    );
    return inOrder([...rolled, ...readings.map(({ at, cell }) => ({ at: stepOf(at, step), cell }))]);
  }

  #staleHours({ from, to }: TimeRange): readonly number[] {
    return this.#database
      .all(SQL.staleHoursWithin, this.#source.id, Math.floor(from / HOUR), Math.floor((to - 1) / HOUR))
      .map((row) => new RowReader(row, 'stale_hours').number('hour'));
  }

  #each(read: (place: Place) => readonly TimedCell[]): readonly TimedCell[] {
    const cells = this.#places.map((place) => read(place).map((cell) => this.#scaled(cell, place.scaler)));
    return cells.length === 1 ? (cells[0] ?? []) : inOrder(cells.flat());
  }

  #scaled({ at, cell }: TimedCell, scaler: number): TimedCell {
    if (scaler === this.scaler) return { at, cell };
    const exact = (value: bigint): bigint => rescale(value, scaler, this.scaler, 'floor');
    const mean = cell.mean * 10 ** (scaler - this.scaler);
    return { at, cell: { ...cell, min: exact(cell.min), max: exact(cell.max), last: exact(cell.last), mean } };
  }

  /** Rows of profiles stand in a table of their own. */
  #sql(what: 'Values' | 'Extent' | 'Neighbours'): string {
    return this.#source.kind === 'profile' ? SQL[`profile${what}`] : SQL[`document${what}`];
  }
}

/** In each layout of the source that has the attribute; of several units, those with the newest one. */
function placesOf(layouts: Layouts, source: Source, { object, attribute }: SeriesQuery): readonly Place[] {
  const places = layouts.ofSource(source.id).flatMap((layout) =>
    layouts.columns(layout).flatMap((column, index): Place[] => {
      if (column.object !== object || column.attribute !== attribute) return [];
      return [{ layout, path: `$[${index}]`, scaler: column.scaler, unit: column.unit }];
    }),
  );
  return places.filter(({ unit }) => unit === places.at(-1)?.unit);
}

/** The first and the last of numbers that follow each other: a year that was collected at once is one run of hours. */
function runsOf(numbers: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run?.[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}

const timed = (row: SqliteRow, cell: Cell): TimedCell => ({ at: new RowReader(row, 'documents').instant('at'), cell });

/** SQLite counts to 63 bits; what is larger is a text. */
function integerIn(row: SqliteRow): bigint {
  const value = row['value'];
  return typeof value === 'string' ? integerOfText(value) : new RowReader(row, 'documents').bigint('value');
}

const inOrder = (cells: readonly TimedCell[]): readonly TimedCell[] => cells.toSorted((a, b) => a.at - b.at);
