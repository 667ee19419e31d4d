import type { Rights } from '#cosem/access-rights.ts';
import type { CosemObject } from '#cosem/interface-class.ts';
import type { LogicalDevice, LogicalDevices } from '#cosem/logical-device.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import { type Window, wholeList } from './extent.ts';
import type {
  AttributeNode,
  AttributesNode,
  CosemNode,
  LdevNode,
  LdevsNode,
  MethodNode,
  MethodsNode,
  ObjectNode,
  ObjectsNode,
} from './resource-nodes.ts';
import { type ObjectAddress, unknownResource } from './resource-uri.ts';

/**
 * The tree as one client may see it: each function makes the node of an element and, to `depth` levels, what lies
 * below it. What the rights hide is not there.
 */
export class TreeView {
  readonly #devices: LogicalDevices;
  readonly #rights: Rights;

  constructor(devices: LogicalDevices, rights: Rights) {
    this.#devices = devices;
    this.#rights = rights;
  }

  cosem(depth: number): CosemNode {
    return { kind: 'cosem', ldevs: depth > 0 ? this.ldevs(depth - 1, wholeList) : undefined };
  }

  ldevs(depth: number, window: Window): LdevsNode {
    const visible = this.#devices.devices.filter((device) => this.#rights.visible(device));
    const chosen = choose(visible, window);
    const ldevs = depth > 0 ? chosen.map((device) => this.#view(device).ldev(depth - 1)) : [];
    return { kind: 'ldevs', count: chosen.length, ldevs };
  }

  /** @throws SealmeterError (client) `RESOURCE_UNKNOWN` */
  device(id: string): DeviceView {
    const device = this.#devices.device(id);
    if (device === undefined || !this.#rights.visible(device)) throw unknownResource();
    return this.#view(device);
  }

  /** The device that speaks for the service as a whole. */
  management(): DeviceView {
    return this.#view(this.#devices.management);
  }

  #view(device: LogicalDevice): DeviceView {
    return new DeviceView(device, this.#rights);
  }
}

/** One device, at one moment: all values come from the same snapshot. */
export class DeviceView {
  readonly device: LogicalDevice;
  readonly snapshot: Snapshot;
  readonly #rights: Rights;

  constructor(device: LogicalDevice, rights: Rights) {
    this.device = device;
    this.snapshot = device.snapshot();
    this.#rights = rights;
  }

  ldev(depth: number): LdevNode {
    const objects = depth > 0 ? this.objects(depth - 1, wholeList) : undefined;
    return { kind: 'ldev', id: this.device.id, objects };
  }

  objects(depth: number, window: Window): ObjectsNode {
    const visible = this.device.objects.filter((object) => this.#rights.visible(this.device, object));
    const chosen = choose(visible, window);
    const objects = depth > 0 ? chosen.map((object) => this.#view(object).object(depth - 1)) : [];
    return { kind: 'objects', count: chosen.length, objects };
  }

  /** @throws SealmeterError (client) `RESOURCE_UNKNOWN` */
  object({ classId, obis }: ObjectAddress): ObjectView {
    const object = this.device.object(classId, obis);
    if (object === undefined || !this.#rights.visible(this.device, object)) throw unknownResource();
    return this.#view(object);
  }

  #view(object: CosemObject): ObjectView {
    const visible = (attribute: number): boolean => this.#rights.visible(this.device, object, attribute);
    return new ObjectView(object, this.snapshot, visible);
  }
}

/** One object of one snapshot. */
export class ObjectView {
  readonly #object: CosemObject;
  readonly #snapshot: Snapshot;
  readonly #visible: (attribute: number) => boolean;

  constructor(object: CosemObject, snapshot: Snapshot, visible: (attribute: number) => boolean) {
    this.#object = object;
    this.#snapshot = snapshot;
    this.#visible = visible;
  }

  object(depth: number): ObjectNode {
    if (depth <= 0) return this.holding({});
    return this.holding({
      attributes: this.attributes(depth - 1, wholeList),
      methods: this.methods(depth - 1, wholeList),
    });
  }

  /** The object with these parts alone. */
  holding({ attributes, methods }: { attributes?: AttributesNode; methods?: MethodsNode }): ObjectNode {
    const { classId, logicalName, version } = this.#object;
    return { kind: 'object', classId, logicalName, version, attributes, methods };
  }

  attributes(depth: number, window: Window): AttributesNode {
    const chosen = choose(this.#attributeIds(), window);
    const attributes = depth > 0 ? chosen.map((id) => this.#attribute(id, depth - 1)) : [];
    return { kind: 'attributes', count: chosen.length, attributes };
  }

  /** @throws SealmeterError (client) `RESOURCE_UNKNOWN` */
  attribute(id: number, depth: number): AttributeNode {
    if (!this.#attributeIds().includes(id)) throw unknownResource();
    return this.#attribute(id, depth);
  }

  /** The same list together with the attributes without which its values say nothing. */
  withCompanions(list: AttributesNode): AttributesNode {
    const valued = list.attributes.filter(({ data }) => data !== undefined).map(({ id }) => id);
    const missing = this.#companionsOf(valued).filter((id) => !valued.includes(id));
    if (missing.length === 0) return list;
    const attributes = [...list.attributes, ...missing.map((id) => this.#attribute(id, 1))].sort((a, b) => a.id - b.id);
    return { kind: 'attributes', count: attributes.length, attributes };
  }

  methods(depth: number, window: Window): MethodsNode {
    const chosen = choose(this.#object.interfaceClass.methods, window);
    const methods = depth > 0 ? chosen.map(({ id }): MethodNode => ({ kind: 'method', id })) : [];
    return { kind: 'methods', count: chosen.length, methods };
  }

  /** @throws SealmeterError (client) `RESOURCE_UNKNOWN` */
  method(id: number): MethodNode {
    if (!this.#object.interfaceClass.methods.some((method) => method.id === id)) throw unknownResource();
    return { kind: 'method', id };
  }

  #attributeIds(): readonly number[] {
    return this.#object.interfaceClass.attributes.map(({ id }) => id).filter(this.#visible);
  }

  #companionsOf(ids: readonly number[]): readonly number[] {
    const { attributes } = this.#object.interfaceClass;
    return [...new Set(attributes.filter(({ id }) => ids.includes(id)).flatMap(({ companions }) => companions))];
  }

  #attribute(id: number, depth: number): AttributeNode {
    return { kind: 'attribute', id, data: depth > 0 ? this.#object.read(id, this.#snapshot) : undefined };
  }
}

function choose<Item>(list: readonly Item[], { fromIndex, count }: Window): readonly Item[] {
  return list.slice(fromIndex - 1, fromIndex - 1 + count);
}
