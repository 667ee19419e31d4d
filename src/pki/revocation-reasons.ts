/**
 * Why a certificate is revoked. `removeFromCRL` is for delta CRLs, which we do not make.
 * @see RFC 5280 § 5.3.1
 */
const REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;

export type RevocationReason = keyof typeof REASONS;

export const revocationReasons = Object.keys(REASONS) as readonly RevocationReason[];

export const codeOfReason = (reason: RevocationReason): number => REASONS[reason];

/** A code that the table does not have says no more than `unspecified`. */
export const reasonOfCode = (code: number | undefined): RevocationReason =>
  revocationReasons.find((reason) => REASONS[reason] === code) ?? 'unspecified';
