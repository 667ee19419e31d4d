import type { TLSSocket } from 'node:tls';

import { reasonOf } from '#core/errors.ts';
import { formatInstant, Instant } from '#core/time.ts';
import { certificateId } from '#crypto/node-crypto.ts';
import type { Certificate } from '#pki/certificate.ts';
import { hasExpired, lastInstant } from '#pki/certificate-life.ts';
import type { CertificatePath, ChainProblemCode } from '#pki/chain.ts';
import type { PeerPaths } from '#pki/peer-paths.ts';
import { type PresentedChain, presentedChain } from '#pki/presented-chain.ts';
import { misuse } from '#pki/purposes.ts';
import type { Client, ClientDirectory } from './client-directory.ts';
import type { Peer } from './peer.ts';
import type { RefusalReason } from './refusals.ts';

/** Who comes in, or why nobody does. */
export type Admission = { readonly client: Client; readonly peer: Peer } | Refused;

interface Refused {
  readonly refused: RefusalReason;
  readonly certificate?: string | undefined;
  readonly detail?: string | undefined;
}

/** What a client is judged by, beside its connection. */
export interface AdmissionRules {
  readonly clients: ClientDirectory;
  readonly paths: PeerPaths;
  readonly now: Instant;
}

/** What OpenSSL says of a chain, where we call it by another name than "not trusted". @see X509_verify_cert_error_string(3) */
const REASON_OF_OPENSSL: Readonly<Record<string, RefusalReason>> = {
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  INVALID_PURPOSE: 'certificate-wrong-usage',
};

/** The same for what we say of it ourselves. */
const REASON_OF_CHAIN: Readonly<Partial<Record<ChainProblemCode, RefusalReason>>> = {
  CHAIN_EXPIRED: 'certificate-expired',
  CHAIN_NOT_YET_VALID: 'certificate-not-yet-valid',
  CHAIN_WRONG_USAGE: 'certificate-wrong-usage',
};

/**
 * Decides on a connection whose handshake is done. OpenSSL has judged the chain, by the machine's clock and, on a resumed
 * session, at some earlier time; so we judge it again, by our clock and more strictly.
 */
export function admit(socket: TLSSocket, { clients, paths, now }: AdmissionRules): Admission {
  const presented = presentedChain(socket);
  if (presented === undefined) return { refused: 'certificate-missing' };
  const id = certificateId(presented[0]);
  const judged = refusalByOpenSsl(socket) ?? judgePeer(presented, paths, now);
  if ('refused' in judged) return { ...judged, certificate: id };
  const client = clients.withTlsCertificate(id);
  return client === undefined ? { refused: 'client-unknown', certificate: id } : { client, peer: judged };
}

function refusalByOpenSsl(socket: TLSSocket): Refused | undefined {
  if (socket.authorized) return undefined;
  // Typed as an error, it is the name of one.
  const detail = String(socket.authorizationError);
  return { refused: REASON_OF_OPENSSL[detail] ?? 'certificate-not-trusted', detail };
}

function judgePeer(presented: PresentedChain, paths: PeerPaths, now: Instant): Peer | Refused {
  try {
    const { leaf, verdict } = paths.judge(presented, now);
    if (verdict.valid) return peerBy(verdict.path);
    const [{ code, message }] = verdict.problems;
    // OpenSSL has seen the sub-CA and found a path; where we cannot see it, we go by that.
    if (code === 'CHAIN_ISSUER_UNKNOWN') return refusalByLeaf(leaf, now) ?? { ...peerBy([leaf]), path: undefined };
    return { refused: REASON_OF_CHAIN[code] ?? 'certificate-not-trusted', detail: message };
  } catch (error) {
    return { refused: 'certificate-not-trusted', detail: reasonOf(error) };
  }
}

const peerBy = (path: CertificatePath): Peer => ({
  certificateId: path[0].id,
  path,
  validUntil: Instant(Math.min(...path.map(lastInstant))),
});

function refusalByLeaf(leaf: Certificate, now: Instant): Refused | undefined {
  const { notBefore, notAfter } = leaf;
  if (now < notBefore) return { refused: 'certificate-not-yet-valid', detail: formatInstant(notBefore) };
  if (hasExpired(leaf, now)) return { refused: 'certificate-expired', detail: formatInstant(notAfter) };
  const detail = misuse(leaf, 'tls-client');
  return detail === undefined ? undefined : { refused: 'certificate-wrong-usage', detail };
}
