import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { readingTable, type Table } from './export/reading-table.ts';
import { headingRow, SHEET_END, SHEET_NAME, sheetRow, sheetStart, WORKBOOK_PARTS } from './export/sheet-xml.ts';
import { type ZippedFile, zipped } from './export/zip-stream.ts';
import type { ExportRequest } from './export-request.ts';

/** A sheet has 2^20 rows, of which one is the heading. */
const ROWS_AT_MOST = 2 ** 20 - 1;

/**
 * Readings as a workbook of a spreadsheet program, piece by piece.
 * @throws SealmeterError (client) `EXPORT_TOO_LARGE` when it has come to the last row that a sheet can have
 */
export async function* exportXlsx(request: ExportRequest): AsyncGenerator<Uint8Array, void, undefined> {
  yield* zipped(partsOf(await readingTable(request)));
}

async function* partsOf(table: Table): AsyncGenerator<ZippedFile, void, undefined> {
  for (const [name, xml] of Object.entries(WORKBOOK_PARTS)) yield { name, content: [utf8(xml)] };
  yield { name: SHEET_NAME, content: sheetOf(table) };
}

async function* sheetOf({ headings, rows }: Table): AsyncGenerator<Uint8Array, void, undefined> {
  yield utf8(sheetStart(headings) + headingRow(headings));
  let count = 0;
  for await (const row of rows) {
    count += 1;
    if (count > ROWS_AT_MOST) throw tooLarge();
    yield utf8(sheetRow(row));
  }
  yield utf8(SHEET_END);
}

const tooLarge = (): SealmeterError =>
  new SealmeterError('client', 'EXPORT_TOO_LARGE', `a sheet has ${ROWS_AT_MOST} rows, and there are more readings`, {
    mend: 'export a shorter time, or as CSV',
  });
