import type { TLSSocket } from 'node:tls';

import { reasonOf } from '#core/errors.ts';
import { addTime, formatInstant, type Instant, Seconds } from '#core/time.ts';
import { type Certificate, readCertificate } from '#pki/certificate.ts';
import { misuse } from '#pki/purposes.ts';
import type { Client, ClientDirectory } from './client-directory.ts';
import { peerOfSocket } from './peer.ts';
import type { RefusalReason } from './refusals.ts';

/** Who comes in, or why nobody does. */
export type Admission = { readonly client: Client } | Refused;

interface Refused {
  readonly refused: RefusalReason;
  readonly certificate?: string | undefined;
  readonly detail?: string | undefined;
}

/** What OpenSSL says of a chain, where we call it by another name than "not trusted". @see X509_verify_cert_error_string(3) */
const REASON_OF_OPENSSL: Readonly<Record<string, RefusalReason>> = {
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  INVALID_PURPOSE: 'certificate-wrong-usage',
};

/**
 * Decides on a connection whose handshake is done. OpenSSL has judged the chain, by the machine's clock and, on a resumed
 * session, at some earlier time; so the dates are looked at again, and whether the certificate itself says what it is for.
 */
export function admit(socket: TLSSocket, clients: ClientDirectory, now: Instant): Admission {
  const peer = peerOfSocket(socket);
  const der = socket.getPeerX509Certificate()?.raw;
  if (peer === undefined || der === undefined) return { refused: 'certificate-missing' };
  const refused = refusalByChain(socket) ?? refusalByContent(der, now);
  if (refused !== undefined) return { ...refused, certificate: peer.certificateId };
  const client = clients.withTlsCertificate(peer.certificateId);
  return client === undefined ? { refused: 'client-unknown', certificate: peer.certificateId } : { client };
}

function refusalByChain(socket: TLSSocket): Refused | undefined {
  if (socket.authorized) return undefined;
  // Typed as an error, it is the name of one.
  const detail = String(socket.authorizationError);
  return { refused: REASON_OF_OPENSSL[detail] ?? 'certificate-not-trusted', detail };
}

function refusalByContent(der: Uint8Array, now: Instant): Refused | undefined {
  try {
    const certificate = readCertificate(der);
    return refusalByDate(certificate, now) ?? refusalByUsage(certificate);
  } catch (error) {
    return { refused: 'certificate-not-trusted', detail: reasonOf(error) };
  }
}

function refusalByDate({ notBefore, notAfter }: Certificate, now: Instant): Refused | undefined {
  if (now < notBefore) return { refused: 'certificate-not-yet-valid', detail: formatInstant(notBefore) };
  // It is valid through the whole of its last second.
  if (now >= addTime(notAfter, Seconds(1))) return { refused: 'certificate-expired', detail: formatInstant(notAfter) };
  return undefined;
}

function refusalByUsage(certificate: Certificate): Refused | undefined {
  const detail = misuse(certificate, 'tls-client');
  return detail === undefined ? undefined : { refused: 'certificate-wrong-usage', detail };
}
