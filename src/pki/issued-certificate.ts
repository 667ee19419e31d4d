import { equalBytes } from '#core/bytes.ts';
import { type Duration, type Instant, Minutes, timeBetween } from '#core/time.ts';
import { altNameText, sameAltNames } from './alt-names.ts';
import type { Certificate } from './certificate.ts';
import type { CertificateRequest } from './certificate-request.ts';
import { type CertificatePath, validateChain } from './chain.ts';
import type { IssuedCertificates } from './enroller.ts';
import { EnrolmentError } from './enrolment-problems.ts';
import type { AltName } from './extensions.ts';
import type { CertificateWish } from './prepared-request.ts';
import type { Purpose } from './purposes.ts';

/** What a certificate has to be, whoever says it is. */
export interface ExpectedCertificate {
  readonly request: CertificateRequest;
  readonly purpose: Purpose;
  readonly anchors: readonly Certificate[];
  readonly now: Instant;
}

/** A CA whose clock is ahead of ours issues certificates that begin in our future. */
const CLOCK_TOLERANCE: Duration = Minutes(10);

/**
 * Checks that a certificate is the one that was asked for: our key, our name, our hosts, good for its purpose, and by
 * the CA that was expected. Returns it with what leads to its root.
 * @throws EnrolmentError `ENROLMENT_KEY_DIFFERS`, `…_SUBJECT_DIFFERS`, `…_HOSTS_DIFFER`, `…_CHAIN_INVALID`
 */
export function checkIssued({ leaf, issuers }: IssuedCertificates, expected: ExpectedCertificate): CertificatePath {
  const { request, purpose, anchors, now } = expected;
  if (!leaf.publicKey.equals(request.publicKey)) {
    throw new EnrolmentError('ENROLMENT_KEY_DIFFERS', `${leaf.subject.text} came back with another key`);
  }
  // By text: a CA may write a name with another string type, and means the same.
  if (leaf.subject.text !== request.subject.text) {
    const problem = `${request.subject.text} was asked for, and ${leaf.subject.text} came back`;
    throw new EnrolmentError('ENROLMENT_SUBJECT_DIFFERS', problem);
  }
  const hosts = leaf.extensions.subjectAltName ?? [];
  if (!sameAltNames(request.altNames, hosts)) {
    const problem = `for ${listHosts(request.altNames)} was asked, and one for ${listHosts(hosts)} came back`;
    throw new EnrolmentError('ENROLMENT_HOSTS_DIFFER', `${leaf.subject.text}: a certificate ${problem}`);
  }
  const verdict = validateChain({ leaf, intermediates: issuers, anchors, at: checkingTime(leaf, now), purpose });
  if (verdict.valid) return verdict.path;
  const problems = verdict.problems.map(({ message }) => message).join('; ');
  throw new EnrolmentError('ENROLMENT_CHAIN_INVALID', `the issued certificate is refused: ${problems}`);
}

/** Whether a request asks for what is wanted. */
export const asksFor = (request: CertificateRequest, { subject, altNames }: CertificateWish): boolean =>
  equalBytes(request.subject.der, subject.der) && sameAltNames(request.altNames, altNames);

const checkingTime = ({ notBefore }: Certificate, now: Instant): Instant =>
  notBefore > now && timeBetween(now, notBefore) <= CLOCK_TOLERANCE ? notBefore : now;

const listHosts = (names: readonly AltName[]): string => names.map(altNameText).join(', ') || 'no host';
