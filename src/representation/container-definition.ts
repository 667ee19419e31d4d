import { invalidBody } from './body-error.ts';
import type { ContainedDevice, ContainedObject, Container } from './container.ts';
import type { ContainerNode, LdevNode, ObjectNode, ObjectsNode } from './resource-nodes.ts';
import type { View } from './tree-view.ts';

/**
 * The container that an element describes: elements of the tree down to the attributes that it names, without values. An
 * object without attributes stands for all that it has.
 * @param ldev the device that it is of; `undefined` for one of the service
 * @throws SealmeterError (client) `BODY_INVALID`
 */
export function containerOf({ id, content }: ContainerNode, ldev: string | undefined): Container {
  if (ldev === undefined) {
    if (content?.kind !== 'ldevs') throw invalidBody('a container of the service names devices, in "ldevs"');
    return { id, devices: once(content.ldevs.map(readDevice), (device) => device.ldev) };
  }
  if (content?.kind !== 'objects') throw invalidBody('a container of a device names objects, in "objects"');
  return { id, devices: [{ ldev, objects: objectsOf(content) }] };
}

function readDevice({ id, objects, containers }: LdevNode): ContainedDevice {
  if (containers !== undefined) throw invalidBody('a container holds no containers');
  if (objects === undefined) throw invalidBody(`no objects are named of ${id}`);
  return { ldev: id, objects: objectsOf(objects) };
}

const objectsOf = ({ objects }: ObjectsNode): readonly ContainedObject[] => once(objects.map(readObject), nameOf);

function readObject(node: ObjectNode): ContainedObject {
  const { classId, logicalName, version, attributes, methods } = node;
  const object = { classId, logicalName, version };
  if (methods !== undefined) throw invalidBody(`${nameOf(object)}: a container holds attributes, not methods`);
  if (attributes?.attributes.some(({ data }) => data !== undefined) === true) {
    throw invalidBody(`${nameOf(object)}: a container names attributes, without their values`);
  }
  const ids =
    attributes &&
    once(
      attributes.attributes.map((attribute) => attribute.id),
      String,
    );
  return { ...object, attributes: ids };
}

/** The same list. @throws SealmeterError (client) `BODY_INVALID` where it is empty, or names something twice */
function once<Item>(list: readonly Item[], name: (item: Item) => string): readonly Item[] {
  const names = list.map(name);
  const twice = names.find((candidate, index) => names.indexOf(candidate) < index);
  if (twice !== undefined) throw invalidBody(`${twice} is named twice`);
  if (list.length === 0) throw invalidBody('a list of the container is empty');
  return list;
}

/**
 * Of what does not exist and of what is hidden the same is said.
 * @throws SealmeterError (client) `BODY_INVALID` for what this client cannot see
 */
export function requireVisible({ devices }: Container, view: View): void {
  for (const device of devices) requireDevice(device, view);
}

function requireDevice({ ldev, objects }: ContainedDevice, { devices, rights }: View): void {
  const device = devices.device(ldev);
  if (device === undefined || !rights.visible(device)) throw invalidBody(`there is no device ${ldev}`);
  for (const contained of objects) {
    const object = device.object(contained.classId, contained.logicalName);
    if (object === undefined || object.version !== contained.version || !rights.visible(device, object)) {
      throw invalidBody(`there is no object ${nameOf(contained)}, version ${contained.version}`);
    }
    const isThere = (id: number): boolean =>
      object.interfaceClass.attributes.some((attribute) => attribute.id === id) && rights.visible(device, object, id);
    const missing = contained.attributes?.find((id) => !isThere(id));
    if (missing !== undefined) throw invalidBody(`there is no attribute ${missing} in ${nameOf(contained)}`);
  }
}

const nameOf = ({ classId, logicalName }: Pick<ContainedObject, 'classId' | 'logicalName'>): string =>
  `${classId}-${logicalName}`;
