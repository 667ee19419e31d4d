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

/** Asks for a device as such, for one of its objects, or for one attribute (or method) of that. */
export type May = (device: LogicalDevice, object?: CosemObject, member?: number) => boolean;

/** What one client may do. What it may not see is not there; it writes and runs by a signed request only. */
export interface Rights {
  /** Read with a signed request. */
  readonly visible: May;
  /** Read with an unsigned request too. */
  readonly unsigned: May;
  /** Write attributes. */
  readonly writable: May;
  /** Run methods. */
  readonly invocable: May;
}

/** `signed`: only by a signed request, and so in a sealed document. */
type Reading = 'unsigned' | 'signed' | 'hidden';

/** Reading, and whether attributes may be written and methods run. */
type Grant = Reading | `${Reading} write` | `${Reading} write invoke`;

/** What an object is about, as far as rights go. */
export const subjects = [
  'identification',
  'device',
  'energy',
  'network',
  'load',
  'captures',
  'clock',
  'tariff',
  'control',
  'display',
  'association',
  'firmware',
  'system-book',
  'consumer-book',
  'calibration-book',
] as const;

export type Subject = (typeof subjects)[number];

/**
 * Who does what. A consumer sees all of the own meter; the administrator and the technician of the box see what they
 * need to judge it; the others see what their task needs, and take as evidence only what is sealed. What a household
 * does from minute to minute (`load`) is no business of a supplier, and who asked for a consumer's values is nobody's
 * but the consumer's. The grid operator alone switches; the administrator alone touches the program and the clock.
 */
const ACCESS: Readonly<Record<Role, Readonly<Record<Subject, Grant>>>> = {
  consumer: {
    identification: 'unsigned',
    device: 'unsigned',
    energy: 'unsigned',
    network: 'unsigned',
    load: 'unsigned',
    captures: 'unsigned',
    clock: 'unsigned',
    tariff: 'unsigned',
    control: 'unsigned',
    display: 'unsigned',
    association: 'unsigned',
    firmware: 'hidden',
    'system-book': 'hidden',
    'consumer-book': 'unsigned',
    'calibration-book': 'unsigned',
  },
  'grid-operator': {
    identification: 'unsigned',
    device: 'unsigned',
    energy: 'signed',
    network: 'unsigned',
    load: 'signed',
    captures: 'signed',
    clock: 'unsigned',
    tariff: 'unsigned write invoke',
    control: 'unsigned write invoke',
    display: 'unsigned write',
    association: 'unsigned',
    firmware: 'hidden',
    'system-book': 'signed',
    'consumer-book': 'hidden',
    'calibration-book': 'signed',
  },
  supplier: {
    identification: 'unsigned',
    device: 'hidden',
    energy: 'signed',
    network: 'hidden',
    load: 'hidden',
    captures: 'hidden',
    clock: 'unsigned',
    tariff: 'unsigned',
    control: 'hidden',
    display: 'unsigned write',
    association: 'unsigned',
    firmware: 'hidden',
    'system-book': 'hidden',
    'consumer-book': 'hidden',
    'calibration-book': 'signed',
  },
  administrator: {
    identification: 'unsigned',
    device: 'unsigned write invoke',
    energy: 'unsigned write invoke',
    network: 'unsigned',
    load: 'unsigned write invoke',
    captures: 'unsigned',
    clock: 'unsigned write invoke',
    tariff: 'unsigned write invoke',
    control: 'unsigned',
    display: 'unsigned write',
    association: 'unsigned',
    firmware: 'unsigned write invoke',
    'system-book': 'unsigned',
    'consumer-book': 'hidden',
    'calibration-book': 'unsigned',
  },
  'service-technician': {
    identification: 'unsigned',
    device: 'unsigned write',
    energy: 'signed',
    network: 'unsigned',
    load: 'unsigned',
    captures: 'signed',
    clock: 'unsigned',
    tariff: 'unsigned',
    control: 'unsigned',
    display: 'unsigned write',
    association: 'unsigned',
    firmware: 'unsigned',
    'system-book': 'unsigned',
    'consumer-book': 'hidden',
    'calibration-book': 'signed',
  },
  authority: {
    identification: 'unsigned',
    device: 'unsigned',
    energy: 'signed',
    network: 'signed',
    load: 'signed',
    captures: 'signed',
    clock: 'unsigned',
    tariff: 'signed',
    control: 'signed',
    display: 'unsigned',
    association: 'unsigned',
    firmware: 'signed',
    'system-book': 'signed',
    'consumer-book': 'hidden',
    'calibration-book': 'signed',
  },
};

/**
 * Which logical names belong to which subject: medium (group A), then as many of the groups C, D and E as matter, `*` for
 * any. The first row that fits counts; what fits none is `load`.
 * @see IEC 62056-6-1 (OBIS)
 */
const SUBJECTS: readonly (readonly [Subject, ...string[]])[] = [
  // Logical device name; device numbers and metering point, abstract and of electricity; what program runs.
  ['identification', '0:42', '0:96.1', '1:0.0', '1:0.2'],
  ['clock', '0:1.0'],
  // Register activation, activity calendar, special days, scripts that switch tariffs.
  ['tariff', '0:14', '0:13', '0:11', '0:10.0.100'],
  // Breaker, limiter, monitors, and the scripts and schedules that act on them.
  ['control', '0:96.3.10', '0:17', '0:16', '0:10.0.106', '0:15.0.1'],
  ['display', '0:96.13'],
  ['association', '0:40', '0:41'],
  ['firmware', '0:44'],
  // Whole captures hold all that is measured: who reads them has to have the right to each part in the same way.
  ['captures', '0:99.128', '0:96.128'],
  ['system-book', '0:99.98.0', '0:96.15.1', '0:96.11.0', '0:96.11.128'],
  ['consumer-book', '0:99.98.1', '0:96.15.2', '0:96.11.1', '0:96.11.129'],
  ['calibration-book', '0:99.98.2', '0:96.15.3', '0:96.11.2', '0:96.11.130'],
  // End of a billing period: its schedules and scripts, and what is kept then.
  ['energy', '0:15.0.0', '0:15.1.0', '0:10.0.1', '1:98'],
  // Whatever else is abstract; parameters of the meter.
  ['device', '0', '1:0'],
  // Load profiles tell what a household did, whatever they are made of.
  ['load', '1:99'],
  // Demand: cumulative, average, maximum. Energy: time integrals.
  ['energy', '1:*.2', '1:*.4', '1:*.5', '1:*.6', '1:*.8', '1:*.9'],
  // Voltages and frequencies, whatever becomes of them.
  ['network', '1:12', '1:14', '1:32', '1:34', '1:52', '1:54', '1:72', '1:74', '1:92', '1:124', '1:125', '1:126'],
];

/** The groups A, C, D, E that a name must have; `undefined` for any. */
type NamePattern = readonly (number | undefined)[];

const namePatterns: readonly { readonly subject: Subject; readonly pattern: NamePattern }[] = SUBJECTS.flatMap(
  ([subject, ...names]) =>
    names.map((name) => ({
      subject,
      pattern: name.split(/[:.]/).map((group) => (group === '*' ? undefined : Number(group))),
    })),
);

/** An object's subject is asked for with every attribute of every answer, and never changes. */
const known = new WeakMap<CosemObject, Subject>();

export function subjectOf(object: CosemObject): Subject {
  const subject = known.get(object);
  if (subject !== undefined) return subject;
  const found = classify(object);
  known.set(object, found);
  return found;
}

function classify({ logicalName }: CosemObject): Subject {
  const [medium, , quantity, processing, instance] = obisGroups(logicalName);
  const groups = [medium, quantity, processing, instance];
  const fits = ({ pattern }: { readonly pattern: NamePattern }): boolean =>
    pattern.every((group, index) => group === undefined || group === groups[index]);
  return namePatterns.find(fits)?.subject ?? 'load';
}

/** The rights of a role. Every logical device as such may be seen by everybody who may connect. */
export function rightsOf(role: Role): Rights {
  const grants = ACCESS[role];
  const subjectsWith = (holds: (grant: Grant) => boolean): ReadonlySet<Subject> =>
    new Set(subjects.filter((subject) => holds(grants[subject])));
  const visible = subjectsWith((grant) => !grant.startsWith('hidden'));
  const unsigned = subjectsWith((grant) => grant.startsWith('unsigned'));
  const writable = subjectsWith((grant) => grant.includes(' write'));
  const invocable = subjectsWith((grant) => grant.includes(' invoke'));
  return {
    visible: (_device, object) => object === undefined || visible.has(subjectOf(object)),
    unsigned: (_device, object) => object === undefined || unsigned.has(subjectOf(object)),
    writable: (_device, object) => object !== undefined && writable.has(subjectOf(object)),
    invocable: (_device, object) => object !== undefined && invocable.has(subjectOf(object)),
  };
}

/** The rights that remain without a signature: what asks for one is not there, and nothing is written or run. */
export function withoutSignature(rights: Rights): Rights {
  return { visible: rights.unsigned, unsigned: rights.unsigned, writable: never, invocable: never };
}

const never: May = () => false;

/** The same rights, but for these devices alone: another consumer's meter is not there. */
export function ofDevices(rights: Rights, ids: ReadonlySet<string>): Rights {
  const among =
    (may: May): May =>
    (device, object, member) =>
      ids.has(device.id) && may(device, object, member);
  return {
    visible: among(rights.visible),
    unsigned: among(rights.unsigned),
    writable: among(rights.writable),
    invocable: among(rights.invocable),
  };
}
