import { type ObisCode, obisGroups } from '#core/obis.ts';
import { type CosemData, type DataTypeName, octetString } from './data-types.ts';
import type { Snapshot } from './snapshot.ts';

/** What a client may know of one attribute of a class. */
interface AttributeSpec {
  /** 1 is the logical name; a negative number is the manufacturer's own. There is no 0. */
  readonly id: number;
  /** As the Blue Book writes it: `scaler_unit`. */
  readonly name: string;
  /** What its value can be. */
  readonly types: readonly DataTypeName[];
  /** The attributes of the same object without which this one says nothing: a value needs its scaler and unit. */
  readonly companions: readonly number[];
}

interface MethodSpec {
  readonly id: number;
  readonly name: string;
}

/** @see IEC 62056-6-2 (Blue Book), COSEM interface classes */
export interface InterfaceClass {
  readonly classId: number;
  readonly version: number;
  readonly name: string;
  /** In the order of their numbers. */
  readonly attributes: readonly AttributeSpec[];
  readonly methods: readonly MethodSpec[];
}

/** An instance of an interface class: what a client addresses as `<class>-<obis>`. */
export interface CosemObject {
  readonly classId: number;
  readonly version: number;
  readonly logicalName: ObisCode;
  readonly interfaceClass: InterfaceClass;
  /** In words, for people. */
  readonly name: string;
  /** `undefined` where the class has no such attribute; `null-data` where it has one without a value. */
  read(attribute: number, snapshot: Snapshot): CosemData | undefined;
}

/** What every object is made from, whatever its class. */
export interface ObjectIdentity {
  readonly logicalName: ObisCode;
  readonly name: string;
}

/** One attribute as its class knows it: also how it is read, from what the object is made of and from the snapshot. */
export interface AttributeDefinition<Row> extends AttributeSpec {
  readonly read: (row: Row, snapshot: Snapshot) => CosemData;
}

/** An interface class as its file writes it down. */
export interface ClassDefinition<Row extends ObjectIdentity> extends InterfaceClass {
  readonly attributes: readonly AttributeDefinition<Row>[];
}

/** Attribute 1 of every class. */
export const logicalNameAttribute: AttributeDefinition<ObjectIdentity> = {
  id: 1,
  name: 'logical_name',
  types: ['octet-string'],
  companions: [],
  read: ({ logicalName }) => octetString(Uint8Array.from(obisGroups(logicalName))),
};

/** Makes an instance of a class. */
export function createObject<Row extends ObjectIdentity>(definition: ClassDefinition<Row>, row: Row): CosemObject {
  const readers = new Map(definition.attributes.map(({ id, read }) => [id, read]));
  return {
    classId: definition.classId,
    version: definition.version,
    logicalName: row.logicalName,
    interfaceClass: definition,
    name: row.name,
    read: (attribute, snapshot) => readers.get(attribute)?.(row, snapshot),
  };
}
