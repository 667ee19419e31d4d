import { SealmeterError } from '#core/errors.ts';
import { type CertificateId, parseCertificateId } from '#crypto/certificate-id.ts';

/**
 * Reads the SHA-256 fingerprint of a certificate as people pass it on: `sha256:` and hex, hex alone, or what
 * `openssl x509 -fingerprint -sha256` prints (`sha256 Fingerprint=AB:CD:…`).
 * @throws SealmeterError (configuration) `PKI_FINGERPRINT_UNREADABLE`
 */
export function parseFingerprint(text: string): CertificateId {
  const hex = text
    .trim()
    .replace(/^sha-?256( fingerprint)?[:=]/i, '')
    .replaceAll(':', '')
    .toLowerCase();
  const id = parseCertificateId(`sha256:${hex}`);
  if (id !== undefined) return id;
  throw new SealmeterError('configuration', 'PKI_FINGERPRINT_UNREADABLE', `"${text}" is no SHA-256 fingerprint`, {
    mend: 'give 64 hex digits, as `openssl x509 -noout -fingerprint -sha256 -in root.pem` prints them',
  });
}
