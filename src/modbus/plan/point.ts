import { FileError, type Located } from '#core/located.ts';
import type { IdentityPoint, ReadMeasurand } from '#modbus/measure-plan.ts';
import { integerAt } from './fields.ts';

/** Registers that mean something: what lies between blocks and the values made of them. */
export interface Point {
  /** Where the file says so. */
  readonly at: Located;
  readonly address: number;
  readonly registers: number;
  /** How the registers are read; two points may share registers only if they read them alike. */
  readonly reading: string;
  readonly identity?: IdentityPoint;
  readonly measurand?: ReadMeasurand;
}

/** A manual that gives another length than the format means another format. */
export function checkLength(item: Located, format: string, registers: number): void {
  const stated = item.get('registers');
  if (stated === undefined || integerAt(stated, 1, 65_535) === registers) return;
  throw new FileError(
    'DEVICE_LENGTH_MISMATCH',
    stated.place,
    `${String(stated.value)} registers, but ${format} takes ${registers}`,
    'the format that the manual gives for this length',
  );
}
