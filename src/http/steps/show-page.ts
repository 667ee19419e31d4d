import type { ApiPage, PageFile } from '#http/api-page.ts';
import type { Exchange } from '#http/exchange.ts';
import { HttpError } from '#http/http-error.ts';
import type { Step } from '#http/pipeline.ts';
import { isKnown } from '#http/validators.ts';

/** Nothing runs in this page, and nothing comes from elsewhere. @see W3C Content Security Policy Level 3 */
const HEADERS = [
  [
    'Content-Security-Policy',
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ['Referrer-Policy', 'no-referrer'],
  ['Cache-Control', 'private, no-cache'],
  ['X-Content-Type-Options', 'nosniff'],
].flat();

/** Shows the description of the API to whoever is a client. What it does not have goes on. */
export function showPage(page: ApiPage, otherwise: Step): Step {
  return function showPage(exchange) {
    const file = page.get(exchange.request.originalUrl);
    return file === undefined ? otherwise(exchange) : show(file, exchange);
  };
}

function show({ contentType, body: { text, length, etag } }: PageFile, { request, response }: Exchange): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new HttpError('METHOD_NOT_ALLOWED', `${request.method} is not for this page`, { Allow: 'GET, HEAD' });
  }
  if (isKnown(etag, request)) {
    response.writeHead(304, [...HEADERS, 'ETag', etag]).end();
    return;
  }
  const about = ['ETag', etag, 'Content-Type', contentType, 'Content-Length', String(length)];
  response.writeHead(200, [...HEADERS, ...about]).end(text);
}
