import type { Located } from '#core/located.ts';
import type { Scaler, Unit } from '#core/quantity.ts';
import type { Duration } from '#core/time.ts';
import type { ActuatorPlan } from './actuator-plan.ts';
import { readAccess, readGroups, readModel } from './plan/access.ts';
import { readActuators } from './plan/actuators.ts';
import { need, onlyFields } from './plan/fields.ts';
import { readIdentity } from './plan/identity.ts';
import { fitPoints, readBlocks } from './plan/layout.ts';
import { checkReferences } from './plan/references.ts';
import { readRows } from './plan/rows.ts';
import { readStatus } from './plan/status.ts';
import type { FormatName, WordOrder } from './register-format.ts';

/** All that is needed to measure with a meter of one model. Addresses are those of the PDU. */
export interface MeasurePlan {
  readonly model: Model;
  readonly access: Access;
  /** The group `fast` comes first; a sample is taken with its period. */
  readonly groups: readonly PollGroup[];
  readonly blocks: readonly Block[];
  /** In the order of the file; what one is computed from is always a {@link ReadMeasurand}. */
  readonly measurands: readonly Measurand[];
  readonly status: StatusWord | undefined;
  /** What can be told to the device, beside all that can be read of it. */
  readonly actuators: ActuatorPlan;
}

export interface Model {
  readonly id: string;
  readonly manufacturer: string;
  readonly name: string;
}

/** 3 reads holding registers, 4 input registers. */
export type ReadFunction = 3 | 4;

export interface Access {
  readonly functionCode: ReadFunction;
  readonly addressBase: 'pdu' | 'oneBased';
  readonly wordOrder: WordOrder;
  readonly unit: number;
  readonly port: number;
  readonly maxRegisters: number;
  readonly gaps: 'forbidden' | 'allowed';
  readonly minimumInterval: Duration;
  readonly timeout: Duration;
}

export interface PollGroup {
  readonly name: string;
  /** `connection`: once after each connect. */
  readonly every: Duration | 'connection';
}

/** What one request reads. */
export interface Block {
  readonly functionCode: ReadFunction;
  readonly address: number;
  readonly count: number;
  readonly group: string;
  /** A device that answers with an exception simply lacks it. */
  readonly optional: boolean;
  readonly measurands: readonly ReadMeasurand[];
  readonly identity: readonly IdentityPoint[];
}

/** A value in registers, before anything is made of it. */
export interface Source {
  readonly address: number;
  readonly format: FormatName;
  readonly wordOrder: WordOrder;
}

export type IdentityPoint = {
  readonly key: string;
  readonly address: number;
  /** What the device must say to be the model of this file. */
  readonly expect: string | undefined;
} & (
  | { readonly kind: 'number'; readonly format: FormatName; readonly wordOrder: WordOrder }
  | { readonly kind: 'text'; readonly characters: number }
);

/** One value of a sample. */
export type Measurand = ReadMeasurand | SumMeasurand | MeanMeasurand;

interface Published {
  /** The key in `Sample.values`. */
  readonly key: string;
  readonly unit: Unit;
  readonly scaler: Scaler;
}

/** Comes from registers. The steps are taken in the order of the fields (see decode.ts). */
export interface ReadMeasurand extends Published {
  readonly kind: 'read';
  readonly source: Source;
  readonly absent: readonly bigint[];
  readonly mask: bigint | undefined;
  readonly map: ReadonlyMap<bigint, bigint> | undefined;
  /** The device's own unit as a power of ten of `unit`. */
  readonly factor: number;
  readonly plus: bigint;
  readonly take: 'positive' | 'negative' | undefined;
  readonly counter: Counter | undefined;
}

/** Only ever counts up; the device starts again from 0 at `rollover`, where that is known. */
interface Counter {
  readonly rollover: bigint | undefined;
}

/** The sum of other rows' published integers, so that published totals add up. */
export interface SumMeasurand extends Published {
  readonly kind: 'sum';
  readonly terms: readonly Term[];
}

export interface Term {
  readonly key: string;
  readonly sign: 1n | -1n;
}

/** The mean of another row since the demand period began, weighted over the whole period. */
export interface MeanMeasurand extends Published {
  readonly kind: 'mean';
  readonly of: string;
  readonly period: string;
  readonly elapsed: string;
}

/** Where the device says why a counter stepped back. Bits count from 0, the lowest. */
export interface StatusWord {
  readonly key: string;
  readonly restarted: number | undefined;
  readonly countersReset: number | undefined;
}

/**
 * Reads the measuring half of a device file. It says nothing about OBIS codes, classes and COSEM types.
 * @throws FileError `DEVICE_…` with file, line and path, for everything that could make a reading wrong.
 */
export function readMeasurePlan(file: Located): MeasurePlan {
  onlyFields(file, ['model', 'access', 'identify', 'status', 'groups', 'blocks', 'actuators', 'objects']);
  const access = readAccess(need(file, 'access'));
  const groups = readGroups(need(file, 'groups'));
  const rows = readRows(need(file, 'objects'), access);
  const identity = readIdentity(file.get('identify'), access);
  const blocks = fitPoints(readBlocks(need(file, 'blocks'), access, groups), [...identity, ...rows.points], access);
  const measurands = checkReferences(rows.measurands);
  return {
    model: readModel(need(file, 'model')),
    access,
    groups,
    blocks,
    measurands,
    status: readStatus(file.get('status'), measurands),
    actuators: readActuators(file.get('actuators'), {
      access,
      measurands,
      identity: identity.flatMap((point) => point.identity ?? []),
    }),
  };
}
