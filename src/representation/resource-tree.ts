import { extentOf } from './extent.ts';
import type { Selection } from './query.ts';
import type { BufferNode, ResourceTree } from './resource-nodes.ts';
import { type ReadableAddress, type ResourceRequest, requireReadable } from './resource-uri.ts';
import { TreeView, type View } from './tree-view.ts';

/**
 * What the address names, reduced to what was asked for and to what the rights show: the content of an unsigned answer.
 * @throws SealmeterError (client) `RESOURCE_UNKNOWN` for what does not exist and for what is hidden, `QUERY_INVALID`
 */
export function selectTree(request: ResourceRequest, view: View): ResourceTree | BufferNode {
  const { selection } = request;
  const address = requireReadable(request.address);
  const tree = new TreeView(view);
  if (address.kind === 'attribute') return selectAttribute(address, selection, tree);
  const { depth, window } = extentOf(address, selection);
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
    case 'methods':
      return tree.device(address.ldev).object(address).methods(depth, window);
    case 'method':
      return tree.device(address.ldev).object(address).method(address.method);
    case 'containers':
      return tree.containers(depth, window);
    case 'container':
      return tree.container(address.container, depth);
    case 'ldev-containers':
      return tree.device(address.ldev).containers(depth, window);
    default:
      return tree.device(address.ldev).container(address.container, depth);
  }
}

type AttributeAddress = Extract<ReadableAddress, { readonly kind: 'attribute' }>;

function selectAttribute(address: AttributeAddress, selection: Selection, tree: TreeView): ResourceTree | BufferNode {
  const object = tree.device(address.ldev).object(address);
  if (object.isBuffer(address.attribute)) return object.buffer(address.attribute, selection);
  return object.attribute(address.attribute, extentOf(address, selection).depth);
}
