import { formatInstant, type Instant } from '#core/time.ts';
import type { Certificate, CertificateList } from '#pki/certificate.ts';
import { daysLeft, lifeStage } from '#pki/certificate-life.ts';
import { type CertificatePath, validateChain } from '#pki/chain.ts';
import type { Purpose } from '#pki/purposes.ts';
import { type Finding, well, wrong } from './finding.ts';

/** How long a certificate lives. */
export function lifeOf(subject: string, certificate: Certificate, now: Instant): Finding {
  const { notBefore, notAfter } = certificate;
  const stage = lifeStage(certificate, now);
  const life = `${certificate.subject.text}, ${formatInstant(notBefore)} to ${formatInstant(notAfter)}: ${stage}`;
  if (stage === 'valid') return well(subject, `${life}, ${daysLeft(certificate, now)} days left`);
  return wrong(
    subject,
    life,
    stage === 'not yet valid' ? 'check the clock of this machine, and that of the CA' : RENEW,
  );
}

const RENEW = 'renew it: sealmeter pki renew, sealmeter pki enrol, or ask its CA';

const ROLL_OVER =
  'roll it over: sealmeter pki roll-over, or ask its CA; whoever trusts a root needs the new one beforehand';

/** Whether a certificate chains up to its root as those who meet it will see it, and how long that holds. */
export function chainOf(
  subject: string,
  [leaf, ...intermediates]: CertificateList,
  anchors: readonly Certificate[],
  purpose: Purpose,
  at: Instant,
): Finding {
  const verdict = validateChain({ leaf, intermediates, anchors, at, purpose });
  if (verdict.valid) return lifeOfChain(subject, verdict.path, at);
  const problems = verdict.problems.map(({ message }) => message).join('; ');
  return wrong(subject, problems, 'give the certificate with its sub-CA, and the root that both come from');
}

/** That of the leaf is a finding of its own. */
function lifeOfChain(subject: string, path: CertificatePath, at: Instant): Finding {
  const [, ...authorities] = path;
  const due = authorities.find((authority) => lifeStage(authority, at) !== 'valid');
  if (due !== undefined) {
    return wrong(subject, `${due.subject.text} is to be renewed, ${daysLeft(due, at)} days left`, ROLL_OVER);
  }
  const days = Math.min(...path.map((certificate) => daysLeft(certificate, at)));
  return well(subject, `${path.map((certificate) => certificate.subject.text).join(' ← ')}, ${days} days left`);
}
