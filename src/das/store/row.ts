import { toHex } from '#core/bytes.ts';
import { type SqliteRow, SqliteRowReader } from '#core/sqlite-row.ts';
import type { Instant } from '#core/time.ts';
import { damaged } from './store-errors.ts';

/** Reads the columns of one row of a store. */
export class RowReader extends SqliteRowReader {
  /** @param where names the table in errors */
  constructor(row: SqliteRow, where: string) {
    super(row, (problem) => damaged(where, problem));
  }

  /** A hash as text. */
  hex(column: string): string {
    return toHex(this.bytes(column));
  }

  optionalBigint(column: string): bigint | undefined {
    return this.isNull(column) ? undefined : this.bigint(column);
  }

  optionalInstant(column: string): Instant | undefined {
    return this.isNull(column) ? undefined : this.instant(column);
  }

  optionalText(column: string): string | undefined {
    return this.isNull(column) ? undefined : this.text(column);
  }
}
