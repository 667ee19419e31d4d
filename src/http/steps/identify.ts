import type { RequestHandler } from 'express';

import type { ClientDirectory } from '#http/client-directory.ts';
import { exchangeOf } from '#http/exchange.ts';
import { HttpError } from '#http/http-error.ts';
import type { PeerOf } from '#http/peer.ts';

/**
 * Finds out which client sent the request: the one that the certificate of the connection belongs to.
 * The door has asked the same before, but a client can be taken off the list while its connection lasts.
 */
export function identify(clients: ClientDirectory, peerOf: PeerOf): RequestHandler {
  return function identify(request, response, next) {
    const peer = peerOf(request);
    const client = peer && clients.withTlsCertificate(peer.certificateId);
    if (client === undefined) {
      throw new HttpError('CLIENT_UNKNOWN', 'this connection shows no certificate of a client', {
        Connection: 'close',
      });
    }
    exchangeOf(response).note('client', client);
    next();
  };
}
