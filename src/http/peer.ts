import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

import type { CertificateId } from '#crypto/certificate-id.ts';
import { certificateId } from '#crypto/node-crypto.ts';

/** Whoever is at the other end of a connection, as TLS has shown it. */
export interface Peer {
  /** Of its leaf certificate. */
  readonly certificateId: CertificateId;
}

/** How the pipeline learns who sent a request; `undefined` for whoever showed no certificate. */
export type PeerOf = (request: IncomingMessage) => Peer | undefined;

const peers = new WeakMap<TLSSocket, Peer>();

/** The peer of a request that came over TLS. Read once per connection: without renegotiation it never changes. */
export const tlsPeerOf: PeerOf = ({ socket }) => (socket instanceof TLSSocket ? peerOfSocket(socket) : undefined);

export function peerOfSocket(socket: TLSSocket): Peer | undefined {
  const known = peers.get(socket);
  if (known !== undefined) return known;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  const peer = { certificateId: certificateId(certificate.raw) };
  peers.set(socket, peer);
  return peer;
}
