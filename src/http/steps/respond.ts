import type { Request } from 'express';

import type { Step } from '#http/pipeline.ts';

/**
 * - `private, no-cache`: what one client may see is not for another, and the next sample may come at any moment; so a
 *   cache may keep the answer, but must ask whether it still holds.
 * - No `Last-Modified`: it counts whole seconds, and two samples can lie within one.
 * - Whether the request is signed decides whether the answer is sealed, hence `Vary`.
 */
const HEADERS = [
  ['Cache-Control', 'private, no-cache'],
  ['Vary', 'Accept, Authorization, Signature, Signature-Input'],
  ['Accept-Ranges', 'none'],
  ['X-Content-Type-Options', 'nosniff'],
].flat();

/** Sends the document, or says that the client has it already (304). */
export function respond(): Step {
  return function respond(exchange) {
    const { request, response } = exchange;
    const { bytes, etag } = exchange.get('body');
    if (isKnown(etag, request)) {
      response.writeHead(304, [...HEADERS, 'ETag', etag]).end();
      return;
    }
    const about = ['ETag', etag, 'Content-Type', exchange.get('mediaType'), 'Content-Length', String(bytes.length)];
    response.writeHead(200, [...HEADERS, ...about]).end(bytes);
  };
}

/** Whether the client has said that it has these very bytes. @see RFC 9110 § 13.1.2 */
function isKnown(etag: string, { headers }: Request): boolean {
  const known = headers['if-none-match'];
  if (known === undefined) return false;
  return known === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
