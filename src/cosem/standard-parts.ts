import type { Zone } from '#core/zone.ts';
import type { CaptureObject } from './capture-object.ts';
import type { CaptureRecords } from './capture-record.ts';
import type { TimeSetter } from './clock.ts';
import type { Breaker } from './disconnect-control.ts';
import type { Display } from './display.ts';
import type { EventBooks } from './events.ts';
import type { ImageStore } from './image-transfer.ts';
import type { CosemObject } from './interface-class.ts';
import type { LogicalDevice } from './logical-device.ts';
import type { ObjectRow } from './measured-object.ts';
import type { ParameterStore } from './parameter-store.ts';
import type { CapturePeriod } from './profile-generic.ts';
import type { ProfileHistory } from './profile-history.ts';
import type { Watcher } from './watcher.ts';

/** The profiles of a meter. */
export type ProfileName = 'load-profile-1' | 'load-profile-2' | 'billing-monthly' | 'billing-daily';

/**
 * Has the device switch its tariff, 1 being the first. Resolves when it has taken the order.
 * @throws SealmeterError (device)
 */
export type TariffOrder = (tariff: number) => Promise<void>;

/** What a device has beside what it measures. */
export interface StandardParts {
  readonly identity: DeviceIdentity;
  readonly firmware: Firmware;
  /** What it measures. */
  readonly rows: readonly ObjectRow[];
  /** The legal time of the site. */
  readonly zone: Zone;
  readonly parameters: ParameterStore;
  readonly books: EventBooks;
  /** How a profile is kept; `undefined` where it is not, and then the device does not have it. */
  readonly profile: (name: ProfileName, columns: readonly CaptureObject[]) => KeptProfile | undefined;
  /** Its captures with all that proves them, where they are kept. */
  readonly captures?: CaptureRecords;
  /** What the hardware can do. Where it cannot, the object is absent. */
  readonly timeSetter?: TimeSetter;
  readonly switchTariff?: TariffOrder;
  readonly breaker?: Breaker;
  readonly display?: Display;
  readonly images?: ImageStore;
  /** Of the management device: all logical devices, asked for when somebody reads. */
  readonly devices?: () => readonly LogicalDevice[];
}

interface DeviceIdentity {
  /** The logical device. */
  readonly id: string;
  readonly meterNumber: string;
  readonly locationId: string;
  readonly manufacturer: string;
  readonly model: string;
  /** The meter constant for active energy, where the meter has one: impulses per kilowatt-hour. */
  readonly pulsesPerKilowattHour?: number;
}

/** The program that runs. */
interface Firmware {
  readonly identifier: string;
  readonly sha256: Uint8Array;
}

/** How a profile is kept. */
interface KeptProfile {
  readonly history: ProfileHistory;
  readonly period: CapturePeriod;
  /** How many entries at most. */
  readonly capacity: number;
}

export interface StandardObjects {
  readonly objects: readonly CosemObject[];
  /** What some of them do by themselves: for the device's routine. */
  readonly watchers: readonly Watcher[];
}
