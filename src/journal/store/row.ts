import { type SqliteRow, SqliteRowReader } from '#core/sqlite-row.ts';
import { damaged } from './journal-errors.ts';

/** Reads the columns of one row of a journal. */
export class RowReader extends SqliteRowReader {
  /** @param where names the row in errors: `captures/1sie0012345678.sm 17`. */
  constructor(row: SqliteRow, where: string) {
    super(row, (problem) => damaged(where, problem));
  }
}
