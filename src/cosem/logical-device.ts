import { SealmeterError } from '#core/errors.ts';
import type { ObisCode } from '#core/obis.ts';
import type { CosemObject } from './interface-class.ts';
import type { Snapshot } from './snapshot.ts';

/** COSEM's view of one physical meter, or of this service itself. */
export interface LogicalDevice {
  /** `1sie0012345678.sm`: its name in URIs and in documents. */
  readonly id: string;
  /** The number on its plate. */
  readonly meterNumber: string;
  /** Where it measures: the metering point. */
  readonly locationId: string;
  /** By class, then by logical name. */
  readonly objects: readonly CosemObject[];
  object(classId: number, logicalName: ObisCode): CosemObject | undefined;
  /** What it says now. There always is one; before the first sample its values are missing. */
  snapshot(): Snapshot;
}

/** All logical devices of one service. */
export interface LogicalDevices {
  /** The management device first. */
  readonly devices: readonly LogicalDevice[];
  /** The one that speaks for the service as a whole. @see BSI TR-03109-1 Anlage II 1.01: it must exist */
  readonly management: LogicalDevice;
  device(id: string): LogicalDevice | undefined;
}

/** @throws SealmeterError (configuration) `LDEV_ID_DUPLICATE` */
export function logicalDevices(management: LogicalDevice, meters: readonly LogicalDevice[]): LogicalDevices {
  const devices = [management, ...meters];
  const byId = new Map<string, LogicalDevice>();
  for (const device of devices) {
    if (byId.has(device.id)) {
      throw new SealmeterError('configuration', 'LDEV_ID_DUPLICATE', `two logical devices are called ${device.id}`, {
        mend: 'give each device, and the management device, a name of its own',
      });
    }
    byId.set(device.id, device);
  }
  return { devices, management, device: (id) => byId.get(id) };
}
