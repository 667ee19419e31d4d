import { type CosemData, dataTypeNames } from './data-types.ts';
import { type ClassDefinition, logicalNameAttribute, type ObjectIdentity } from './interface-class.ts';
import type { Snapshot } from './snapshot.ts';

export interface DataRow extends ObjectIdentity {
  readonly value: (snapshot: Snapshot) => CosemData;
}

/** @see IEC 62056-6-2 (Blue Book), Data (class_id 1, version 0) */
export const data: ClassDefinition<DataRow> = {
  classId: 1,
  version: 0,
  name: 'Data',
  attributes: [
    logicalNameAttribute,
    {
      id: 2,
      name: 'value',
      types: dataTypeNames,
      companions: [],
      read: ({ value }, snapshot) => value(snapshot),
    },
  ],
  methods: [],
};
