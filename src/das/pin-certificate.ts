import { fromUtf8 } from '#core/bytes.ts';
import { certificateIdOfDigest } from '#crypto/certificate-id.ts';
import type { CryptoPort } from '#crypto/crypto-port.ts';
import { unreadableCertificate } from '#crypto/der-element.ts';
import { readPem } from '#pki/pem.ts';
import { readCertificateFields } from './certificate-fields.ts';
import type { PinnedCertificate } from './verdict.ts';

// No `node:` import here: a browser pins certificates too.

/** A pinned certificate with what a person compares beside its fingerprint. */
export interface KnownCertificate extends PinnedCertificate {
  readonly issuer: string;
  readonly der: Uint8Array;
}

/**
 * Makes certificates a source of trust: PEM with one or several, or the DER of one. Whoever calls has compared their
 * fingerprints, or got them from somebody who has.
 * @throws SealmeterError `CERTIFICATE_UNREADABLE`, `KEY_UNSUPPORTED`, `PKI_PEM_UNREADABLE`
 */
export async function pinCertificate(content: Uint8Array, crypto: CryptoPort): Promise<readonly KnownCertificate[]> {
  const text = fromUtf8(content);
  const ders = text === undefined ? [content] : readPem('CERTIFICATE', text);
  if (ders.length === 0) throw unreadableCertificate();
  return Promise.all(ders.map((der) => pinDer(der, crypto)));
}

async function pinDer(der: Uint8Array, crypto: CryptoPort): Promise<KnownCertificate> {
  const { spki, ...fields } = readCertificateFields(der);
  const id = certificateIdOfDigest(await crypto.digest('sha-256', der));
  return { ...fields, id, der, publicKey: await crypto.importPublicKey(spki) };
}
