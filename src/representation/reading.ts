import type { Instant } from '#core/time.ts';
import type { Rights } from '#cosem/access-rights.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import { errorCode, type StateFlag, stateBits } from '#cosem/state.ts';
import { type Extent, extentOf, wholeList } from './extent.ts';
import type { CosemNode, LdevsNode, ObjectNode, ObjectsNode } from './resource-nodes.ts';
import type { ObjectAddress, ResourceAddress, Selection } from './resource-uri.ts';
import { type DeviceView, type ObjectView, TreeView } from './tree-view.ts';

/** What a sealed document says beside who, when and in which state. */
export type ReadingContent = ObjectsNode | CosemNode | LdevsNode;

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
  /** 0 for none. */
  readonly errorCode: bigint;
  /** Sixteen digits; `cosem/state.ts` says what they mean. */
  readonly state: string;
}

/**
 * What the address names, as a sealed answer gives it: objects with their numbers, each value together with what gives
 * it meaning. What lies above the devices is told by the management device.
 * @throws SealmeterError (client) `RESOURCE_UNKNOWN` for what does not exist and for what is hidden, `QUERY_INVALID`
 */
export function selectReading(
  address: ResourceAddress,
  selection: Selection,
  devices: LogicalDevices,
  rights: Rights,
): Reading {
  const extent = extentOf(address, selection);
  const tree = new TreeView(devices, rights);
  if (address.kind === 'cosem' || address.kind === 'ldevs') {
    return readingOf(tree.management(), contentAboveDevices(address.kind, extent, tree));
  }
  const view = tree.device(address.ldev);
  return readingOf(view, contentOfDevice(address, extent, view));
}

function readingOf({ device, snapshot }: DeviceView, content: ReadingContent): Reading {
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

/** Ends at the devices' names: a device's values are sealed with its own number and time, in its own documents. */
function contentAboveDevices(kind: 'cosem' | 'ldevs', { depth, window }: Extent, tree: TreeView): ReadingContent {
  return kind === 'cosem' ? tree.cosem(Math.min(depth, 2)) : tree.ldevs(Math.min(depth, 1), window);
}

type DeviceAddress = Extract<ResourceAddress, { readonly ldev: string }>;

function contentOfDevice(address: DeviceAddress, extent: Extent, view: DeviceView): ObjectsNode {
  switch (address.kind) {
    case 'ldev':
      return view.objects(Math.max(extent.depth - 1, 0), wholeList);
    case 'objects':
      return view.objects(extent.depth, extent.window);
    default:
      return { kind: 'objects', count: 1, objects: [partOfObject(address, extent, view.object(address))] };
  }
}

type AddressInObject = Extract<ResourceAddress, ObjectAddress>;

function partOfObject(address: AddressInObject, { depth, window }: Extent, object: ObjectView): ObjectNode {
  switch (address.kind) {
    case 'object':
      return object.object(depth);
    case 'attributes':
      return object.holding({ attributes: object.withCompanions(object.attributes(depth, window)) });
    case 'attribute': {
      const attributes = [object.attribute(address.attribute, depth)];
      return object.holding({ attributes: object.withCompanions({ kind: 'attributes', count: 1, attributes }) });
    }
    case 'methods':
      return object.holding({ methods: object.methods(depth, window) });
    default:
      return object.holding({ methods: { kind: 'methods', count: 1, methods: [object.method(address.method)] } });
  }
}
