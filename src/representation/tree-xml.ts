import { escapeAttribute } from '#core/canonical-xml.ts';
import { COD, writeData, writeItem } from './data-xml.ts';
import type { BufferNode, MethodResponseNode, ResourceTree } from './resource-nodes.ts';

/** The namespace of the tree. */
export const COR = 'urn:k461-dke-de:cor-1';

const DECLARATION = ` xmlns="${COR}"`;

/** Writes the XML whose root is the addressed element. It is canonical as it stands. */
export const writeTree = (tree: ResourceTree): string => writeNode(tree, DECLARATION);

/** `xmlns` is the declaration that the outermost element has. */
function writeNode(node: ResourceTree, xmlns: string): string {
  switch (node.kind) {
    case 'cosem':
      return `<cosem${xmlns}>${inside(node.ldevs)}${inside(node.containers)}</cosem>`;
    case 'ldevs':
      return `<ldevs${xmlns} count="${node.count}">${insideAll(node.ldevs)}</ldevs>`;
    case 'ldev':
      return `<ldev${xmlns} id="${escapeAttribute(node.id)}">${inside(node.objects)}${inside(node.containers)}</ldev>`;
    case 'objects':
      return `<objects${xmlns} count="${node.count}">${insideAll(node.objects)}</objects>`;
    case 'object': {
      const names = `class-id="${node.classId}" id="${node.logicalName}" version="${node.version}"`;
      return `<object${xmlns} ${names}>${inside(node.attributes)}${inside(node.methods)}</object>`;
    }
    case 'attributes':
      return `<attributes${xmlns} count="${node.count}">${insideAll(node.attributes)}</attributes>`;
    case 'attribute':
      return `<attribute${xmlns} id="${node.id}">${node.data === undefined ? '' : writeData(node.data)}</attribute>`;
    case 'methods':
      return `<methods${xmlns} count="${node.count}">${insideAll(node.methods)}</methods>`;
    case 'method':
      return `<method${xmlns} id="${node.id}"></method>`;
    case 'containers':
      return `<containers${xmlns} count="${node.count}">${insideAll(node.containers)}</containers>`;
    default:
      return `<container${xmlns} id="${escapeAttribute(node.id)}">${inside(node.content)}</container>`;
  }
}

const inside = (node: ResourceTree | undefined): string => (node === undefined ? '' : writeNode(node, ''));

function insideAll(nodes: readonly ResourceTree[]): string {
  let xml = '';
  for (const node of nodes) xml += writeNode(node, '');
  return xml;
}

/** Writes a long array piece by piece, as {@link writeTree} would write it whole. */
export function* writeBuffer({ id, items }: BufferNode): Generator<string, void, undefined> {
  yield `<attribute${DECLARATION} id="${id}"><array xmlns="${COD}">`;
  for (const item of items) yield writeItem(item);
  yield '</array></attribute>';
}

/**
 *   <methodResponse>
 *     <methodResponseStatus>0</methodResponseStatus>
 *     <methodResponseData>one value</methodResponseData>
 *   </methodResponse>
 */
export function writeMethodResponse({ status, data }: MethodResponseNode): string {
  const result = data === undefined ? '' : `<methodResponseData>${writeData(data)}</methodResponseData>`;
  return `<methodResponse${DECLARATION}><methodResponseStatus>${status}</methodResponseStatus>${result}</methodResponse>`;
}
