import { toHex } from '#core/bytes.ts';

// No `node:` import here: the verifier runs in a browser too.

/**
 * How the house names a certificate and, with it, the key: `sha256:` and the hex SHA-256 of the certificate's DER.
 * `certificateId` in `node-crypto.ts` makes it from a certificate.
 */
export type CertificateId = `sha256:${string}`;

const FORM = /^sha256:[0-9a-f]{64}$/;

export const certificateIdOfDigest = (sha256: Uint8Array): CertificateId => `sha256:${toHex(sha256)}`;

/** `undefined` for anything but `sha256:` and 64 lower-case hex digits. */
export function parseCertificateId(text: string): CertificateId | undefined {
  return FORM.test(text) ? (text as CertificateId) : undefined;
}
