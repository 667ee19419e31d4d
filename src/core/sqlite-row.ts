import { Instant } from './time.ts';

/** A row as `node:sqlite` gives it, integers as bigint. */
export type SqliteRow = Readonly<Record<string, unknown>>;

/**
 * Reads the columns of one row, each as what the schema promises. A flipped bit can make anything of a row, so what
 * does not fit is damage, found before anybody looks at the value.
 */
export class SqliteRowReader {
  readonly #row: SqliteRow;
  readonly #damaged: (problem: string) => Error;

  /** @param damaged makes the error for a row that does not keep to the schema */
  constructor(row: SqliteRow, damaged: (problem: string) => Error) {
    this.#row = row;
    this.#damaged = damaged;
  }

  bigint(column: string): bigint {
    const value = this.#row[column];
    if (typeof value !== 'bigint') throw this.#misfit(column, 'integer');
    return value;
  }

  number(column: string): number {
    const value = Number(this.bigint(column));
    if (!Number.isSafeInteger(value)) throw this.#misfit(column, 'number');
    return value;
  }

  instant(column: string): Instant {
    return Instant(this.number(column));
  }

  text(column: string): string {
    const value = this.#row[column];
    if (typeof value !== 'string') throw this.#misfit(column, 'text');
    return value;
  }

  bytes(column: string): Uint8Array {
    const value = this.#row[column];
    if (!(value instanceof Uint8Array)) throw this.#misfit(column, 'blob');
    return value;
  }

  isNull(column: string): boolean {
    return this.#row[column] === null;
  }

  #misfit(column: string, expected: string): Error {
    return this.#damaged(`column ${column} holds no ${expected}`);
  }
}
