import type { Instant } from '#core/time.ts';
import type { Rights } from '#cosem/access-rights.ts';
import type { LogicalDevice } from '#cosem/logical-device.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import { errorCode, type StateFlag, stateBits } from '#cosem/state.ts';
import { emptyShelf } from './container.ts';
import { DeviceView } from './device-view.ts';
import { type Extent, extentOf, wholeList } from './extent.ts';
import type { ObjectView } from './object-view.ts';
import type { Selection } from './query.ts';
import type {
  ContainerNode,
  ContainersNode,
  CosemNode,
  LdevsNode,
  MethodResponseNode,
  ObjectNode,
  ObjectsNode,
} from './resource-nodes.ts';
import { type ObjectAddress, type ReadableAddress, type ResourceRequest, requireReadable } from './resource-uri.ts';
import { TreeView, type View } from './tree-view.ts';

/** What a sealed document says beside who, when and in which state. */
export type ReadingContent = ObjectsNode | CosemNode | LdevsNode | ContainersNode | ContainerNode;

/** All that a sealed document says: always of one device and of one snapshot. */
export interface Reading {
  /** The sample's time. */
  readonly at: Instant;
  readonly sequenceNumber: bigint;
  /** The logical device. */
  readonly meterId: string;
  readonly meterNumber: string;
  readonly locationId: string;
  readonly content: ReadingContent;
  /** Of a method that was run; the content then says which. */
  readonly response?: MethodResponseNode | undefined;
  /** 0 for none. */
  readonly errorCode: bigint;
  /** Sixteen digits; `cosem/state.ts` says what they mean. */
  readonly state: string;
}

/**
 * What the address names, as a sealed answer gives it: objects with their numbers, each value together with what gives
 * it meaning. What lies above the devices is told by the management device.
 * @throws SealmeterError (client) `RESOURCE_UNKNOWN` for what does not exist and for what is hidden, `QUERY_INVALID`,
 *   `ANSWER_TOO_LARGE`
 */
export function selectReading(request: ResourceRequest, view: View): Reading {
  const { selection } = request;
  const address = requireReadable(request.address);
  const tree = new TreeView(view);
  if (!('ldev' in address)) return readingOf(tree.management(), contentAboveDevices(address, selection, tree));
  const device = tree.device(address.ldev);
  return readingOf(device, contentOfDevice(address, selection, device));
}

type MethodAddress = Extract<ReadableAddress, { readonly kind: 'method' }>;

/**
 * What became of a method that was run, and which one it was.
 * @throws SealmeterError (client) `RESOURCE_UNKNOWN`
 */
export function methodReading(address: MethodAddress, response: MethodResponseNode, view: View): Reading {
  const device = new TreeView(view).device(address.ldev);
  const object = device.object(address);
  return readingOf(device, onlyObject(objectWithMethod(object, address.method)), response);
}

/** All objects of a device, as one of its snapshots has them. */
export function snapshotReading(device: LogicalDevice, snapshot: Snapshot, rights: Rights): Reading {
  const view = new DeviceView(device, rights, emptyShelf, snapshot);
  return readingOf(view, view.objects(Number.POSITIVE_INFINITY, wholeList));
}

function readingOf({ device, snapshot }: DeviceView, content: ReadingContent, response?: MethodResponseNode): Reading {
  const state = new Set<StateFlag>(snapshot.state);
  // Of the sample this says that some value is missing; of a document, that one of its own is.
  if (lacksValue(content)) state.add('value-missing');
  else state.delete('value-missing');
  return {
    at: snapshot.at,
    sequenceNumber: snapshot.sequenceNumber,
    meterId: device.id,
    meterNumber: device.meterNumber,
    locationId: device.locationId,
    content,
    response,
    errorCode: errorCode(state),
    state: stateBits(state),
  };
}

function lacksValue(content: ReadingContent): boolean {
  if (content.kind !== 'objects') return false;
  return content.objects.some(({ attributes }) =>
    attributes?.attributes.some(({ data }) => data?.type === 'null-data'),
  );
}

type AddressAboveDevices = Exclude<ReadableAddress, { readonly ldev: string }>;

/** Ends at the devices' names: a device's values are sealed with its own number and time, in its own documents. */
function contentAboveDevices(address: AddressAboveDevices, selection: Selection, tree: TreeView): ReadingContent {
  const { depth, window } = extentOf(address, selection);
  switch (address.kind) {
    case 'cosem':
      return tree.cosem(Math.min(depth, 2));
    case 'ldevs':
      return tree.ldevs(Math.min(depth, 1), window);
    case 'containers':
      return tree.containers(Math.min(depth, 3), window);
    default:
      return tree.container(address.container, Math.min(depth, 2));
  }
}

type DeviceAddress = Extract<ReadableAddress, { readonly ldev: string }>;

function contentOfDevice(address: DeviceAddress, selection: Selection, view: DeviceView): ReadingContent {
  if (address.kind === 'attribute') return attributeContent(address, selection, view);
  const extent = extentOf(address, selection);
  switch (address.kind) {
    case 'ldev':
      return view.objects(Math.max(extent.depth - 1, 0), wholeList);
    case 'objects':
      return view.objects(extent.depth, extent.window);
    case 'ldev-containers':
      return view.containers(extent.depth, extent.window);
    case 'ldev-container':
      return view.containerWithCompanions(address.container, Math.max(extent.depth - 1, 0));
    default:
      return onlyObject(partOfObject(address, extent, view.object(address)));
  }
}

const onlyObject = (object: ObjectNode): ObjectsNode => ({ kind: 'objects', count: 1, objects: [object] });

type AddressInObject = Extract<ReadableAddress, ObjectAddress>;
type AttributeAddress = Extract<AddressInObject, { readonly kind: 'attribute' }>;

function partOfObject(
  address: Exclude<AddressInObject, AttributeAddress>,
  { depth, window }: Extent,
  object: ObjectView,
): ObjectNode {
  switch (address.kind) {
    case 'object':
      return object.object(depth);
    case 'attributes':
      return object.holding({ attributes: object.withCompanions(object.attributes(depth, window)) });
    case 'methods':
      return object.holding({ methods: object.methods(depth, window) });
    default:
      return objectWithMethod(object, address.method);
  }
}

const objectWithMethod = (object: ObjectView, id: number): ObjectNode =>
  object.holding({ methods: { kind: 'methods', count: 1, methods: [object.method(id)] } });

/**
 * As many bytes as the entries of a sealed buffer may have: a strict verifier takes documents of 4 MiB, and the columns,
 * the names and the signature want room too.
 */
export const LARGEST_SEALED_BUFFER = 4 * 2 ** 20 - 64 * 1024;

/** The attribute; of a buffer also what gives meaning to its columns, which are values of other objects. */
function attributeContent(address: AttributeAddress, selection: Selection, view: DeviceView): ObjectsNode {
  const object = view.object(address);
  const asked = attributeOf(address, selection, object);
  const hasValue = asked.attributes?.attributes.some(({ data }) => data !== undefined) === true;
  const objects = hasValue ? [asked, ...view.meaningOf(object.columnsOf(address.attribute))] : [asked];
  return { kind: 'objects', count: objects.length, objects };
}

function attributeOf(address: AttributeAddress, selection: Selection, object: ObjectView): ObjectNode {
  const attribute = object.isBuffer(address.attribute)
    ? object.collectedBuffer(address.attribute, selection, LARGEST_SEALED_BUFFER)
    : object.attribute(address.attribute, extentOf(address, selection).depth);
  return object.holding({
    attributes: object.withCompanions({ kind: 'attributes', count: 1, attributes: [attribute] }),
  });
}
