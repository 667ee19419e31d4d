import { type Instant, toSeconds } from '#core/time.ts';
import type { Certificate, CertificateList } from '#pki/certificate.ts';
import { validateChain } from '#pki/chain.ts';
import { checkPathRevocation } from '#pki/revocation.ts';
import type { RevocationService } from '#pki/revocation-service.ts';
import { type Finding, unknown, well, wrong } from './finding.ts';

/** Asks about the service's own certificates, as clients will: whether somebody answers, what, and how fresh. */
export async function examineRevocation(
  service: RevocationService | undefined,
  [leaf, ...intermediates]: CertificateList,
  anchors: readonly Certificate[],
  at: Instant,
): Promise<Finding> {
  const subject = 'revocation';
  if (service === undefined) return unknown(subject, 'it is switched off', 'set revocation.mode to ocsp or crl');
  const chain = validateChain({ leaf, intermediates, anchors, at, purpose: 'tls-server' });
  if (!chain.valid) return unknown(subject, 'not asked about: the chain of TLS is not whole', 'mend the chain first');
  const { verdicts } = await checkPathRevocation(chain.path, service.checker);
  const bad = verdicts.filter(({ outcome }) => outcome !== 'good');
  const said = (bad.length > 0 ? bad : verdicts).map(({ message }) => message).join('; ');
  if (bad.length === 0) return well(subject, `${said}; asked again every ${toSeconds(service.recheckAfter)} s`);
  return wrong(subject, said, 'start the responder, check its address in the certificates, or replace what is revoked');
}
