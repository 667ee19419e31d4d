import type { ObisCode } from '#core/obis.ts';
import type { CosemData, DataTypeName } from './data-types.ts';
import type { Snapshot } from './snapshot.ts';

/** What a client may know of one attribute of a class. */
export interface AttributeSpec {
  /** 1 is the logical name; a negative number is the manufacturer's own. There is no 0. */
  readonly id: number;
  /** As the Blue Book writes it: `scaler_unit`. */
  readonly name: string;
  /** What its value can be. */
  readonly types: readonly DataTypeName[];
  /** The attributes of the same object without which this one says nothing: a value needs its scaler and unit. */
  readonly companions: readonly number[];
}

export interface MethodSpec {
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
