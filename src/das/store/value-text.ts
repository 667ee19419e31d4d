import type { StoredValue } from '#das/reading-store.ts';

/*
 * Values as they stand in rows. What gives them meaning stands once in a layout:
 *
 *   [["3-0100010800ff",2,0,30],["3-0100200700ff",2,-2,35]]       object, attribute, scaler, unit
 *   [123456,23010]                                               the values in that order
 */

/** What gives a value its meaning. */
export type Column = Pick<StoredValue, 'object' | 'attribute' | 'scaler' | 'unit'>;

export interface ValueText {
  readonly columns: string;
  readonly vals: string;
}

export const valuesToText = (values: readonly StoredValue[]): ValueText => ({
  columns: columnsToText(values),
  vals: `[${values.map(({ value }) => integerToText(value)).join(',')}]`,
});

interface Written {
  readonly columns: readonly Column[];
  readonly text: string;
}

/** What was written last of so many columns: from one document of a meter to the next they seldom change. */
const written = new Map<number, Written>();
const MOST_REMEMBERED = 256;

export function columnsToText(columns: readonly Column[]): string {
  const last = written.get(columns.length);
  if (last?.columns.every((column, index) => isSame(column, columns[index])) === true) return last.text;
  const text = `[${columns.map(columnToText).join(',')}]`;
  if (columns.length < MOST_REMEMBERED) written.set(columns.length, { columns, text });
  return text;
}

const isSame = (column: Column, other: Column | undefined): boolean =>
  column.object === other?.object &&
  column.attribute === other.attribute &&
  column.scaler === other.scaler &&
  column.unit === other.unit;

export const columnToText = ({ object, attribute, scaler, unit }: Column): string =>
  `[${JSON.stringify(object)},${attribute},${scaler},${unit}]`;

export const columnsOfText = (text: string): readonly Column[] =>
  (JSON.parse(text) as [string, number, number, number][]).map(([object, attribute, scaler, unit]) => ({
    object,
    attribute,
    scaler,
    unit,
  }));

const SMALLEST_INTEGER = -(2n ** 63n);
export const LARGEST_INTEGER = 2n ** 63n - 1n;

/** SQLite counts to 63 bits; what is larger is a text. */
const integerToText = (value: bigint): string =>
  value >= SMALLEST_INTEGER && value <= LARGEST_INTEGER ? value.toString() : `"${value}"`;

/** The texts of an array of integers, `null` for what is missing. No text in it has a comma. */
export const textsOf = (vals: string): readonly (string | null)[] =>
  vals === '[]'
    ? []
    : vals
        .slice(1, -1)
        .split(',')
        .map((text) => (text === 'null' ? null : text));

export const integerOfText = (text: string): bigint => BigInt(text.startsWith('"') ? text.slice(1, -1) : text);

/** What {@link valuesToText} was given, less what is missing. */
export function valuesOfText(columns: readonly Column[], vals: string): readonly StoredValue[] {
  const texts = textsOf(vals);
  return columns.flatMap((column, index) => {
    const text = texts[index] ?? null;
    return text === null ? [] : [{ ...column, value: integerOfText(text) }];
  });
}
