import { utf8 } from '#core/bytes.ts';
import { formatInstant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { CertificateCard } from '#das/api-types.ts';
import type { PinnedSignature } from '#das/das-registry.ts';
import { type Certificate, readCertificates } from '#pki/certificate.ts';

/** Far more than a DAS has meters; what was read first is read again first. */
const CAPACITY = 20_000;

const read = new Map<CertificateId, Certificate>();

/** A pinned certificate, read once: a list of a thousand meters shows a thousand of them. */
export function certificateOf({ id, pem }: PinnedSignature): Certificate {
  const known = read.get(id);
  if (known !== undefined) return known;
  const [certificate] = readCertificates(utf8(pem));
  read.set(id, certificate);
  const [oldest] = read.keys();
  if (read.size > CAPACITY && oldest !== undefined) read.delete(oldest);
  return certificate;
}

export const cardOf = ({ id, subject, issuer, notBefore, notAfter }: Certificate): CertificateCard => ({
  id,
  subject: subject.text,
  issuer: issuer.text,
  notBefore: formatInstant(notBefore),
  notAfter: formatInstant(notAfter),
});
