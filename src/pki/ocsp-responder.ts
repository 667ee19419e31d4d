import { createHash } from 'node:crypto';

import { SealmeterError } from '#core/errors.ts';
import { addTime, type Duration, type Instant } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import type { Ledger } from './ledger.ts';
import { certificateIdOf, isSameIssuer, type OcspCertificateId } from './ocsp-certificate-id.ts';
import { type OcspRequest, readOcspRequest } from './ocsp-request.ts';
import { type OcspAnswer, writeOcspRefusal, writeOcspResponse } from './ocsp-response.ts';
import type { CertificateStatus } from './revocation-statement.ts';
import type { SigningKey } from './signing-key.ts';

/** An authority that a responder answers for: whom, out of which memory, and signed by whom. */
export interface AnsweredAuthority {
  readonly certificate: Certificate;
  readonly ledger: Ledger;
  readonly responder: {
    /** A delegate's certificate, or that of the CA itself. */
    readonly certificate: Certificate;
    readonly key: SigningKey;
  };
}

export interface OcspTiming {
  readonly now: Instant;
  /** How long an answer holds. */
  readonly validity: Duration;
}

/**
 * Answers a request: bytes in, bytes out. Only certificates in the ledger are good; of others the CA knows nothing.
 * A request about certificates of several authorities is refused, for no one signs for all of them.
 */
export async function answerOcsp(
  request: Uint8Array,
  authorities: readonly AnsweredAuthority[],
  timing: OcspTiming,
): Promise<Uint8Array> {
  const asked = readRequest(request);
  if (asked === undefined) return writeOcspRefusal('malformedRequest');
  const authority = authorities.find((candidate) => asked.certificates.every((id) => isOf(candidate, id)));
  if (authority === undefined) return writeOcspRefusal('unauthorized');
  return await signAnswer(authority, asked, timing);
}

/** `undefined` for what is no request. */
export function readRequest(der: Uint8Array): OcspRequest | undefined {
  try {
    return readOcspRequest(der);
  } catch (error) {
    if (error instanceof SealmeterError) return undefined;
    throw error;
  }
}

const isOf = ({ certificate }: AnsweredAuthority, id: OcspCertificateId): boolean =>
  isSameIssuer(id, certificateIdOf(id.serial, certificate, id.hash));

export async function signAnswer(
  { ledger, responder, certificate: authority }: AnsweredAuthority,
  { certificates, nonce }: OcspRequest,
  { now, validity }: OcspTiming,
): Promise<Uint8Array> {
  const answers = certificates.map(
    (certificate): OcspAnswer => ({
      certificate,
      status: statusOf(ledger, certificate.serial),
      thisUpdate: now,
      nextUpdate: addTime(now, validity),
    }),
  );
  return await writeOcspResponse(responder.key, {
    responderKeyHash: createHash('sha1').update(responder.certificate.publicKeyBits).digest(),
    producedAt: now,
    answers,
    nonce,
    certificates: responder.certificate.id === authority.id ? [] : [responder.certificate],
  });
}

function statusOf(ledger: Ledger, serial: string): CertificateStatus {
  const entry = ledger.issued.get(serial);
  if (entry === undefined) return { status: 'unknown' };
  return entry.revocation === undefined ? { status: 'good' } : { status: 'revoked', revocation: entry.revocation };
}
