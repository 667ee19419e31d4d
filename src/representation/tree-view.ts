import type { Rights } from '#cosem/access-rights.ts';
import type { LogicalDevice, LogicalDevices } from '#cosem/logical-device.ts';
import { type Container, type ContainerShelf, containerNamed, emptyShelf } from './container.ts';
import { DeviceView } from './device-view.ts';
import { choose, type Window, wholeList } from './extent.ts';
import type { ContainerNode, ContainersNode, CosemNode, LdevsNode } from './resource-nodes.ts';
import { unknownResource } from './resource-uri.ts';

/** Who looks, and at what. */
export interface View {
  readonly devices: LogicalDevices;
  readonly rights: Rights;
  /** Those of whoever looks. Default: none. */
  readonly containers?: ContainerShelf;
}

/** Levels of a container down to the attributes that it names. Seen from above it has no values: the objects have them. */
const DEPTH_OF_NAMES = 6;

/**
 * The tree as one client may see it: each function makes the node of an element and, to `depth` levels, what lies
 * below it. What the rights hide is not there.
 */
export class TreeView {
  readonly #devices: LogicalDevices;
  readonly #rights: Rights;
  readonly #containers: ContainerShelf;

  constructor({ devices, rights, containers = emptyShelf }: View) {
    this.#devices = devices;
    this.#rights = rights;
    this.#containers = containers;
  }

  cosem(depth: number): CosemNode {
    return {
      kind: 'cosem',
      ldevs: depth > 0 ? this.ldevs(depth - 1, wholeList) : undefined,
      containers: depth > 0 ? this.containers(depth - 1, wholeList) : undefined,
    };
  }

  ldevs(depth: number, window: Window): LdevsNode {
    const visible = this.#devices.devices.filter((device) => this.#rights.visible(device));
    const chosen = choose(visible, window);
    const ldevs = depth > 0 ? chosen.map((device) => this.#view(device).ldev(depth - 1)) : [];
    return { kind: 'ldevs', count: chosen.length, ldevs };
  }

  containers(depth: number, window: Window): ContainersNode {
    const chosen = choose(this.#containers.ofService(), window);
    const deep = Math.min(depth - 1, DEPTH_OF_NAMES);
    const containers = depth > 0 ? chosen.map((container) => this.#container(container, deep)) : [];
    return { kind: 'containers', count: chosen.length, containers };
  }

  /** @throws SealmeterError (client) `RESOURCE_UNKNOWN` */
  container(id: string, depth: number): ContainerNode {
    return this.#container(containerNamed(id, this.#containers.ofService()), depth);
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

  #container({ id, devices }: Container, depth: number): ContainerNode {
    const seen = devices.flatMap((contained) => {
      const device = this.#devices.device(contained.ldev);
      return device === undefined || !this.#rights.visible(device) ? [] : [{ view: this.#view(device), contained }];
    });
    const ldevs = depth > 1 ? seen.map(({ view, contained }) => view.containedLdev(contained, depth - 2)) : [];
    return { kind: 'container', id, content: depth > 0 ? { kind: 'ldevs', count: seen.length, ldevs } : undefined };
  }

  #view(device: LogicalDevice): DeviceView {
    return new DeviceView(device, this.#rights, this.#containers);
  }
}
