import type { Certificate } from './certificate.ts';
import type { ExtendedKeyUsageName, KeyUsageName } from './extensions.ts';

/** What somebody wants to rely on a certificate for. */
export type Purpose = 'tls-server' | 'tls-client' | 'signature' | 'ocsp-responder';

interface PurposeRule {
  readonly keyUsage: KeyUsageName;
  readonly extendedKeyUsage: ExtendedKeyUsageName;
  /** Whether a certificate that names no extended key usage at all will do. */
  readonly unrestrictedWillDo: boolean;
}

/**
 * TLS and OCSP certificates have to say so themselves, as our profiles do. One for signatures is not restricted, or
 * says documentSigning (RFC 9336); so no TLS certificate can vouch for a reading, even under a common root.
 * @see RFC 5280 § 4.2.1.3, § 4.2.1.12
 */
const PURPOSES: Readonly<Record<Purpose, PurposeRule>> = {
  'tls-server': { keyUsage: 'digitalSignature', extendedKeyUsage: 'serverAuth', unrestrictedWillDo: false },
  'tls-client': { keyUsage: 'digitalSignature', extendedKeyUsage: 'clientAuth', unrestrictedWillDo: false },
  signature: { keyUsage: 'digitalSignature', extendedKeyUsage: 'documentSigning', unrestrictedWillDo: true },
  'ocsp-responder': { keyUsage: 'digitalSignature', extendedKeyUsage: 'OCSPSigning', unrestrictedWillDo: false },
};

/** Why a certificate does not serve a purpose, or `undefined` if it does. */
export function misuse({ extensions }: Certificate, purpose: Purpose): string | undefined {
  const { keyUsage, extendedKeyUsage, unrestrictedWillDo } = PURPOSES[purpose];
  if (extensions.keyUsage?.includes(keyUsage) !== true) return `its key usage lacks ${keyUsage}`;
  if (extensions.extendedKeyUsage === undefined) {
    return unrestrictedWillDo ? undefined : `it has no extended key usage ${extendedKeyUsage}`;
  }
  return extensions.extendedKeyUsage.includes(extendedKeyUsage)
    ? undefined
    : `its extended key usage lacks ${extendedKeyUsage}`;
}
