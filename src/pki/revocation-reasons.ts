import { CRLReasons } from '@peculiar/asn1-x509';

/**
 * Why a certificate is revoked. `removeFromCRL` is for delta CRLs, which we do not make.
 * @see RFC 5280 § 5.3.1
 */
const REASONS = {
  unspecified: CRLReasons.unspecified,
  keyCompromise: CRLReasons.keyCompromise,
  cACompromise: CRLReasons.cACompromise,
  affiliationChanged: CRLReasons.affiliationChanged,
  superseded: CRLReasons.superseded,
  cessationOfOperation: CRLReasons.cessationOfOperation,
  certificateHold: CRLReasons.certificateHold,
  privilegeWithdrawn: CRLReasons.privilegeWithdrawn,
  aACompromise: CRLReasons.aACompromise,
} as const;

export type RevocationReason = keyof typeof REASONS;

export const revocationReasons = Object.keys(REASONS) as readonly RevocationReason[];

export const codeOfReason = (reason: RevocationReason): CRLReasons => REASONS[reason];

/** A code that the table does not have says no more than `unspecified`. */
export const reasonOfCode = (code: CRLReasons | undefined): RevocationReason =>
  revocationReasons.find((reason) => REASONS[reason] === code) ?? 'unspecified';
