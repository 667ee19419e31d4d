import type { Rights } from '#cosem/access-rights.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import { extentOf } from './extent.ts';
import type { ResourceTree } from './resource-nodes.ts';
import type { ResourceAddress, Selection } from './resource-uri.ts';
import { TreeView } from './tree-view.ts';

/**
 * What the address names, reduced to what was asked for and to what the rights show: the content of an unsigned answer.
 * @throws SealmeterError (client) `RESOURCE_UNKNOWN` for what does not exist and for what is hidden, `QUERY_INVALID`
 */
export function selectTree(
  address: ResourceAddress,
  selection: Selection,
  devices: LogicalDevices,
  rights: Rights,
): ResourceTree {
  const { depth, window } = extentOf(address, selection);
  const tree = new TreeView(devices, rights);
  switch (address.kind) {
    case 'cosem':
      return tree.cosem(depth);
    case 'ldevs':
      return tree.ldevs(depth, window);
    case 'ldev':
      return tree.device(address.ldev).ldev(depth);
    case 'objects':
      return tree.device(address.ldev).objects(depth, window);
    case 'object':
      return tree.device(address.ldev).object(address).object(depth);
    case 'attributes':
      return tree.device(address.ldev).object(address).attributes(depth, window);
    case 'attribute':
      return tree.device(address.ldev).object(address).attribute(address.attribute, depth);
    case 'methods':
      return tree.device(address.ldev).object(address).methods(depth, window);
    default:
      return tree.device(address.ldev).object(address).method(address.method);
  }
}
