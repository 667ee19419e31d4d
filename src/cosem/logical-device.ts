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

/** All logical devices of one service, the management device first. */
export interface LogicalDevices {
  readonly devices: readonly LogicalDevice[];
  /** The one that speaks for the service as a whole. */
  readonly management: LogicalDevice;
  device(id: string): LogicalDevice | undefined;
}
