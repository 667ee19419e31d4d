import type { RequestHandler } from 'express';

import { exchangeOf } from '#http/exchange.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { writeTree } from '#representation/tree-xml.ts';

/** Writes the document, as yet without a seal. */
export function represent(): RequestHandler {
  return function represent(_request, response, next) {
    const exchange = exchangeOf(response);
    const content = exchange.get('content');
    exchange.note('document', content.sealed ? writeMeasurementData(content.reading) : writeTree(content.tree));
    next();
  };
}
