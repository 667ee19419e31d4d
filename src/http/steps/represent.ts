import type { Pieces } from '#http/answer-body.ts';
import { isJson } from '#http/media-types.ts';
import type { Step } from '#http/pipeline.ts';
import type { BufferNode, ResourceTree } from '#representation/resource-nodes.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { writeBufferJson, writeTreeJson } from '#representation/tree-json.ts';
import { writeBuffer, writeTree } from '#representation/tree-xml.ts';

/** Writes the document, as yet without a seal: what is sealed is XML, whatever it is wrapped in afterwards. */
export function represent(): Step {
  return function represent(exchange) {
    const content = exchange.get('content');
    const document = content.sealed
      ? writeMeasurementData(content.reading)
      : write(content.tree, isJson(exchange.get('mediaType')));
    exchange.note('document', document);
  };
}

function write(tree: ResourceTree | BufferNode, asJson: boolean): string | Pieces {
  if (tree.kind === 'buffer') return { pieces: asJson ? writeBufferJson(tree) : writeBuffer(tree) };
  return asJson ? writeTreeJson(tree) : writeTree(tree);
}
