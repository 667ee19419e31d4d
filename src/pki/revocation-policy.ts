/** How much an outcome says, and so what may be done about it. */
type OutcomeKind = keyof typeof CONSEQUENCES;

interface Consequence {
  /** Whether an earlier answer stands in for it: "good" while its CA vouches for it, any other until a new one. */
  readonly earlierAnswerHolds: boolean;
  /** Whether a configuration that says soft-fail lets the certificate pass, with a log entry each time. */
  readonly softFailPasses: boolean;
}

/**
 * Who can garble an answer can as well suppress it, so an earlier answer outlives both. But soft-fail is meant
 * for a responder that is away, and not for one that answers with something that cannot be believed.
 */
const CONSEQUENCES = {
  good: { earlierAnswerHolds: false, softFailPasses: false },
  refused: { earlierAnswerHolds: false, softFailPasses: false },
  unavailable: { earlierAnswerHolds: true, softFailPasses: true },
  untrustworthy: { earlierAnswerHolds: true, softFailPasses: false },
} as const satisfies Record<string, Consequence>;

interface OutcomeRow {
  readonly kind: OutcomeKind;
  readonly meaning: string;
}

/** The policy matrix: everything that asking about a certificate, by OCSP or CRL, can come to. */
export const REVOCATION_OUTCOMES = {
  good: { kind: 'good', meaning: 'its CA says that it is not revoked' },
  revoked: { kind: 'refused', meaning: 'its CA has revoked it' },
  unknown: { kind: 'refused', meaning: 'its CA does not know it' },

  'no-address': { kind: 'unavailable', meaning: 'it does not say where to ask, and no address is configured' },
  unreachable: { kind: 'unavailable', meaning: 'the server does not answer' },
  'too-slow': { kind: 'unavailable', meaning: 'the answer was not complete in time' },
  'http-error': { kind: 'unavailable', meaning: 'the server answered with an HTTP status other than 200' },
  'try-later': { kind: 'unavailable', meaning: 'the responder says that it cannot answer now' },
  declined: { kind: 'unavailable', meaning: 'the responder says that it will not answer this request' },

  'too-large': { kind: 'untrustworthy', meaning: 'the answer is larger than any honest one' },
  unreadable: { kind: 'untrustworthy', meaning: 'the answer cannot be read, or is not in its one encoding (DER)' },
  'bad-signature': { kind: 'untrustworthy', meaning: 'the answer is not signed by who it says' },
  'wrong-signer': { kind: 'untrustworthy', meaning: 'who signed the answer may not answer for this CA' },
  'other-certificate': { kind: 'untrustworthy', meaning: 'the answer is not about this certificate' },
  'nonce-mismatch': { kind: 'untrustworthy', meaning: 'the answer belongs to another request' },
  stale: { kind: 'untrustworthy', meaning: 'the answer was superseded before now' },
  'from-the-future': { kind: 'untrustworthy', meaning: 'the answer was made after now' },
  undated: { kind: 'untrustworthy', meaning: 'the answer does not say how long it holds, and is not fresh' },
  'unknown-extension': { kind: 'untrustworthy', meaning: 'the answer has a critical extension that we do not know' },
} as const satisfies Record<string, OutcomeRow>;

export type RevocationOutcome = keyof typeof REVOCATION_OUTCOMES;

/** An outcome that leaves us without a statement of the CA. */
export type RevocationTrouble = {
  [name in RevocationOutcome]: (typeof REVOCATION_OUTCOMES)[name]['kind'] extends 'unavailable' | 'untrustworthy'
    ? name
    : never;
}[RevocationOutcome];

export const consequenceOf = (outcome: RevocationOutcome): Consequence =>
  CONSEQUENCES[REVOCATION_OUTCOMES[outcome].kind];
