import { publicKeyOfCertificate } from '#crypto/node-crypto.ts';
import { readCertificates } from '#pki/certificate.ts';
import type { PinnedCertificate } from './verdict.ts';

/** Pins each certificate of a file: PEM with one or several, or the DER of one. */
export function pinCertificates(content: Uint8Array): readonly PinnedCertificate[] {
  return readCertificates(content).map(({ id, subject, der, notBefore, notAfter }) => ({
    id,
    subject: subject.text,
    publicKey: publicKeyOfCertificate(der),
    notBefore,
    notAfter,
  }));
}
