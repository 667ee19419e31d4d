import { type AttributeDefinition, type ClassDefinition, logicalNameAttribute } from './interface-class.ts';
import { type MeasurandRow, measuredTypes, scalerUnit, valueOf } from './measurand.ts';

/** Those that an extended register has too. */
export const registerAttributes: readonly AttributeDefinition<MeasurandRow>[] = [
  logicalNameAttribute,
  {
    id: 2,
    name: 'value',
    types: [...measuredTypes, 'null-data'],
    companions: [3],
    read: ({ key, type }, snapshot) => valueOf(snapshot, key, type),
  },
  { id: 3, name: 'scaler_unit', types: ['structure'], companions: [], read: scalerUnit },
];

/** @see IEC 62056-6-2 (Blue Book), Register (class_id 3, version 0) */
export const register: ClassDefinition<MeasurandRow> = {
  classId: 3,
  version: 0,
  name: 'Register',
  attributes: registerAttributes,
  methods: [{ id: 1, name: 'reset' }],
};
