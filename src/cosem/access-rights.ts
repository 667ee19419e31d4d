import { obisGroups } from '#core/obis.ts';
import type { CosemObject } from './interface-class.ts';
import type { LogicalDevice } from './logical-device.ts';

export const roles = [
  'consumer',
  'grid-operator',
  'supplier',
  'administrator',
  'service-technician',
  'authority',
] as const;

export type Role = (typeof roles)[number];

/** Asks for a device as such, for one of its objects, or for one attribute of that. */
export type MayRead = (device: LogicalDevice, object?: CosemObject, attribute?: number) => boolean;

/** What one client may see. What it may not see is not there. */
export interface Rights {
  /** With a signed request. */
  readonly visible: MayRead;
  /** With an unsigned request too. */
  readonly unsigned: MayRead;
}

/** `signed`: only by a signed request, and so in a sealed document. */
type Access = 'unsigned' | 'signed' | 'hidden';

/** What an object is about, as far as rights go. */
type Subject = 'identification' | 'device' | 'energy' | 'network' | 'load';

/**
 * Who reads what. A consumer sees all of the own meter; the administrator and the technician of the box see what they
 * need to judge it; the others see what their task needs, and take as evidence only what is sealed. What a household
 * does from minute to minute (`load`) is no business of a supplier.
 */
const ACCESS: Readonly<Record<Role, Readonly<Record<Subject, Access>>>> = {
  consumer: {
    identification: 'unsigned',
    device: 'unsigned',
    energy: 'unsigned',
    network: 'unsigned',
    load: 'unsigned',
  },
  'grid-operator': {
    identification: 'unsigned',
    device: 'unsigned',
    energy: 'signed',
    network: 'unsigned',
    load: 'signed',
  },
  supplier: { identification: 'unsigned', device: 'hidden', energy: 'signed', network: 'hidden', load: 'hidden' },
  administrator: {
    identification: 'unsigned',
    device: 'unsigned',
    energy: 'unsigned',
    network: 'unsigned',
    load: 'unsigned',
  },
  'service-technician': {
    identification: 'unsigned',
    device: 'unsigned',
    energy: 'signed',
    network: 'unsigned',
    load: 'unsigned',
  },
  authority: { identification: 'unsigned', device: 'unsigned', energy: 'signed', network: 'signed', load: 'signed' },
};

/**
 * Which logical names belong to which subject: the medium (group A), the quantity (C) and how it is processed (D), each
 * where it matters. The first row that fits counts; what fits none is `load`.
 * @see IEC 62056-6-1 (OBIS)
 */
const SUBJECTS: readonly {
  readonly subject: Subject;
  readonly media?: readonly number[];
  readonly quantities?: readonly number[];
  readonly processings?: readonly number[];
}[] = [
  // Logical device name; device numbers, abstract and of electricity.
  { subject: 'identification', media: [0], quantities: [42] },
  { subject: 'identification', media: [0], quantities: [96], processings: [1] },
  { subject: 'identification', media: [1], quantities: [0], processings: [0] },
  // Everything abstract; parameters of the meter.
  { subject: 'device', media: [0] },
  { subject: 'device', media: [1], quantities: [0] },
  // Demand: cumulative, average, maximum. Energy: time integrals.
  { subject: 'energy', media: [1], processings: [2, 4, 5, 6, 8, 9] },
  // Voltages and frequencies, whatever becomes of them.
  { subject: 'network', media: [1], quantities: [12, 14, 32, 34, 52, 54, 72, 74, 92, 124, 125, 126] },
];

/** An object's subject is asked for with every attribute of every answer, and never changes. */
const known = new WeakMap<CosemObject, Subject>();

function subjectOf(object: CosemObject): Subject {
  const subject = known.get(object) ?? classify(object);
  known.set(object, subject);
  return subject;
}

function classify({ logicalName }: CosemObject): Subject {
  const [medium = 0, , quantity = 0, processing = 0] = obisGroups(logicalName);
  const row = SUBJECTS.find(
    ({ media, quantities, processings }) =>
      media?.includes(medium) !== false &&
      quantities?.includes(quantity) !== false &&
      processings?.includes(processing) !== false,
  );
  return row?.subject ?? 'load';
}

/** The rights of a role. Every logical device as such may be seen by everybody who may connect. */
export function rightsOf(role: Role): Rights {
  const accessTo = (object: CosemObject): Access => ACCESS[role][subjectOf(object)];
  return {
    visible: (_device, object) => object === undefined || accessTo(object) !== 'hidden',
    unsigned: (_device, object) => object === undefined || accessTo(object) === 'unsigned',
  };
}

/** The rights that remain without a signature: what asks for one is not there. */
export function withoutSignature(rights: Rights): Rights {
  return { visible: rights.unsigned, unsigned: rights.unsigned };
}

/** The same rights, but for these devices alone: another consumer's meter is not there. */
export function ofDevices(rights: Rights, ids: ReadonlySet<string>): Rights {
  const among =
    (may: MayRead): MayRead =>
    (device, object, attribute) =>
      ids.has(device.id) && may(device, object, attribute);
  return { visible: among(rights.visible), unsigned: among(rights.unsigned) };
}
