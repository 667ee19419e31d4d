import { createHash } from 'node:crypto';

import { toHex } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { addTime, type Duration, type Instant } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import type { Ledger } from './ledger.ts';
import { certificateIdHashes, certificateIdOf, isSameIssuer, type OcspCertificateId } from './ocsp-certificate-id.ts';
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
  return await sign(authority, asked, timing);
}

function readRequest(der: Uint8Array): OcspRequest | undefined {
  try {
    return readOcspRequest(der);
  } catch (error) {
    if (error instanceof SealmeterError) return undefined;
    throw error;
  }
}

const isOf = ({ certificate }: AnsweredAuthority, id: OcspCertificateId): boolean =>
  isSameIssuer(id, certificateIdOf(id.serial, certificate, id.hash));

async function sign(
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

/**
 * Responses signed beforehand, so that the machine that hands them out needs no key. They carry no nonce, and speak of
 * one certificate each, under both kinds of name.
 * @see RFC 6960 § 2.5
 */
export class PresignedResponses {
  readonly #responses: ReadonlyMap<string, Uint8Array>;

  private constructor(responses: ReadonlyMap<string, Uint8Array>) {
    this.#responses = responses;
  }

  /** Signs for every certificate in the ledgers that has not expired. */
  static async sign(authorities: readonly AnsweredAuthority[], timing: OcspTiming): Promise<PresignedResponses> {
    const responses = new Map<string, Uint8Array>();
    for (const authority of authorities) {
      for (const id of certificateIdsOf(authority, timing.now)) {
        responses.set(nameOf(id), await sign(authority, { certificates: [id], nonce: undefined }, timing));
      }
    }
    return new PresignedResponses(responses);
  }

  /** Answers from the store; what is not in it is refused as "unauthorized". @see RFC 5019 § 2.2.3 */
  answer(request: Uint8Array): Uint8Array {
    const asked = readRequest(request);
    if (asked === undefined) return writeOcspRefusal('malformedRequest');
    const [id, ...others] = asked.certificates;
    const response = id && others.length === 0 ? this.#responses.get(nameOf(id)) : undefined;
    return response ?? writeOcspRefusal('unauthorized');
  }
}

const certificateIdsOf = ({ certificate, ledger }: AnsweredAuthority, now: Instant): readonly OcspCertificateId[] =>
  [...ledger.issued.values()]
    .filter(({ notAfter }) => notAfter >= now)
    .flatMap(({ serial }) => certificateIdHashes.map((hash) => certificateIdOf(serial, certificate, hash)));

const nameOf = ({ hash, issuerNameHash, issuerKeyHash, serial }: OcspCertificateId): string =>
  [hash, toHex(issuerNameHash), toHex(issuerKeyHash), serial].join(' ');
