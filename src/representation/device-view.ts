import type { Rights } from '#cosem/access-rights.ts';
import type { CaptureObject } from '#cosem/capture-object.ts';
import type { CosemObject } from '#cosem/interface-class.ts';
import type { LogicalDevice } from '#cosem/logical-device.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import {
  type ContainedDevice,
  type ContainedObject,
  type Container,
  type ContainerShelf,
  containerNamed,
} from './container.ts';
import { choose, type Window, wholeList } from './extent.ts';
import { ObjectView } from './object-view.ts';
import type { ContainerNode, ContainersNode, LdevNode, ObjectNode, ObjectsNode } from './resource-nodes.ts';
import { type ObjectAddress, unknownResource } from './resource-uri.ts';

/** Levels of a container down to the attributes that it names. Seen from above it has no values: the objects have them. */
const DEPTH_OF_NAMES = 4;

/** One device, at one moment: all values come from the same snapshot. */
export class DeviceView {
  readonly device: LogicalDevice;
  readonly snapshot: Snapshot;
  readonly #rights: Rights;
  readonly #containers: ContainerShelf;

  constructor(device: LogicalDevice, rights: Rights, containers: ContainerShelf, snapshot = device.snapshot()) {
    this.device = device;
    this.snapshot = snapshot;
    this.#rights = rights;
    this.#containers = containers;
  }

  ldev(depth: number): LdevNode {
    return {
      kind: 'ldev',
      id: this.device.id,
      objects: depth > 0 ? this.objects(depth - 1, wholeList) : undefined,
      containers: depth > 0 ? this.containers(depth - 1, wholeList) : undefined,
    };
  }

  objects(depth: number, window: Window): ObjectsNode {
    const visible = this.device.objects.filter((object) => this.#rights.visible(this.device, object));
    const chosen = choose(visible, window);
    const objects = depth > 0 ? chosen.map((object) => this.#view(object).object(depth - 1)) : [];
    return { kind: 'objects', count: chosen.length, objects };
  }

  /** @throws SealmeterError (client) `RESOURCE_UNKNOWN` */
  object({ classId, obis }: Pick<ObjectAddress, 'classId' | 'obis'>): ObjectView {
    const object = this.device.object(classId, obis);
    if (object === undefined || !this.#rights.visible(this.device, object)) throw unknownResource();
    return this.#view(object);
  }

  /** Of each object that columns hold values of, what gives these their meaning. */
  meaningOf(columns: readonly CaptureObject[]): readonly ObjectNode[] {
    const objects = new Set(columns.map(({ classId, logicalName }) => this.device.object(classId, logicalName)));
    return [...objects].flatMap((object) => {
      if (object === undefined || !this.#rights.visible(this.device, object)) return [];
      const { classId, logicalName } = object;
      const own = columns.filter((column) => column.classId === classId && column.logicalName === logicalName);
      return this.#view(object).meaningOf(own.map(({ attribute }) => attribute)) ?? [];
    });
  }

  containers(depth: number, window: Window): ContainersNode {
    const chosen = choose(this.#containers.ofDevice(this.device.id), window);
    const deep = Math.min(depth - 1, DEPTH_OF_NAMES);
    const containers = depth > 0 ? chosen.map((container) => this.#container(container, deep)) : [];
    return { kind: 'containers', count: chosen.length, containers };
  }

  /** @throws SealmeterError (client) `RESOURCE_UNKNOWN` */
  container(id: string, depth: number): ContainerNode {
    return this.#container(containerNamed(id, this.#containers.ofDevice(this.device.id)), depth);
  }

  /** The objects that a container names, with what gives meaning to their values: as a sealed document has them. */
  containerWithCompanions(id: string, depth: number): ObjectsNode {
    const { devices } = containerNamed(id, this.#containers.ofDevice(this.device.id));
    return this.#contained(devices[0]?.objects ?? [], depth, true);
  }

  containedLdev({ objects }: ContainedDevice, depth: number): LdevNode {
    const content = depth > 0 ? this.#contained(objects, depth - 1) : undefined;
    return { kind: 'ldev', id: this.device.id, objects: content, containers: undefined };
  }

  #container({ id, devices }: Container, depth: number): ContainerNode {
    const content = depth > 0 ? this.#contained(devices[0]?.objects ?? [], depth - 1) : undefined;
    return { kind: 'container', id, content };
  }

  /** What has been removed or hidden since the container was made is not there. */
  #contained(contained: readonly ContainedObject[], depth: number, withCompanions = false): ObjectsNode {
    const seen = contained.flatMap(({ classId, logicalName, attributes }) => {
      const object = this.device.object(classId, logicalName);
      if (object === undefined || !this.#rights.visible(this.device, object)) return [];
      return [{ view: this.#view(object), attributes }];
    });
    const objects =
      depth > 0 ? seen.map(({ view, attributes }) => view.contained(attributes, depth - 1, withCompanions)) : [];
    return { kind: 'objects', count: seen.length, objects };
  }

  #view(object: CosemObject): ObjectView {
    return new ObjectView(object, this.snapshot, { device: this.device, rights: this.#rights });
  }
}
