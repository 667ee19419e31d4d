import { formatDecimal, unitOfCode } from '#core/quantity.ts';
import { formatInstant } from '#core/time.ts';
import type { RegisterValue } from '#das/api-types.ts';
import type { LiveReading } from '#das/collection.ts';
import type { StoredValue } from '#das/reading-store.ts';

export const unitText = (code: number): string => unitOfCode(code)?.symbol ?? '';

/** The values of a reading, each with the document that proves it. */
export function registersOf({ at, number, document, values }: Omit<LiveReading, 'meter' | 'state' | 'proven'>) {
  return values.map(
    ({ object, attribute, value, scaler, unit, at: own = at }: StoredValue): RegisterValue => ({
      object,
      attribute,
      value: formatDecimal(value, scaler),
      unit: unitText(unit),
      at: formatInstant(own),
      number: `${number}`,
      document,
    }),
  );
}
