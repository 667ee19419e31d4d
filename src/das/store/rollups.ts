import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import type { Instant } from '#core/time.ts';
import type { DocumentKind } from '#das/reading-store.ts';
import { type Cell, cellOf, cellToText, joined, stepOf } from './cells.ts';
import type { Layouts } from './layouts.ts';
import { HOUR, ROLLUP_STEPS } from './rollup-levels.ts';
import { RowReader } from './row.ts';
import type { StaleHours } from './stale-hours.ts';
import { SQL } from './statements.ts';
import { integerOfText, textsOf } from './value-text.ts';

/** An hour of a source whose roll-ups are to be made. */
interface StaleHour {
  readonly source: number;
  readonly kind: DocumentKind;
  readonly hour: number;
}

interface RollupParts {
  readonly database: SqliteDatabase;
  readonly layouts: Layouts;
  readonly staleHours: StaleHours;
}

/** Rolls values up, hour by hour. */
export class Rollups {
  readonly #parts: RollupParts;

  constructor(parts: RollupParts) {
    this.#parts = parts;
  }

  /** Rolls up one hour after the other that is over; between two of them others may have their turn. */
  *roll(now: Instant): Generator<void, void, undefined> {
    const { database, staleHours } = this.#parts;
    for (const row of database.all(SQL.staleHours, Math.floor(now / HOUR))) {
      const stale = staleHourOf(row);
      database.transaction(() => this.#rollHour(stale));
      staleHours.forget();
      yield;
    }
  }

  #rollHour({ source, kind, hour }: StaleHour): void {
    const { database, layouts } = this.#parts;
    const from = hour * HOUR;
    for (const layout of layouts.ofSource(source)) {
      const rows = database.all(readingsOf(kind), source, layout, from, from + HOUR);
      for (const step of ROLLUP_STEPS[kind]) {
        for (const [at, cells] of summedUp(rows, step)) {
          database.run(SQL.putRollup, source, step, at, layout, cellsToText(cells));
        }
      }
    }
    database.run(SQL.deleteStaleHour, source, hour);
  }
}

const readingsOf = (kind: DocumentKind): string => (kind === 'profile' ? SQL.profileVals : SQL.documentVals);

type Cells = (Cell | undefined)[];

function summedUp(rows: readonly SqliteRow[], step: number): ReadonlyMap<number, Cells> {
  const steps = new Map<number, Cells>();
  for (const row of rows) {
    const reader = new RowReader(row, 'documents');
    const at = stepOf(reader.instant('at'), step);
    const cells = steps.get(at) ?? [];
    textsOf(reader.text('vals')).forEach((text, column) => {
      if (text === null) return;
      const cell = cellOf(integerOfText(text));
      const before = cells[column];
      cells[column] = before === undefined ? cell : joined(before, cell);
    });
    steps.set(at, cells);
  }
  return steps;
}

const cellsToText = (cells: Cells): string =>
  `[${Array.from(cells, (cell) => (cell === undefined ? 'null' : cellToText(cell))).join(',')}]`;

function staleHourOf(row: SqliteRow): StaleHour {
  const reader = new RowReader(row, 'stale_hours');
  return { source: reader.number('source'), kind: reader.text('kind') as DocumentKind, hour: reader.number('hour') };
}
