import { equalBytes } from '#core/bytes.ts';
import { reasonOf } from '#core/errors.ts';
import type { Instant } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import { type Crl, readCrl } from './crl.ts';
import {
  type CertificateStatus,
  checkFreshness,
  type FreshnessLimits,
  RevocationError,
  type RevocationStatement,
} from './revocation-statement.ts';
import { isSignedBy } from './signed-structure.ts';

/** A list that is known to be its issuer's, and current. */
export interface CheckedCrl {
  readonly crl: Crl;
  readonly holdsUntil: Instant;
  readonly der: Uint8Array;
}

/**
 * Judges a list: this issuer signed these very bytes, may sign lists, and made it lately. Delta, indirect and
 * partitioned lists say so by critical extensions, which we do not know, and are refused.
 * @see RFC 5280 § 6.3.3
 * @throws RevocationError
 */
export function checkCrl(der: Uint8Array, issuer: Certificate, now: Instant, limits: FreshnessLimits): CheckedCrl {
  const crl = read(der);
  if (crl.unknownCriticalExtensions.length > 0) {
    throw new RevocationError('unknown-extension', crl.unknownCriticalExtensions.join(', '));
  }
  checkSigner(crl, issuer);
  return { crl, holdsUntil: checkFreshness(crl, now, limits), der };
}

/** What the list says of a certificate. A CRL knows no "unknown": what is not on it is not revoked. */
export function statementOf({ crl, holdsUntil, der }: CheckedCrl, { serial }: Certificate): RevocationStatement {
  const revocation = crl.revoked.get(serial);
  const status: CertificateStatus = revocation === undefined ? { status: 'good' } : { status: 'revoked', revocation };
  return { status, holdsUntil, proof: der };
}

function read(der: Uint8Array): Crl {
  try {
    return readCrl(der);
  } catch (cause) {
    throw new RevocationError('unreadable', reasonOf(cause), cause);
  }
}

function checkSigner(crl: Crl, issuer: Certificate): void {
  const { subjectKeyIdentifier, keyUsage } = issuer.extensions;
  const named = crl.authorityKeyIdentifier;
  const sameKey = named === undefined || subjectKeyIdentifier === undefined || equalBytes(named, subjectKeyIdentifier);
  if (!equalBytes(crl.issuer.der, issuer.subject.der) || !sameKey) {
    throw new RevocationError('wrong-signer', `it is the list of ${crl.issuer.text}`);
  }
  if (keyUsage?.includes('cRLSign') !== true) {
    throw new RevocationError('wrong-signer', `${issuer.subject.text} may not sign CRLs`);
  }
  if (!isSignedBy(crl.signed, issuer.publicKey)) {
    throw new RevocationError('bad-signature', `${issuer.subject.text} did not sign it`);
  }
}
