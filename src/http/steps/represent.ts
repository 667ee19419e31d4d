import type { Step } from '#http/pipeline.ts';
import type { BufferNode, ResourceTree } from '#representation/resource-nodes.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { writeBuffer, writeTree } from '#representation/tree-xml.ts';

/** Writes the document, as yet without a seal. */
export function represent(): Step {
  return function represent(exchange) {
    const content = exchange.get('content');
    exchange.note('document', content.sealed ? writeMeasurementData(content.reading) : write(content.tree));
  };
}

const write = (tree: ResourceTree | BufferNode): string =>
  tree.kind === 'buffer' ? [...writeBuffer(tree)].join('') : writeTree(tree);
