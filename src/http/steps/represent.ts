import type { Step } from '#http/pipeline.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { writeTree } from '#representation/tree-xml.ts';

/** Writes the document, as yet without a seal. */
export function represent(): Step {
  return function represent(exchange) {
    const content = exchange.get('content');
    exchange.note('document', content.sealed ? writeMeasurementData(content.reading) : writeTree(content.tree));
  };
}
