import { type CosemData, dataTypeNames } from './data-types.ts';
import {
  type AttributeDefinition,
  type ClassDefinition,
  logicalNameAttribute,
  type ObjectIdentity,
} from './interface-class.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The class whose value is read, and perhaps written, in this way.
 * @see IEC 62056-6-2 (Blue Book), Data (class_id 1, version 0)
 */
export function dataClass<Row extends ObjectIdentity>(
  value: Pick<AttributeDefinition<Row>, 'read' | 'writing'>,
): ClassDefinition<Row> {
  return {
    classId: 1,
    version: 0,
    name: 'Data',
    attributes: [logicalNameAttribute, { id: 2, name: 'value', types: dataTypeNames, companions: [], ...value }],
    methods: [],
  };
}

export interface DataRow extends ObjectIdentity {
  readonly value: (snapshot: Snapshot) => CosemData;
}

/** One that is only read. */
export const data: ClassDefinition<DataRow> = dataClass({ read: ({ value }, snapshot) => value(snapshot) });
