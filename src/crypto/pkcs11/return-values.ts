import { reasonOf } from '#core/errors.ts';
import { TokenError, type TokenProblemCode } from './token-problems.ts';

/**
 * What the return values mean that decide something. Any other means that the session is gone or in doubt.
 *
 * CKR_KEY_HANDLE_INVALID is not here on purpose: so a token may say that the key was deleted, or that the log-in was
 * lost, and only a new session shows which.
 * @see PKCS #11 Base Specification 2.40 § 5.1
 */
const PROBLEMS: Readonly<Record<string, TokenProblemCode>> = {
  CKR_DEVICE_REMOVED: 'TOKEN_ABSENT',
  CKR_TOKEN_NOT_PRESENT: 'TOKEN_ABSENT',

  CKR_PIN_INCORRECT: 'TOKEN_PIN_REFUSED',
  CKR_PIN_INVALID: 'TOKEN_PIN_REFUSED',
  CKR_PIN_LEN_RANGE: 'TOKEN_PIN_REFUSED',
  CKR_PIN_EXPIRED: 'TOKEN_PIN_REFUSED',
  CKR_PIN_LOCKED: 'TOKEN_PIN_REFUSED',
  CKR_USER_PIN_NOT_INITIALIZED: 'TOKEN_PIN_REFUSED',

  CKR_MECHANISM_INVALID: 'TOKEN_CANNOT_SIGN',
  CKR_MECHANISM_PARAM_INVALID: 'TOKEN_CANNOT_SIGN',
  CKR_KEY_FUNCTION_NOT_PERMITTED: 'TOKEN_CANNOT_SIGN',
  CKR_KEY_SIZE_RANGE: 'TOKEN_CANNOT_SIGN',
  CKR_KEY_TYPE_INCONSISTENT: 'TOKEN_CANNOT_SIGN',
};

/** `CKR_…` if that is what the binding threw. */
export function returnValueOf(thrown: unknown): string | undefined {
  const reason = reasonOf(thrown);
  return reason.startsWith('CKR_') ? reason : undefined;
}

/** What a call to the token threw, as an error of ours. */
export function tokenErrorOf(doing: string, thrown: unknown): TokenError {
  if (thrown instanceof TokenError) return thrown;
  const returnValue = returnValueOf(thrown);
  return returnValue === undefined
    ? new TokenError('TOKEN_UNFORESEEN', `${doing}: ${reasonOf(thrown)}`)
    : new TokenError(PROBLEMS[returnValue] ?? 'TOKEN_FAILED', `${doing}: the token says ${returnValue}`);
}
