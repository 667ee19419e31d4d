import type { RequestHandler } from 'express';

import { toHex } from '#core/bytes.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { exchangeOf } from '#http/exchange.ts';

/**
 * - `private, no-cache`: what one client may see is not for another, and the next sample may come at any moment; so a
 *   cache may keep the answer, but must ask whether it still holds.
 * - No `Last-Modified`: it counts whole seconds, and two samples can lie within one.
 * - Whether the request is signed decides whether the answer is sealed, hence `Vary`.
 */
const HEADERS = {
  'Cache-Control': 'private, no-cache',
  Vary: 'Accept, Authorization, Signature, Signature-Input',
  'Accept-Ranges': 'none',
  'X-Content-Type-Options': 'nosniff',
};

/** Sends the document, or says that the client has it already (304). */
export function respond(): RequestHandler {
  return function respond(_request, response) {
    const exchange = exchangeOf(response);
    const body = exchange.get('body');
    response.set(HEADERS);
    response.set('ETag', etagOf(body));
    // Not by `set`, which would add a charset: the type registers none, XML says it itself.
    response.setHeader('Content-Type', exchange.get('mediaType'));
    response.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  };
}

/** A strong validator: other bytes have another. @see RFC 9110 § 8.8.3 */
const etagOf = (body: Uint8Array): string => `"${toHex(nodeCrypto.digest('sha-256', body)).slice(0, 32)}"`;
