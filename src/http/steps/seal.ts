import { type AnswerBody, type AnswerStream, answerBody, answerOf } from '#http/answer-body.ts';
import type { Exchange } from '#http/exchange.ts';
import { isJson } from '#http/media-types.ts';
import type { Step } from '#http/pipeline.ts';
import type { SealedDocuments } from '#http/sealed-documents.ts';
import { writeReadingJson } from '#representation/tree-json.ts';

/** Seals the document that answers a signed request. */
export function seal(sealed: SealedDocuments): Step {
  return async function seal(exchange) {
    exchange.note('answer', await answerTo(exchange, sealed));
  };
}

async function answerTo(exchange: Exchange, sealed: SealedDocuments): Promise<AnswerBody | AnswerStream> {
  const document = exchange.get('document');
  if (typeof document !== 'string') return answerOf(document);
  const content = exchange.get('content');
  if (!content.sealed) return answerBody(document);
  const answer = await sealed.seal(document);
  if (!isJson(exchange.get('mediaType'))) return answer;
  return answerBody(writeReadingJson(content.reading, answer.text));
}
