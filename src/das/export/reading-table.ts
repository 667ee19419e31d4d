import { formatObis, obisFromHex } from '#core/obis.ts';
import { unitOfCode } from '#core/quantity.ts';
import { addTime, formatInstant, type Instant } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import type { ExportRequest } from '#das/export-request.ts';
import type { StoredReading, StoredValue } from '#das/reading-store.ts';
import { readingsOf } from './pages.ts';

/** What stands in one place of a table. */
export type Cell =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'decimal'; readonly value: bigint; readonly scaler: number }
  /** A time as the clock on the wall shows it. */
  | { readonly kind: 'local-time'; readonly shown: Instant }
  | { readonly kind: 'nothing' };

export interface Heading {
  readonly text: string;
  /** How many characters a column has to show of it and of what stands below it. */
  readonly width: number;
}

export interface Table {
  readonly headings: readonly Heading[];
  readonly rows: AsyncIterable<readonly Cell[]>;
}

/** What stands in every row before the values. */
const FIXED: readonly FixedColumn[] = [
  { name: 'meter', width: 20, cell: ({ meter }) => textCell(meter) },
  { name: 'number', width: 12, cell: ({ number }) => ({ kind: 'decimal', value: number, scaler: 0 }) },
  { name: 'time UTC', width: 26, cell: ({ at }) => textCell(formatInstant(at)) },
  { name: 'time', width: 21, cell: ({ at }, zone) => ({ kind: 'local-time', shown: addTime(at, zone.offset(at)) }) },
  { name: 'state', width: 18, cell: ({ state }) => textCell(state) },
  { name: 'document SHA-256', width: 68, cell: ({ id }) => textCell(id) },
];

interface FixedColumn {
  readonly name: string;
  readonly width: number;
  readonly cell: (reading: StoredReading, zone: Zone) => Cell;
}

const headed = (text: string, width = 0): Heading => ({ text, width: Math.max(width, text.length + 2) });

const NOTHING: Cell = { kind: 'nothing' };

/**
 * Readings as a table: a row each, a column for each value in its unit. The rows are no evidence; the documents that they
 * name by their hash are.
 */
export async function readingTable(request: ExportRequest): Promise<Table> {
  const { zone } = request;
  const columns = await columnsOf(request);
  const headings = [
    ...FIXED.map(({ name, width }) => headed(name === 'time' ? `time ${zone.name}` : name, width)),
    ...columns.map((column) => headed(column)),
  ];
  return { headings, rows: rowsOf(request, columns) };
}

/** The whole range is read for them: an object may have come or gone on the way. */
async function columnsOf(request: ExportRequest): Promise<readonly string[]> {
  const columns = new Set<string>();
  for await (const { values } of readingsOf(request)) for (const value of values) columns.add(headingOf(value));
  return [...columns];
}

async function* rowsOf(
  request: ExportRequest,
  columns: readonly string[],
): AsyncGenerator<readonly Cell[], void, undefined> {
  for await (const reading of readingsOf(request)) {
    const values = new Map(reading.values.map((value) => [headingOf(value), value]));
    yield [
      ...FIXED.map(({ cell }) => cell(reading, request.zone)),
      ...columns.map((column) => decimalCell(values.get(column))),
    ];
  }
}

/** `1-0:1.8.0.255 [Wh]`; attributes other than the value itself are named: `1-0:1.4.0.255/3 [W]`. */
function headingOf({ object, attribute, unit }: StoredValue): string {
  const [classId, hex = ''] = object.split('-');
  const obis = obisFromHex(hex);
  const name = obis === undefined ? `${classId}-${hex}` : formatObis(obis);
  const symbol = unitOfCode(unit)?.symbol ?? `unit ${unit}`;
  return `${name}${attribute === 2 ? '' : `/${attribute}`}${symbol === '' ? '' : ` [${symbol}]`}`;
}

const textCell = (text: string): Cell => ({ kind: 'text', text });

const decimalCell = (value: StoredValue | undefined): Cell =>
  value === undefined ? NOTHING : { kind: 'decimal', value: value.value, scaler: value.scaler };
