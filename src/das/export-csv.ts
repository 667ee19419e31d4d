import { formatDecimal } from '#core/quantity.ts';
import type { ExportLocale } from './api-types.ts';
import { type Cell, readingTable } from './export/reading-table.ts';
import type { ExportRequest } from './export-request.ts';

interface Writing {
  readonly separator: string;
  readonly point: string;
}

/** How spreadsheets of a country expect it. */
const WRITINGS: Readonly<Record<ExportLocale, Writing>> = {
  en: { separator: ',', point: '.' },
  de: { separator: ';', point: ',' },
};

/**
 * Readings as comma-separated values, line by line, a heading first. A value that is missing is an empty field.
 * @see RFC 4180: CRLF ends a line, and a field with a separator, a quote or an end of line in it is quoted
 */
export async function* exportCsv(request: ExportRequest): AsyncGenerator<string, void, undefined> {
  const writing = WRITINGS[request.locale];
  const { headings, rows } = await readingTable(request);
  yield line(
    headings.map(({ text }) => harmless(text)),
    writing,
  );
  for await (const row of rows)
    yield line(
      row.map((cell) => fieldOf(cell, writing)),
      writing,
    );
}

function fieldOf(cell: Cell, { point }: Writing): string {
  switch (cell.kind) {
    case 'text':
      return harmless(cell.text);
    case 'decimal':
      return formatDecimal(cell.value, cell.scaler).replace('.', point);
    case 'local-time':
      return new Date(cell.shown).toISOString().slice(0, -1).replace('T', ' ').replace('.', point);
    default:
      return '';
  }
}

/** A text that a spreadsheet would take for a formula, whoever has sent it, is led by an apostrophe. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const line = (fields: readonly string[], { separator }: Writing): string =>
  `${fields.map((field) => quoted(field, separator)).join(separator)}\r\n`;

const quoted = (field: string, separator: string): string =>
  field.includes(separator) || /["\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
