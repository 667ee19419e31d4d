import { formatDecimal, unitOfCode } from '#core/quantity.ts';
import type { Reading } from '#representation/reading.ts';
import { measuredValues } from './measured-values.ts';

// No `node:` import here: a browser reads documents too.

/** A value as a document states it, for a person. */
export interface DocumentValue {
  /** `3-0100010800ff` */
  readonly object: string;
  readonly attribute: number;
  /** Decimal, with every digit that the scaler promises. `undefined`: the document says that there is none. */
  readonly value: string | undefined;
  /** The unit's symbol; empty for none. */
  readonly unit: string;
}

/** Every measured value of a verified document. Values without the scaler that gives them meaning are none. */
export const documentValues = (reading: Reading): readonly DocumentValue[] =>
  measuredValues(reading).map(({ object, attribute, value, scaler, unit }) => ({
    object,
    attribute,
    value: value === undefined ? undefined : formatDecimal(value, scaler),
    unit: unitOfCode(unit)?.symbol ?? `unit ${unit}`,
  }));
