import type { RequestHandler } from 'express';

import { utf8 } from '#core/bytes.ts';
import { exchangeOf } from '#http/exchange.ts';
import type { SealedDocuments } from '#http/sealed-documents.ts';

/** Seals the document that answers a signed request. */
export function seal(sealed: SealedDocuments): RequestHandler {
  return async function seal(_request, response, next) {
    const exchange = exchangeOf(response);
    const document = exchange.get('document');
    exchange.note('body', exchange.get('content').sealed ? await sealed.seal(document) : utf8(document));
    next();
  };
}
