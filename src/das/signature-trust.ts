import { SealmeterError } from '#core/errors.ts';
import { type Duration, formatInstant, type Instant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { Certificate } from '#pki/certificate.ts';
import type { CertificatePath } from '#pki/chain.ts';
import { checkPathRevocation, renewPathAnswers } from '#pki/revocation.ts';
import type { RevocationChecker, RevocationVerdict } from '#pki/revocation-checker.ts';
import { SignaturePaths, type SignaturePathsParts } from './signature-paths.ts';
import type { AskRevocation } from './verdict.ts';

export interface SignatureTrustParts extends SignaturePathsParts {
  readonly checker: RevocationChecker;
}

/**
 * Asks the CAs of signature certificates. A certificate that was revoked goes on vouching for what it signed before; a CA
 * that was revoked may have issued anything under any date, so that nothing below it is believed any more.
 */
export function signatureTrust({ checker, ...parts }: SignatureTrustParts): AskRevocation {
  const paths = new SignaturePaths(parts);
  return async (keyId, signedAt) => {
    const certificate = paths.installed(keyId) ?? notInstalled(keyId);
    const path = pathAt(paths, certificate, signedAt);
    const { verdicts } = await checkPathRevocation(path, checker);
    const [leaf, ...issuers] = verdicts;
    const obstacle = issuers.find(({ passes }) => !passes);
    if (obstacle !== undefined) throw distrusted(obstacle);
    if (leaf?.passes === true) return leaf.ground === 'soft-fail' ? undefined : leaf.message;
    if (leaf?.revocation === undefined) throw distrusted(leaf);
    const { at, reason } = leaf.revocation;
    if (signedAt < at) return `${leaf.message}, but only after it had signed`;
    throw revoked(`${certificate.subject.text} was revoked at ${formatInstant(at)} (${reason}), before it signed`);
  };
}

/** Asks anew for what runs out within `ahead` of a time, so that no document has to wait for it. */
export function signatureUpkeep({ checker, ...parts }: SignatureTrustParts) {
  const paths = new SignaturePaths(parts);
  return async (now: Instant, ahead: Duration): Promise<void> => {
    const verdicts = parts.installed.map((certificate) => paths.judge(certificate, now));
    const valid = verdicts.flatMap((verdict) => (verdict.valid ? [verdict.path] : []));
    await Promise.all(valid.map((path) => renewPathAnswers(path, checker, ahead)));
  };
}

const revoked = (message: string): SealmeterError =>
  new SealmeterError('evidence', 'SIGNATURE_CERTIFICATE_REVOKED', message, {
    mend: 'believe nothing that it signed since; install the certificate that took its place',
  });

function pathAt(paths: SignaturePaths, leaf: Certificate, signedAt: Instant): CertificatePath {
  const verdict = paths.judge(leaf, signedAt);
  if (verdict.valid) return verdict.path;
  const problems = verdict.problems.map(({ message }) => message).join('; ');
  throw new SealmeterError('evidence', 'SIGNATURE_CERTIFICATE_CHAIN_INVALID', problems, {
    mend: 'give the root and the sub-CA that issued the certificate',
  });
}

function distrusted(verdict: RevocationVerdict | undefined): SealmeterError {
  if (verdict?.outcome === 'revoked') {
    return revoked(verdict.message);
  }
  const message = verdict?.message ?? 'a root vouches for itself alone';
  return new SealmeterError('peer', 'SIGNATURE_REVOCATION_UNKNOWN', message, {
    mend: 'see that the OCSP responder, or the list, can be reached from here',
  });
}

function notInstalled(keyId: CertificateId): never {
  throw new SealmeterError('evidence', 'SIGNATURE_CERTIFICATE_UNKNOWN', `${keyId} is not installed`, {
    mend: 'install the certificate by a way that you trust',
  });
}
