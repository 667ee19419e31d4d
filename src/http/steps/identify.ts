import type { Clock } from '#core/clock.ts';
import { formatInstant } from '#core/time.ts';
import type { ClientDirectory } from '#http/client-directory.ts';
import { HttpError } from '#http/http-error.ts';
import type { Peer, PeerOf } from '#http/peer.ts';
import type { Step } from '#http/pipeline.ts';

/**
 * Finds out which client sent the request: the one that the certificate of the connection belongs to.
 * The door has asked the same before, but a client can be taken off the list, and its certificate can expire, while its
 * connection lasts.
 */
export function identify(clients: ClientDirectory, peerOf: PeerOf, clock: Clock): Step {
  return function identify(exchange) {
    const peer = peerOf(exchange.request);
    const client = peer && clients.withTlsCertificate(peer.certificateId);
    if (peer === undefined || client === undefined) {
      throw refusal('CLIENT_UNKNOWN', 'this connection shows no certificate of a client');
    }
    requireValid(peer, clock);
    exchange.note('peer', peer);
    exchange.note('client', client);
  };
}

function requireValid({ validUntil }: Peer, clock: Clock): void {
  if (clock.now() <= validUntil) return;
  throw refusal('CLIENT_CERTIFICATE_EXPIRED', `it was valid until ${formatInstant(validUntil)}`);
}

const refusal = (code: 'CLIENT_UNKNOWN' | 'CLIENT_CERTIFICATE_EXPIRED', message: string): HttpError =>
  new HttpError(code, message, { Connection: 'close' });
