import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

import type { Instant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { CertificatePath } from '#pki/chain.ts';

/** Whoever is at the other end of a connection, as TLS has shown it and the door has judged it. */
export interface Peer {
  /** Of its leaf certificate. */
  readonly certificateId: CertificateId;
  /** Leaf, sub-CA, root; `undefined` where this release of Node.js hides the sub-CA and nobody knows it otherwise. */
  readonly path: CertificatePath | undefined;
  /** The last instant at which its certificates are all valid. A connection can outlive it. */
  readonly validUntil: Instant;
  /** Whether its connection has served long enough, and ends with the answer that is being given. */
  readonly isOver?: () => boolean;
}

/** How the pipeline learns who sent a request; `undefined` for whoever showed no certificate. */
export type PeerOf = (request: IncomingMessage) => Peer | undefined;

const peers = new WeakMap<TLSSocket, Peer>();

/** Said by the door, once for each connection: without renegotiation its peer never changes. */
export function introduce(socket: TLSSocket, peer: Peer): void {
  peers.set(socket, peer);
}

/** The peer of a request that came over TLS. */
export const tlsPeerOf: PeerOf = ({ socket }) => (socket instanceof TLSSocket ? peers.get(socket) : undefined);
