import type { ObisCode } from '#core/obis.ts';
import { unknownResource } from './resource-uri.ts';

/*
 * A container is a part of the tree under a name, so that it can be read at one moment and in one document. It belongs to
 * the client that made it, and nobody else sees it.
 */

export interface Container {
  readonly id: string;
  /** Of a container of one device, that device alone. */
  readonly devices: readonly ContainedDevice[];
}

export interface ContainedDevice {
  readonly ldev: string;
  readonly objects: readonly ContainedObject[];
}

export interface ContainedObject {
  readonly classId: number;
  readonly logicalName: ObisCode;
  readonly version: number;
  /** `undefined` for all that it has. */
  readonly attributes: readonly number[] | undefined;
}

/** The containers of one client. */
export interface ContainerShelf {
  /** Those of the whole service, by name. */
  ofService(): readonly Container[];
  /** Those of one device, by name. */
  ofDevice(ldev: string): readonly Container[];
}

export const emptyShelf: ContainerShelf = { ofService: () => [], ofDevice: () => [] };

/** @throws SealmeterError (client) `RESOURCE_UNKNOWN` */
export function containerNamed(id: string, containers: readonly Container[]): Container {
  const container = containers.find((candidate) => candidate.id === id);
  if (container === undefined) throw unknownResource();
  return container;
}
