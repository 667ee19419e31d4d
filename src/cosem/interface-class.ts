import { type ObisCode, obisGroups } from '#core/obis.ts';
import type { Instant } from '#core/time.ts';
import { type AccessOutcome, outcomeOf } from './access-result.ts';
import type { Rights } from './access-rights.ts';
import type { CaptureObject } from './capture-object.ts';
import { type CosemData, type DataTypeName, octetString } from './data-types.ts';
import type { EventSink } from './events.ts';
import type { LogicalDevice } from './logical-device.ts';
import { invokeMethod, type Running, type Writing, writeAttribute } from './mutation.ts';
import type { BufferSelection } from './selective-access.ts';
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
  /**
   * Too long to stand among others: whoever lists objects leaves its value out, whoever asks for it alone gets it; an array
   * item by item ({@link CosemObject.elements}), since it may be too long to be held.
   */
  readonly isBulky?: boolean;
  /** The numbers of its ways of selective access: 1 by range, 2 by entry. */
  readonly selectors?: readonly number[];
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

/** For whom something is read, and which part of it. Only some objects look different to different readers. */
export interface Reader {
  readonly device: LogicalDevice;
  readonly rights: Rights;
  /** For attributes with selective access. */
  readonly selection?: BufferSelection;
}

/** The occasion on which something is written or run. Whether the client may has been asked before. */
export interface AccessContext {
  readonly device: LogicalDevice;
  /** A client's id, or the object of the device that acts by itself. */
  readonly actor: string;
  /** Whether the device acts by itself: a limiter, a schedule. */
  readonly isLocal: boolean;
  readonly at: Instant;
  readonly events: EventSink;
}

/** An instance of an interface class: what a client addresses as `<class>-<obis>`. */
export interface CosemObject {
  readonly classId: number;
  readonly version: number;
  readonly logicalName: ObisCode;
  readonly interfaceClass: InterfaceClass;
  /** In words, for people. */
  readonly name: string;
  /**
   * `undefined` where the class has no such attribute; `null-data` where it has one without a value. What is measured is
   * as the snapshot has it; what is set is as it is now. Without a reader, nothing that only a client could see is there.
   * @throws AccessRefusal `SELECTION_UNSUITABLE`
   */
  read(attribute: number, snapshot: Snapshot, reader?: Reader): CosemData | undefined;
  /** The items of a bulky array, made as they are asked for; `undefined` for any other attribute. */
  elements(attribute: number, snapshot: Snapshot, reader?: Reader): Iterable<CosemData> | undefined;
  /** What the columns of a buffer hold; none for any other attribute. */
  columns(attribute: number): readonly CaptureObject[];
  /** Whether this object takes values for the attribute at all, whoever sends them. */
  canWrite(attribute: number): boolean;
  /** Whether this object runs the method at all, whoever asks. */
  canInvoke(method: number): boolean;
  /** Each is an event in its book, recorded before it takes effect. */
  write(attribute: number, data: CosemData, context: AccessContext): Promise<AccessOutcome>;
  invoke(method: number, parameter: CosemData, context: AccessContext): Promise<AccessOutcome>;
}

/** What every object is made from, whatever its class. */
export interface ObjectIdentity {
  readonly logicalName: ObisCode;
  readonly name: string;
}

/** One attribute as its class knows it: also how it is read, from what the object is made of and from the snapshot. */
export interface AttributeDefinition<Row> extends AttributeSpec {
  readonly read: (row: Row, snapshot: Snapshot, reader?: Reader) => CosemData;
  /** Of a bulky array. */
  readonly elements?: (row: Row, snapshot: Snapshot, reader?: Reader) => Iterable<CosemData>;
  /** Of a buffer: what its columns hold, from which each value has its meaning. */
  readonly columns?: (row: Row) => readonly CaptureObject[];
  /** Absent where it can only be read. */
  readonly writing?: Writing<Row>;
}

export interface MethodDefinition<Row> extends MethodSpec {
  /** Absent where the class has the method and this service never runs it. */
  readonly running?: Running<Row>;
}

/** An interface class as its file writes it down. */
export interface ClassDefinition<Row extends ObjectIdentity> extends InterfaceClass {
  readonly attributes: readonly AttributeDefinition<Row>[];
  readonly methods: readonly MethodDefinition<Row>[];
}

/** Attribute 1 of every class. */
export const logicalNameAttribute: AttributeDefinition<ObjectIdentity> = {
  id: 1,
  name: 'logical_name',
  types: ['octet-string'],
  companions: [],
  read: ({ logicalName }) => octetString(Uint8Array.from(obisGroups(logicalName))),
};

/** For what follows from what an object is made of: computed once for each object, since every answer has it. */
export function oncePerObject<Row extends ObjectIdentity>(compute: (row: Row) => CosemData): (row: Row) => CosemData {
  const computed = new WeakMap<Row, CosemData>();
  return (row) => {
    const known = computed.get(row);
    if (known !== undefined) return known;
    const data = compute(row);
    computed.set(row, data);
    return data;
  };
}

/** Makes an instance of a class. */
export function createObject<Row extends ObjectIdentity>(definition: ClassDefinition<Row>, row: Row): CosemObject {
  const attributes = new Map(definition.attributes.map((attribute) => [attribute.id, attribute]));
  const methods = new Map(definition.methods.map((method) => [method.id, method]));
  return {
    classId: definition.classId,
    version: definition.version,
    logicalName: row.logicalName,
    interfaceClass: definition,
    name: row.name,
    read: (attribute, snapshot, reader) => attributes.get(attribute)?.read(row, snapshot, reader),
    elements: (attribute, snapshot, reader) => attributes.get(attribute)?.elements?.(row, snapshot, reader),
    columns: (attribute) => attributes.get(attribute)?.columns?.(row) ?? [],
    canWrite: (attribute) => isOffered(attributes.get(attribute)?.writing, row),
    canInvoke: (method) => isOffered(methods.get(method)?.running, row),
    write: (attribute, data, context) =>
      outcomeOf(() => writeAttribute(definition, row, attributes.get(attribute), data, context)),
    invoke: (method, parameter, context) =>
      outcomeOf(() => invokeMethod(definition, row, methods.get(method), parameter, context)),
  };
}

const isOffered = <Row>(change: Writing<Row> | Running<Row> | undefined, row: Row): boolean =>
  change !== undefined && change.isOffered?.(row) !== false;
