import {
  BasicOCSPResponse,
  CertStatus,
  id_pkix_ocsp_basic,
  id_pkix_ocsp_nonce,
  KeyHash,
  OCSPResponse,
  OCSPResponseStatus,
  ResponderID,
  ResponseBytes,
  ResponseData,
  RevokedInfo,
  SingleResponse,
} from '@peculiar/asn1-ocsp';
import { OctetString } from '@peculiar/asn1-schema';
import { Certificate as CertificateStructure, CRLReason, type Extension } from '@peculiar/asn1-x509';

import { SealmeterError } from '#core/errors.ts';
import type { Instant } from '#core/time.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { encodeDer, parseDer, toArrayBuffer } from './der.ts';
import { certificateIdStructure, type OcspCertificateId, readCertificateId } from './ocsp-certificate-id.ts';
import { nonceExtension, readNonce } from './ocsp-request.ts';
import { codeOfReason, reasonOfCode } from './revocation-reasons.ts';
import type { CertificateStatus, Update } from './revocation-statement.ts';
import { type SignedStructure, signatureAlgorithmIdentifier, signedStructure } from './signed-structure.ts';
import type { SigningKey } from './signing-key.ts';
import { instantOf, wholeSecond } from './x509-time.ts';

/** Why a responder gives no answer; everybody can say so, for it is not signed. @see RFC 6960 § 2.3 */
const REFUSALS = {
  malformedRequest: OCSPResponseStatus.malformedRequest,
  internalError: OCSPResponseStatus.internalError,
  tryLater: OCSPResponseStatus.tryLater,
  sigRequired: OCSPResponseStatus.sigRequired,
  unauthorized: OCSPResponseStatus.unauthorized,
} as const;

export type OcspRefusal = keyof typeof REFUSALS;

export type OcspMessage =
  | { readonly kind: 'refusal'; readonly refusal: OcspRefusal }
  | { readonly kind: 'response'; readonly response: OcspResponse };

/** A basic response as read. Whether to believe it is for `ocsp-check.ts` to say. */
export interface OcspResponse {
  readonly responder: ResponderName;
  readonly producedAt: Instant;
  readonly answers: readonly OcspAnswer[];
  readonly nonce: Uint8Array | undefined;
  /** Certificates that came along, to check the signature with. */
  readonly certificates: readonly Certificate[];
  readonly unknownCriticalExtensions: readonly string[];
  readonly signed: SignedStructure;
}

/** The responder's name, as DER, or the SHA-1 of its key's bits. */
export type ResponderName = { readonly name: Uint8Array } | { readonly keyHash: Uint8Array };

export interface OcspAnswer extends Update {
  readonly certificate: OcspCertificateId;
  readonly status: CertificateStatus;
}

export interface OcspResponseContent {
  readonly responderKeyHash: Uint8Array;
  readonly producedAt: Instant;
  readonly answers: readonly OcspAnswer[];
  readonly nonce: Uint8Array | undefined;
  /** The delegate's certificate, or none where the CA signs itself. */
  readonly certificates: readonly Certificate[];
}

export const writeOcspRefusal = (refusal: OcspRefusal): Uint8Array =>
  encodeDer(new OCSPResponse({ responseStatus: REFUSALS[refusal] }));

/**
 * Writes and signs a basic response.
 *
 *     ResponseData ::= SEQUENCE { version [0] DEFAULT v1, responderID, producedAt, responses, responseExtensions [1] }
 *     BasicOCSPResponse ::= SEQUENCE { tbsResponseData, signatureAlgorithm, signature, certs [0] }
 *
 * @see RFC 6960 § 4.2.1
 */
export async function writeOcspResponse(key: SigningKey, content: OcspResponseContent): Promise<Uint8Array> {
  const body = new ResponseData({
    responderID: new ResponderID({ byKey: new KeyHash(toArrayBuffer(content.responderKeyHash)) }),
    producedAt: wholeSecond(content.producedAt),
    responses: content.answers.map(answerStructure),
    ...(content.nonce === undefined ? {} : { responseExtensions: [nonceExtension(content.nonce)] }),
  });
  const certificates = content.certificates.map(({ der }) => parseDer(der, CertificateStructure, 'certificate'));
  const basic = new BasicOCSPResponse({
    tbsResponseData: body,
    signatureAlgorithm: signatureAlgorithmIdentifier(key.hash),
    signature: toArrayBuffer(await key.sign(encodeDer(body), key.hash)),
    ...(certificates.length > 0 ? { certs: certificates } : {}),
  });
  return encodeDer(
    new OCSPResponse({
      responseStatus: OCSPResponseStatus.successful,
      responseBytes: new ResponseBytes({
        responseType: id_pkix_ocsp_basic,
        response: new OctetString(toArrayBuffer(encodeDer(basic))),
      }),
    }),
  );
}

/** @throws SealmeterError (evidence) `PKI_DER_UNREADABLE`, `OCSP_RESPONSE_MALFORMED` and as `readCertificate` */
export function readOcspResponse(der: Uint8Array): OcspMessage {
  const { responseStatus, responseBytes } = parseDer(der, OCSPResponse, 'OCSP response');
  const refusal = refusals.find((name) => REFUSALS[name] === responseStatus);
  if (refusal !== undefined) return { kind: 'refusal', refusal };
  if (responseStatus !== OCSPResponseStatus.successful) throw malformed('its status is not known');
  if (responseBytes?.responseType !== id_pkix_ocsp_basic) throw malformed('it is not of the basic type');
  return { kind: 'response', response: readBasicResponse(new Uint8Array(responseBytes.response.buffer)) };
}

const refusals = Object.keys(REFUSALS) as readonly OcspRefusal[];

function readBasicResponse(der: Uint8Array): OcspResponse {
  const basic = parseDer(der, BasicOCSPResponse, 'OCSP response');
  const { responderID, producedAt, responses, responseExtensions } = basic.tbsResponseData;
  const singleExtensions = responses.flatMap((single) => single.singleExtensions ?? []);
  return {
    responder: readResponder(responderID),
    producedAt: instantOf(producedAt),
    answers: responses.map(readAnswer),
    nonce: readNonce(responseExtensions),
    certificates: (basic.certs ?? []).map((certificate) => readCertificate(encodeDer(certificate))),
    unknownCriticalExtensions: criticalOf([...(responseExtensions ?? []), ...singleExtensions]),
    signed: signedStructure(basic.tbsResponseDataRaw, basic.signatureAlgorithm, basic.signature),
  };
}

function readResponder({ byName, byKey }: ResponderID): ResponderName {
  if (byName !== undefined) return { name: encodeDer(byName) };
  if (byKey !== undefined) return { keyHash: new Uint8Array(byKey.buffer) };
  throw malformed('it does not say who made it');
}

/** `SingleResponse ::= SEQUENCE { certID, certStatus, thisUpdate, nextUpdate [0] OPTIONAL, singleExtensions [1] }` */
const answerStructure = ({ certificate, status, thisUpdate, nextUpdate }: OcspAnswer): SingleResponse =>
  new SingleResponse({
    certID: certificateIdStructure(certificate),
    certStatus: statusStructure(status),
    thisUpdate: wholeSecond(thisUpdate),
    ...(nextUpdate === undefined ? {} : { nextUpdate: wholeSecond(nextUpdate) }),
  });

const readAnswer = ({ certID, certStatus, thisUpdate, nextUpdate }: SingleResponse): OcspAnswer => ({
  certificate: readCertificateId(certID),
  status: readStatus(certStatus),
  thisUpdate: instantOf(thisUpdate),
  nextUpdate: nextUpdate && instantOf(nextUpdate),
});

/** `CertStatus ::= CHOICE { good [0] NULL, revoked [1] SEQUENCE { time, reason [0] OPTIONAL }, unknown [2] NULL }` */
function statusStructure(status: CertificateStatus): CertStatus {
  // A choice has one member only: the unused ones must not be there at all.
  if (status.status !== 'revoked') return new CertStatus({ [status.status]: null });
  const { at, reason } = status.revocation;
  const revocationReason = reason === 'unspecified' ? {} : { revocationReason: new CRLReason(codeOfReason(reason)) };
  return new CertStatus({ revoked: new RevokedInfo({ revocationTime: wholeSecond(at), ...revocationReason }) });
}

function readStatus({ good, revoked, unknown }: CertStatus): CertificateStatus {
  if (revoked !== undefined) {
    const reason = reasonOfCode(revoked.revocationReason?.reason);
    return { status: 'revoked', revocation: { at: instantOf(revoked.revocationTime), reason } };
  }
  if (good === null && unknown === undefined) return { status: 'good' };
  if (unknown === null && good === undefined) return { status: 'unknown' };
  throw malformed('a status in it is none of good, revoked and unknown');
}

const criticalOf = (extensions: readonly Extension[]): readonly string[] =>
  extensions.filter(({ critical, extnID }) => critical && extnID !== id_pkix_ocsp_nonce).map(({ extnID }) => extnID);

const malformed = (problem: string): SealmeterError =>
  new SealmeterError('evidence', 'OCSP_RESPONSE_MALFORMED', `the OCSP response is refused: ${problem}`);
