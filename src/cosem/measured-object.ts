import { data } from './data.ts';
import type { IntegerType } from './data-types.ts';
import { demandRegister, demandValues } from './demand-register.ts';
import { extendedRegister, extendedValues } from './extended-register.ts';
import { type CosemObject, createObject, type InterfaceClass } from './interface-class.ts';
import { type ExpectedValue, type MeasurandRow, measuredTypes, singleValue, valueOf } from './measurand.ts';
import { register } from './register.ts';

/** One row of a device description, read and found right: one COSEM object. */
export interface ObjectRow extends MeasurandRow {
  readonly classId: number;
  readonly version: number;
}

/** A class that a measurand can be published as. */
interface MeasuredClass {
  readonly definition: InterfaceClass;
  readonly types: readonly IntegerType[];
  readonly create: (row: MeasurandRow) => CosemObject;
  readonly values: (row: MeasurandRow) => readonly ExpectedValue[];
}

const MEASURED_CLASSES: readonly MeasuredClass[] = [
  {
    definition: data,
    types: [...measuredTypes, 'enum'],
    create: (row) => createObject(data, { ...row, value: (snapshot) => valueOf(snapshot, row.key, row.type) }),
    values: singleValue,
  },
  {
    definition: register,
    types: measuredTypes,
    create: (row) => createObject(register, row),
    values: singleValue,
  },
  {
    definition: extendedRegister,
    types: measuredTypes,
    create: (row) => createObject(extendedRegister, row),
    values: extendedValues,
  },
  {
    definition: demandRegister,
    types: measuredTypes,
    create: (row) => createObject(demandRegister, row),
    values: demandValues,
  },
];

const byClassId: ReadonlyMap<number, MeasuredClass> = new Map(
  MEASURED_CLASSES.map((measuredClass) => [measuredClass.definition.classId, measuredClass]),
);

export const measuredClassIds: readonly number[] = [...byClassId.keys()];

export const measuredClass = (classId: number): MeasuredClass | undefined => byClassId.get(classId);

export const createMeasuredObject = (row: ObjectRow): CosemObject => classOf(row).create(row);

/** What a sample should have for this row. */
export const expectedValues = (row: ObjectRow): readonly ExpectedValue[] => classOf(row).values(row);

function classOf({ classId }: ObjectRow): MeasuredClass {
  const found = measuredClass(classId);
  if (found === undefined) throw new TypeError(`no measurand is published as class ${classId}`);
  return found;
}
