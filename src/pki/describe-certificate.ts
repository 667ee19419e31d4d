import { formatInstant } from '#core/time.ts';
import { altNameText } from './alt-names.ts';
import type { Certificate } from './certificate.ts';
import { signatureAlgorithmName } from './signed-structure.ts';
import { curveOf } from './signing-key.ts';

/** A certificate in words, for a person or as JSON: each member a fact, empty where the certificate is silent. */
export interface CertificateDescription {
  readonly subject: string;
  readonly issuer: string;
  readonly id: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly key: string;
  readonly signedWith: string;
  readonly authority: boolean;
  readonly usage: readonly string[];
  readonly hosts: readonly string[];
  readonly ocsp: readonly string[];
  readonly crl: readonly string[];
}

export function describeCertificate(certificate: Certificate): CertificateDescription {
  const { extensions, publicKey } = certificate;
  return {
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    id: certificate.id,
    serial: certificate.serial,
    notBefore: formatInstant(certificate.notBefore),
    notAfter: formatInstant(certificate.notAfter),
    key: curveOf(publicKey) ?? publicKey.asymmetricKeyType ?? 'unknown',
    signedWith: signatureAlgorithmName(certificate.signed.algorithm),
    authority: extensions.basicConstraints?.ca === true,
    usage: [...(extensions.keyUsage ?? []), ...(extensions.extendedKeyUsage ?? [])],
    hosts: (extensions.subjectAltName ?? []).map(altNameText),
    ocsp: extensions.ocspUrls ?? [],
    crl: extensions.crlUrls ?? [],
  };
}
