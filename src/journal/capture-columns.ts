import { formatObis, type ObisCode, parseObis } from '#core/obis.ts';
import { type Quantity, type Scaler, type Unit, unitOfCode } from '#core/quantity.ts';
import type { Sample } from '#core/sample.ts';
import { type IntegerType, isIntegerType } from '#cosem/data-types.ts';
import { expectedValues, type ObjectRow } from '#cosem/measured-object.ts';

/** What gives the captured values of one key their meaning. */
export interface Column {
  /** As in a sample. */
  readonly key: string;
  readonly classId: number;
  readonly logicalName: ObisCode;
  readonly type: IntegerType;
  readonly scaler: Scaler;
  readonly unit: Unit;
}

/** The columns of a device's captures, in the order of its description. */
export function columnsOf(rows: readonly ObjectRow[]): readonly Column[] {
  return rows.flatMap((row) =>
    expectedValues(row).map(({ key, type }) => {
      const { classId, logicalName, scaler, unit } = row;
      return { key, classId, logicalName, type, scaler, unit };
    }),
  );
}

/**
 * The same columns with the scalers and units that the values of a sample really have: what a class has beside its value
 * (the period of a demand register) has a unit of its own. Returns the same array where nothing differs.
 */
export function fittedTo(columns: readonly Column[], sample: Sample): readonly Column[] {
  const fits = columns.every((column) => sameMeaning(column, quantityOf(sample, column)));
  if (fits) return columns;
  return columns.map((column) => {
    const quantity = quantityOf(sample, column);
    return quantity === undefined ? column : { ...column, scaler: quantity.scaler, unit: quantity.unit };
  });
}

function quantityOf(sample: Sample, { key }: Column): Quantity | undefined {
  const measured = sample.values.get(key);
  return measured?.kind === 'value' ? measured.quantity : undefined;
}

const sameMeaning = (column: Column, quantity: Quantity | undefined): boolean =>
  quantity === undefined || (quantity.scaler === column.scaler && quantity.unit.code === column.unit.code);

/** One line per column: key, class, logical name, type, scaler, code of the unit. */
export function formatColumns(columns: readonly Column[]): string {
  return columns
    .map(({ key, classId, logicalName, type, scaler, unit }) =>
      [key, classId, formatObis(logicalName), type, scaler, unit.code].join(' '),
    )
    .join('\n');
}

/** @throws TypeError for a text that {@link formatColumns} did not write: its hash has been checked before */
export function parseColumns(text: string): readonly Column[] {
  return text.split('\n').map((line) => {
    const [key = '', classId, obis = '', type = '', scaler, unitCode] = line.split(' ');
    const unit = unitOfCode(Number(unitCode));
    if (unit === undefined || !isIntegerType(type)) throw new TypeError(`no column: ${line}`);
    return { key, classId: Number(classId), logicalName: parseObis(obis), type, scaler: Number(scaler), unit };
  });
}
