import { toHex, utf8 } from '#core/bytes.ts';
import type { ObisCode } from '#core/obis.ts';
import { AccessRefusal } from './access-result.ts';
import { nullData, octetString } from './data-types.ts';
import { type ClassDefinition, logicalNameAttribute, type ObjectIdentity, oncePerObject } from './interface-class.ts';
import { label, listOf, logicalNameShape, small, structureOf } from './shape.ts';
import type { Snapshot } from './snapshot.ts';

/** `structure { long-unsigned class_id, octet-string logical_name }` */
const assignmentShape = listOf(structureOf({ classId: small('long-unsigned'), logicalName: logicalNameShape }), {
  most: 255,
});

/** `structure { octet-string mask_name, array of unsigned index }` */
const maskShape = structureOf({ name: label(32), indices: listOf(small('unsigned'), { most: 255 }) });
const masksShape = listOf(maskShape, { most: 32 });

/** One tariff of a device. */
export interface Tariff {
  /** `T1`: the name of its mask. */
  readonly name: string;
  /** What the device calls it. */
  readonly value: bigint;
  /** The registers that count while it is active. */
  readonly registers: readonly { readonly classId: number; readonly logicalName: ObisCode }[];
}

/** A device's tariffs. */
export interface TariffSwitch {
  readonly tariffs: readonly Tariff[];
  /** What the device says is active; `undefined` where it says nothing that is known. */
  active(snapshot: Snapshot): Tariff | undefined;
  /** Absent where the device switches by itself. Resolves when it has taken the order. @throws SealmeterError (device) */
  order?(tariff: Tariff): Promise<void>;
}

export interface RegisterActivationRow extends ObjectIdentity {
  readonly tariffs: TariffSwitch;
}

/**
 * Which registers count in which tariff, and which tariff is active. The device has decided the first for good; the
 * second is switched through it, where it lets itself be told.
 * @see IEC 62056-6-2 (Blue Book), Register activation (class_id 6, version 0)
 */
export const registerActivation: ClassDefinition<RegisterActivationRow> = {
  classId: 6,
  version: 0,
  name: 'Register activation',
  attributes: [
    logicalNameAttribute,
    {
      id: 2,
      name: 'register_assignment',
      types: assignmentShape.types,
      companions: [],
      read: oncePerObject(({ tariffs }) => assignmentShape.write(registersOf(tariffs))),
    },
    {
      id: 3,
      name: 'mask_list',
      types: masksShape.types,
      companions: [2],
      read: oncePerObject(({ tariffs }) => masksShape.write(masksOf(tariffs))),
    },
    {
      id: 4,
      name: 'active_mask',
      types: ['octet-string', 'null-data'],
      companions: [],
      read: ({ tariffs }, snapshot) => {
        const active = tariffs.active(snapshot);
        return active === undefined ? nullData : maskName(active);
      },
      writing: {
        event: 'tariff-changed',
        isOffered: ({ tariffs }) => tariffs.order !== undefined,
        prepare({ tariffs }, data) {
          const name = label(32).read(data, 'attribute 4');
          const tariff = tariffs.tariffs.find((candidate) => toHex(utf8(candidate.name)) === name);
          if (tariff === undefined) throw new AccessRefusal('VALUE_NOT_ALLOWED', 'there is no mask of this name');
          return () => tariffs.order?.(tariff);
        },
      },
    },
  ],
  methods: [
    { id: 1, name: 'add_register' },
    { id: 2, name: 'add_mask' },
    { id: 3, name: 'delete_mask' },
  ],
};

export const maskName = ({ name }: Tariff) => octetString(utf8(name));

const registersOf = ({ tariffs }: TariffSwitch) => tariffs.flatMap(({ registers }) => registers);

/** Indices count from 1, through the registers of all tariffs. */
function masksOf({ tariffs }: TariffSwitch) {
  let next = 1;
  return tariffs.map(({ name, registers }) => ({
    name: toHex(utf8(name)),
    indices: registers.map(() => next++),
  }));
}
