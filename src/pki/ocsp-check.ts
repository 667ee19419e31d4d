import { createHash } from 'node:crypto';

import { equalBytes } from '#core/bytes.ts';
import { reasonOf } from '#core/errors.ts';
import { formatInstant, type Instant } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import { type ChainVerdict, validateChain } from './chain.ts';
import {
  certificateIdHashes,
  certificateIdOf,
  isSameCertificateId,
  type OcspCertificateId,
} from './ocsp-certificate-id.ts';
import {
  type OcspAnswer,
  type OcspMessage,
  type OcspRefusal,
  type OcspResponse,
  type ResponderName,
  readOcspResponse,
} from './ocsp-response.ts';
import type { RevocationTrouble } from './revocation-policy.ts';
import {
  checkFreshness,
  type FreshnessLimits,
  RevocationError,
  type RevocationStatement,
} from './revocation-statement.ts';
import { isSignedBy } from './signed-structure.ts';

/** What a response is judged by. Nothing else comes in. */
export interface OcspQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** Of our request, or `undefined` where we sent none (a stapled response). */
  readonly nonce: Uint8Array | undefined;
  readonly now: Instant;
  readonly limits: FreshnessLimits;
}

/**
 * Judges a response: who made it may speak for the CA, signed these very bytes, speaks of this certificate, of now,
 * and to us.
 * @see RFC 6960 § 3.2
 * @throws RevocationError
 */
export function checkOcspResponse(der: Uint8Array, question: OcspQuestion): RevocationStatement {
  const response = readResponse(der);
  if (response.unknownCriticalExtensions.length > 0) {
    throw new RevocationError('unknown-extension', response.unknownCriticalExtensions.join(', '));
  }
  checkSigner(response, question);
  const answer = answerFor(response, question);
  checkNonce(response, question);
  if (response.producedAt > question.now + question.limits.clockTolerance) {
    throw new RevocationError('from-the-future', `it was signed at ${formatInstant(response.producedAt)}`);
  }
  return { status: answer.status, holdsUntil: checkFreshness(answer, question.now, question.limits), proof: der };
}

/** What a responder's refusal means to us. */
const REFUSAL_OUTCOMES: Readonly<Record<OcspRefusal, RevocationTrouble>> = {
  malformedRequest: 'declined',
  internalError: 'try-later',
  tryLater: 'try-later',
  sigRequired: 'declined',
  unauthorized: 'declined',
};

function readResponse(der: Uint8Array): OcspResponse {
  const message = parse(der);
  if (message.kind === 'response') return message.response;
  throw new RevocationError(REFUSAL_OUTCOMES[message.refusal], message.refusal);
}

function parse(der: Uint8Array): OcspMessage {
  try {
    return readOcspResponse(der);
  } catch (cause) {
    throw new RevocationError('unreadable', reasonOf(cause), cause);
  }
}

/** @see RFC 6960 § 4.2.2.2: the CA itself, or a delegate that this very CA issued for OCSP signing */
function checkSigner(response: OcspResponse, { issuer, now }: OcspQuestion): void {
  const signer = [issuer, ...response.certificates].find((candidate) => isNamed(candidate, response.responder));
  if (signer === undefined) throw new RevocationError('wrong-signer', 'the certificate of its signer is missing');
  if (!isSignedBy(response.signed, signer.publicKey)) {
    throw new RevocationError('bad-signature', `${signer.subject.text} did not sign it`);
  }
  if (signer.id !== issuer.id) checkDelegate(signer, issuer, now);
}

function checkDelegate(delegate: Certificate, issuer: Certificate, now: Instant): void {
  const verdict = judgeDelegate(delegate, issuer, now);
  if (!verdict.valid)
    throw new RevocationError('wrong-signer', verdict.problems.map(({ message }) => message).join('; '));
  // Nobody says whether the delegate itself is revoked, so it has to be of the kind that is not asked about.
  if (delegate.extensions.ocspNoCheck !== true) {
    throw new RevocationError('wrong-signer', `${delegate.subject.text} lacks id-pkix-ocsp-nocheck`);
  }
}

/** The CA is the only anchor and there are no intermediates, so that it must have issued the delegate directly. */
const judgeDelegate = (leaf: Certificate, issuer: Certificate, at: Instant): ChainVerdict =>
  validateChain({ leaf, intermediates: [], anchors: [issuer], at, purpose: 'ocsp-responder' });

const isNamed = ({ subject, publicKeyBits }: Certificate, responder: ResponderName): boolean =>
  'name' in responder
    ? equalBytes(subject.der, responder.name)
    : equalBytes(createHash('sha1').update(publicKeyBits).digest(), responder.keyHash);

/** The one answer about this certificate; with two we would not know which to believe. */
function answerFor({ answers }: OcspResponse, { certificate, issuer }: OcspQuestion): OcspAnswer {
  const names = certificateIdHashes.map((hash) => certificateIdOf(certificate.serial, issuer, hash));
  const isAsked = (id: OcspCertificateId): boolean => names.some((name) => isSameCertificateId(name, id));
  const [answer, ...others] = answers.filter((candidate) => isAsked(candidate.certificate));
  if (answer === undefined || others.length > 0) {
    throw new RevocationError('other-certificate', `it has ${others.length === 0 ? 'no answer' : 'several answers'}`);
  }
  return answer;
}

/** A responder that signs beforehand cannot repeat our nonce, so none at all will do; another one will not. */
function checkNonce({ nonce }: OcspResponse, question: OcspQuestion): void {
  if (nonce === undefined || question.nonce === undefined || equalBytes(nonce, question.nonce)) return;
  throw new RevocationError('nonce-mismatch', 'its nonce is not ours');
}
