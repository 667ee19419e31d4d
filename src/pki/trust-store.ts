import { formatInstant, type Instant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { Certificate } from './certificate.ts';
import { lastInstant } from './certificate-life.ts';
import { validateChain } from './chain.ts';
import type { Revocation } from './ledger.ts';

/** A signature certificate that was installed beforehand, and for when it is trusted. */
export interface TrustedSignature {
  readonly certificate: Certificate;
  /** Who signs with it: a meter's logical device, or a client. */
  readonly holder: string;
  /** Trusted from then on, where that is later than its validity begins. */
  readonly from?: Instant;
  /** Trusted until then, where that is earlier than its validity ends: when it was replaced, for example. */
  readonly until?: Instant;
  /**
   * Documents that say they were signed before it stay trusted. Who got hold of a key can date back, though: where
   * that is the reason, set `until` to a time at which the key was certainly safe.
   */
  readonly revocation?: Revocation;
}

/** Whether a certificate vouches for what was signed at a time, and in words why. */
export type SignatureTrust =
  | { readonly trusted: true; readonly entry: TrustedSignature; readonly message: string }
  | { readonly trusted: false; readonly code: DistrustCode; readonly message: string };

type DistrustCode =
  `SIGNATURE_CERTIFICATE_${'UNKNOWN' | 'OF_ANOTHER' | 'NOT_TRUSTED_THEN' | 'REVOKED' | 'CHAIN_INVALID'}`;

export interface TrustStoreOptions {
  readonly entries: readonly TrustedSignature[];
  /**
   * With anchors, a certificate also has to have a valid chain at the signing time. Without, the installed
   * certificates are themselves what is trusted.
   */
  readonly anchors?: readonly Certificate[];
  readonly intermediates?: readonly Certificate[];
}

/** A holder, a key and a time: what a signed document claims. */
export interface SignatureClaim {
  /** The certificate that the document names. */
  readonly keyId: string;
  /** Who it must be of, if that is known. */
  readonly holder?: string;
  readonly signedAt: Instant;
}

/**
 * The signature certificates of the other side. A holder may have several, one after the other, and a document is
 * judged by the one that was valid when it was signed: it stays verifiable when that has expired or was replaced.
 */
export class TrustStore {
  readonly #options: TrustStoreOptions;
  readonly #entries: ReadonlyMap<string, TrustedSignature>;

  constructor(options: TrustStoreOptions) {
    this.#options = options;
    this.#entries = new Map(options.entries.map((entry) => [entry.certificate.id, entry]));
  }

  /** The certificate of that name, trusted or not: its public key is what a signature is verified with. */
  find(keyId: CertificateId): TrustedSignature | undefined {
    return this.#entries.get(keyId);
  }

  /** All certificates of a holder, the one that begins first in front. */
  ofHolder(holder: string): readonly TrustedSignature[] {
    return this.#options.entries
      .filter((entry) => entry.holder === holder)
      .toSorted((a, b) => a.certificate.notBefore - b.certificate.notBefore);
  }

  /** Judges the certificate alone; whether the signature itself is right is for `signature/` to say. */
  judge({ keyId, holder, signedAt }: SignatureClaim): SignatureTrust {
    const entry = this.#entries.get(keyId);
    if (entry === undefined) return distrust('SIGNATURE_CERTIFICATE_UNKNOWN', `${keyId} is not installed`);
    const { subject } = entry.certificate;
    if (holder !== undefined && entry.holder !== holder) {
      return distrust(
        'SIGNATURE_CERTIFICATE_OF_ANOTHER',
        `${subject.text} is the certificate of ${entry.holder}, not of ${holder}`,
      );
    }
    return this.#judgeTime(entry, signedAt);
  }

  #judgeTime(entry: TrustedSignature, signedAt: Instant): SignatureTrust {
    const { certificate, revocation } = entry;
    const { text } = certificate.subject;
    const { from, until } = periodOf(entry);
    const period = `from ${formatInstant(from)} until ${formatInstant(until)}`;
    if (signedAt < from || signedAt > until) {
      return distrust(
        'SIGNATURE_CERTIFICATE_NOT_TRUSTED_THEN',
        `${text} is trusted ${period}, but ${formatInstant(signedAt)} lies outside`,
      );
    }
    if (revocation !== undefined && signedAt >= revocation.at) {
      const { at, reason } = revocation;
      return distrust(
        'SIGNATURE_CERTIFICATE_REVOKED',
        `${text} was revoked at ${formatInstant(at)} (${reason}), before it signed`,
      );
    }
    const problem = this.#chainProblem(certificate, signedAt);
    if (problem !== undefined) return distrust('SIGNATURE_CERTIFICATE_CHAIN_INVALID', problem);
    return {
      trusted: true,
      entry,
      message: `${text} was valid at the signing time ${formatInstant(signedAt)}: ${period}`,
    };
  }

  #chainProblem(leaf: Certificate, at: Instant): string | undefined {
    const { anchors = [leaf], intermediates = [] } = this.#options;
    const verdict = validateChain({ leaf, intermediates, anchors, at, purpose: 'signature' });
    return verdict.valid ? undefined : verdict.problems.map(({ message }) => message).join('; ');
  }
}

/** Validity and trust together: trust never reaches beyond validity. */
function periodOf({ certificate, from, until }: TrustedSignature): { from: Instant; until: Instant } {
  const { notBefore } = certificate;
  const end = lastInstant(certificate);
  return {
    from: from !== undefined && from > notBefore ? from : notBefore,
    until: until !== undefined && until < end ? until : end,
  };
}

const distrust = (code: DistrustCode, message: string): SignatureTrust => ({ trusted: false, code, message });
