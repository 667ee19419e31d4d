import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** The certificates that a peer has shown, in DER, leaf first. */
export type PresentedChain = readonly [leaf: Uint8Array, ...issuers: Uint8Array[]];

/**
 * What the peer of a connection has shown; `undefined` for nothing. A resumed session has kept the leaf alone, and so
 * do servers in some releases of Node.js (nodejs/node#65579).
 *
 * Not by `getPeerX509Certificate`, which on a client takes the leaf out of the chain that it reads.
 */
export function presentedChain(socket: TLSSocket): PresentedChain | undefined {
  const [leaf, ...issuers] = chainOf(socket.getPeerCertificate(true));
  return leaf === undefined ? undefined : [leaf, ...issuers];
}

/** A self-signed certificate is its own issuer. Without a certificate Node.js gives an empty object. */
function chainOf(certificate: Partial<DetailedPeerCertificate>): readonly Uint8Array[] {
  const { raw, issuerCertificate } = certificate;
  if (raw === undefined) return [];
  const above = issuerCertificate === undefined || issuerCertificate === certificate ? [] : chainOf(issuerCertificate);
  return [raw, ...above];
}
