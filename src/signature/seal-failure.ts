import { SealmeterError } from '#core/errors.ts';

// No `node:` import here: the verifier runs in a browser too.

/** Every way in which a document that is XML can fail to prove what it says, and what the reader can do about it. */
const MENDS = {
  SEAL_MISSING: 'ask for the document again, with a signed request',
  SEAL_NOT_IN_PROFILE: 'verify a document of another maker, or one that software has rewritten, with a pinned key',
  SEAL_FORM_REFUSED: 'have the maker sign the whole document: one enveloped signature, one reference, SHA-2',
  SEAL_KEY_UNKNOWN: "install the meter's signature certificate",
  SEAL_DIGEST_MISMATCH: 'do not use the document: its content was changed after it was sealed',
  SEAL_SIGNATURE_INVALID: 'do not use the document: the pinned key did not sign it',
} as const;

export type SealFailure = keyof typeof MENDS;

export function sealFailure(code: SealFailure, message: string): SealmeterError {
  return new SealmeterError('evidence', code, message, { mend: MENDS[code] });
}
