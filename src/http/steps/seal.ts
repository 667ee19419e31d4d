import { answerBody } from '#http/answer-body.ts';
import type { Step } from '#http/pipeline.ts';
import type { SealedDocuments } from '#http/sealed-documents.ts';

/** Seals the document that answers a signed request. */
export function seal(sealed: SealedDocuments): Step {
  return async function seal(exchange) {
    const document = exchange.get('document');
    exchange.note('body', exchange.get('content').sealed ? await sealed.seal(document) : answerBody(document));
  };
}
