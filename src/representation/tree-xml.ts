import { escapeAttribute } from '#core/canonical-xml.ts';
import { writeData } from './data-xml.ts';
import type { ResourceTree } from './resource-nodes.ts';

/** The namespace of the tree. */
export const COR = 'urn:k461-dke-de:cor-1';

const DECLARATION = ` xmlns="${COR}"`;

/** Writes the XML whose root is the addressed element. It is canonical as it stands. */
export const writeTree = (tree: ResourceTree): string => writeNode(tree, DECLARATION);

/** `xmlns` is the declaration that the outermost element has. */
function writeNode(node: ResourceTree, xmlns: string): string {
  switch (node.kind) {
    case 'cosem':
      return `<cosem${xmlns}>${inside(node.ldevs)}</cosem>`;
    case 'ldevs':
      return `<ldevs${xmlns} count="${node.count}">${insideAll(node.ldevs)}</ldevs>`;
    case 'ldev':
      return `<ldev${xmlns} id="${escapeAttribute(node.id)}">${inside(node.objects)}</ldev>`;
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
    default:
      return `<method${xmlns} id="${node.id}"></method>`;
  }
}

const inside = (node: ResourceTree | undefined): string => (node === undefined ? '' : writeNode(node, ''));

function insideAll(nodes: readonly ResourceTree[]): string {
  let xml = '';
  for (const node of nodes) xml += writeNode(node, '');
  return xml;
}
