import { toHex } from '#core/bytes.ts';
import { formatDecimal } from '#core/quantity.ts';
import { formatInstant } from '#core/time.ts';
import type { Column } from './capture-columns.ts';
import type { Capture, CaptureRange, CaptureReader } from './captures.ts';

/** What stands in every line before the values. */
const FIXED: readonly { readonly name: string; readonly write: (capture: Capture) => string }[] = [
  { name: 'device', write: ({ device }) => device },
  { name: 'number', write: ({ number }) => String(number) },
  { name: 'capture-time', write: ({ captureTime }) => formatInstant(captureTime) },
  { name: 'measurement-time', write: ({ sampledAt }) => formatInstant(sampledAt) },
  { name: 'sequence-nr', write: ({ sampleNumber }) => sampleNumber.toString() },
  { name: 'state', write: ({ state }) => state },
  { name: 'document-sha256', write: ({ documentHash }) => (documentHash === undefined ? '' : toHex(documentHash)) },
];

/** The values of one key in one unit. A scaler that changes only moves the decimal point. */
const headingOf = ({ key, unit }: Column): string => (unit.symbol === '' ? key : `${key} [${unit.symbol}]`);

/**
 * A range of captures as comma-separated values, line by line, a heading first. A value that is missing is an empty field.
 * The lines are not evidence; the documents that they name by their hash are.
 * @see RFC 4180: CRLF ends a line, and a field with a comma, a quote or an end of line in it is quoted
 * @throws SealmeterError (evidence) `JOURNAL_DAMAGED`
 */
export function* exportCsv(captures: CaptureReader, range: CaptureRange): Generator<string, void, undefined> {
  const headings = [...new Set(captures.columns(range).map(headingOf))];
  yield line([...FIXED.map(({ name }) => name), ...headings]);
  for (const capture of captures.read(range)) {
    const values = valuesByHeading(capture);
    yield line([...FIXED.map(({ write }) => write(capture)), ...headings.map((heading) => values.get(heading) ?? '')]);
  }
}

function valuesByHeading({ values }: Capture): ReadonlyMap<string, string> {
  return new Map(
    values.columns.flatMap((column): [string, string][] => {
      const measured = values.get(column.key);
      if (measured?.kind !== 'value') return [];
      return [[headingOf(column), formatDecimal(measured.quantity.value, measured.quantity.scaler)]];
    }),
  );
}

const line = (fields: readonly string[]): string => `${fields.map(quoted).join(',')}\r\n`;

const quoted = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
