import { SealmeterError } from '#core/errors.ts';
import type { ObisCode } from '#core/obis.ts';
import type { Measured, Sample } from '#core/sample.ts';
import type { Instant } from '#core/time.ts';
import { fits } from './data-types.ts';
import type { CosemObject } from './interface-class.ts';
import type { LogicalDevice } from './logical-device.ts';
import { isLogicalDeviceId } from './logical-device-id.ts';
import { createLogicalDeviceName } from './logical-device-name.ts';
import type { ExpectedValue } from './measurand.ts';
import { createMeasuredObject, expectedValues, type ObjectRow } from './measured-object.ts';
import type { Snapshot } from './snapshot.ts';
import type { StateFlag } from './state.ts';

export interface SampledDeviceParts {
  readonly id: string;
  readonly meterNumber: string;
  readonly locationId: string;
  /** What it measures. Every device has its logical device name besides. */
  readonly rows: readonly ObjectRow[];
  /** What it has beside that: `standardObjects`. */
  readonly others?: readonly CosemObject[];
  /** The time and the number of the snapshot that stands until the first sample comes. */
  readonly start: { readonly at: Instant; readonly sequenceNumber: bigint };
}

/** A logical device that is told sample after sample what its meter says. */
export class SampledDevice implements LogicalDevice {
  readonly id: string;
  readonly meterNumber: string;
  readonly locationId: string;
  readonly objects: readonly CosemObject[];
  readonly #byName: ReadonlyMap<string, CosemObject>;
  readonly #expected: readonly ExpectedValue[];
  /** The last value of each row whose changes are noted; it outlives samples in which the value is missing. */
  readonly #held = new Map<string, bigint>();
  #started = false;
  #snapshot: Snapshot;

  /** @throws SealmeterError (configuration) `LDEV_ID_INVALID` */
  constructor({ id, meterNumber, locationId, rows, others = [], start }: SampledDeviceParts) {
    if (!isLogicalDeviceId(id)) throw invalidId(id);
    this.id = id;
    this.meterNumber = meterNumber;
    this.locationId = locationId;
    this.objects = [createLogicalDeviceName(id), ...rows.map(createMeasuredObject), ...others].sort(byClassThenName);
    this.#byName = new Map(this.objects.map((object) => [nameOf(object.classId, object.logicalName), object]));
    this.#expected = rows.flatMap(expectedValues);
    this.#snapshot = {
      ...start,
      sample: { at: start.at, values: new Map(), flags: new Set() },
      state: new Set<StateFlag>(['service-started', 'value-missing']),
      changes: new Map(),
    };
  }

  object(classId: number, logicalName: ObisCode): CosemObject | undefined {
    return this.#byName.get(nameOf(classId, logicalName));
  }

  snapshot(): Snapshot {
    return this.#snapshot;
  }

  /**
   * Takes the next sample. `also` is what the service itself knows of this moment, such as the state of its clock.
   * @throws RangeError where the number does not grow
   */
  accept(sample: Sample, sequenceNumber: bigint, also: Iterable<StateFlag> = []): Snapshot {
    if (sequenceNumber <= this.#snapshot.sequenceNumber) {
      throw new RangeError(`${this.id}: sequence number ${sequenceNumber} after ${this.#snapshot.sequenceNumber}`);
    }
    const misfits = this.#expected.filter((expected) => !isCarried(expected, sample.values.get(expected.key)));
    const values = misfits.length === 0 ? sample.values : withoutValues(sample.values, misfits);
    const state = new Set<StateFlag>([...sample.flags, ...also]);
    if (misfits.length > 0) state.add('value-missing');
    if (!this.#started) state.add('service-started');
    this.#started = true;
    this.#snapshot = {
      at: sample.at,
      sequenceNumber,
      sample: { ...sample, values },
      state,
      changes: this.#noteChanges(values),
    };
    return this.#snapshot;
  }

  #noteChanges(values: Sample['values']): ReadonlyMap<string, Instant> {
    const changed = new Map<string, Instant>();
    for (const { key, noteChange } of this.#expected) {
      const measured = noteChange ? values.get(key) : undefined;
      if (measured?.kind !== 'value') continue;
      const { value } = measured.quantity;
      const before = this.#held.get(key);
      if (before !== undefined && before !== value) changed.set(key, measured.readAt);
      this.#held.set(key, value);
    }
    return changed.size === 0 ? this.#snapshot.changes : new Map([...this.#snapshot.changes, ...changed]);
  }
}

/** A missing value is no misfit: it says itself why it is missing. */
function isCarried({ type }: ExpectedValue, measured: Measured | undefined): boolean {
  return measured?.kind !== 'value' || fits(type, measured.quantity.value);
}

/** A value that its type cannot carry is not clamped: it is not there. */
function withoutValues(values: Sample['values'], misfits: readonly ExpectedValue[]): Sample['values'] {
  const outOfRange: Measured = { kind: 'missing', reason: 'out-of-range' };
  return new Map([...values, ...misfits.map(({ key }) => [key, outOfRange] as const)]);
}

const nameOf = (classId: number, logicalName: ObisCode): string => `${classId}-${logicalName}`;

function byClassThenName(a: CosemObject, b: CosemObject): number {
  return a.classId - b.classId || (a.logicalName < b.logicalName ? -1 : 1);
}

function invalidId(id: string): SealmeterError {
  return new SealmeterError('configuration', 'LDEV_ID_INVALID', `"${id}" cannot name a logical device`, {
    mend: 'use up to 63 small letters, digits and hyphens, then .sm (meter number) or .eui (hardware address)',
  });
}
