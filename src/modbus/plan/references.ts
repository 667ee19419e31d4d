import { FileError, type Located } from '#core/located.ts';
import type { Measurand, ReadMeasurand } from '#modbus/measure-plan.ts';
import { registerFormats } from '#modbus/register-format.ts';
import { keyAt } from './fields.ts';
import type { PlacedMeasurand } from './rows.ts';

/** Every key once, and every derived row made of rows that are read and counted alike. */
export function checkReferences(placed: readonly PlacedMeasurand[]): readonly Measurand[] {
  const byKey = new Map<string, PlacedMeasurand>();
  for (const row of placed) {
    const { key } = row.measurand;
    const other = byKey.get(key);
    if (other !== undefined) {
      const problem = `the key "${key}" is already used in line ${other.at.place.line}`;
      throw new FileError('DEVICE_KEY_DUPLICATE', row.at.place, problem, 'a key of its own for every row');
    }
    byKey.set(key, row);
  }
  for (const { at, measurand } of placed) {
    for (const key of inputsOf(measurand)) checkInput(at, measurand, key, byKey.get(key)?.measurand);
  }
  return placed.map(({ measurand }) => measurand);
}

/** The key of a row that reads an integer from registers; `meaning` says what for. */
export function integerRowAt(row: Located, measurands: readonly Measurand[], meaning: string): string {
  const key = keyAt(row);
  const found = measurands.find((measurand) => measurand.key === key);
  if (found?.kind === 'read' && registerFormats[found.source.format].kind === 'integer') return key;
  const problem = `"${key}" is not the key of a row that reads an integer`;
  throw new FileError('DEVICE_KEY_UNKNOWN', row.place, problem, `the key of the row with ${meaning}`);
}

function inputsOf(measurand: Measurand): readonly string[] {
  if (measurand.kind === 'sum') return measurand.terms.map(({ key }) => key);
  return measurand.kind === 'mean' ? [measurand.of] : [];
}

function checkInput(at: Located, derived: Measurand, key: string, input: Measurand | undefined): void {
  if (!isRead(input)) {
    const problem = `"${key}" is not the key of a row that is read from registers`;
    throw new FileError('DEVICE_KEY_UNKNOWN', at.place, problem, 'the key of a row with "at"');
  }
  if (input.unit === derived.unit && input.scaler === derived.scaler) return;
  throw new FileError(
    'DEVICE_UNITS_MIXED',
    at.place,
    `"${key}" is in 10^${input.scaler} ${input.unit.name}, this row in 10^${derived.scaler} ${derived.unit.name}`,
    'the same unit and scaler',
  );
}

function isRead(measurand: Measurand | undefined): measurand is ReadMeasurand {
  return measurand?.kind === 'read';
}
