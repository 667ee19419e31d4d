import { type Fault, reasonOf, SealmeterError } from '#core/errors.ts';

interface Rule {
  readonly fault: Fault;
  /** What opening a signer does about it: throws, or returns a signer that is not ready. */
  readonly atStart: 'refuse' | 'accept';
  /** Afterwards: tries again by itself, or never again in this process. */
  readonly afterwards: 'heal' | 'stop';
  /** Whether the session outlives it, if it is logged in. Otherwise it is not worth keeping. */
  readonly login: 'keep' | 'drop';
  readonly mend: string;
}

/**
 * Everything that can be wrong with a token, and what follows from it.
 *
 * A refused PIN is accepted at the start, unlike other wrong configuration: a program that ends over it is started again
 * by its supervisor, tries again, and so locks the card.
 */
const RULES = {
  TOKEN_SUPPORT_MISSING: {
    fault: 'configuration',
    atStart: 'refuse',
    afterwards: 'heal',
    login: 'drop',
    mend: 'install python3, make and a C++ compiler (Debian: build-essential), then run `npm install graphene-pk11` if that package is absent, or `npm rebuild pkcs11js` if only its binary is',
  },
  TOKEN_MODULE_UNUSABLE: {
    fault: 'configuration',
    atStart: 'refuse',
    afterwards: 'heal',
    login: 'drop',
    mend: 'give the path of a PKCS#11 module, for example /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so',
  },
  TOKEN_ABSENT: {
    fault: 'device',
    atStart: 'accept',
    afterwards: 'heal',
    login: 'drop',
    mend: 'insert the token, or start its daemon (pcscd)',
  },
  TOKEN_AMBIGUOUS: {
    fault: 'configuration',
    atStart: 'refuse',
    afterwards: 'heal',
    login: 'drop',
    mend: 'configure the serial number of the token as well',
  },
  TOKEN_FAILED: {
    fault: 'device',
    atStart: 'accept',
    afterwards: 'heal',
    login: 'drop',
    mend: 'it is tried again; if it stays, look at the reader, its daemon and the token itself',
  },
  TOKEN_SILENT: {
    fault: 'device',
    atStart: 'accept',
    afterwards: 'heal',
    login: 'drop',
    mend: 'its module is started anew; if this stays, look at the reader and its daemon',
  },
  TOKEN_PROCESS_ENDED: {
    fault: 'device',
    atStart: 'accept',
    afterwards: 'heal',
    login: 'drop',
    mend: 'its module is started anew; if this stays, the module is defective',
  },
  TOKEN_PIN_UNREADABLE: {
    fault: 'configuration',
    atStart: 'refuse',
    afterwards: 'heal',
    login: 'keep',
    mend: 'let the user that runs sealmeter alone read the PIN file (chmod 600), and let it hold the PIN',
  },
  TOKEN_PIN_REFUSED: {
    fault: 'configuration',
    atStart: 'accept',
    afterwards: 'stop',
    login: 'drop',
    mend: 'it is not tried again, so as not to lock the token: mend the PIN, see how many tries are left, then restart',
  },
  TOKEN_PIN_FINAL_TRY: {
    fault: 'device',
    atStart: 'accept',
    afterwards: 'heal',
    login: 'drop',
    mend: 'log in by hand with the right PIN (pkcs11-tool --login --test), which gives the token its tries back',
  },
  TOKEN_PIN_LOCKED: {
    fault: 'device',
    atStart: 'accept',
    afterwards: 'heal',
    login: 'drop',
    mend: 'unlock the token with its PUK',
  },
  TOKEN_LOGIN_UNCERTAIN: {
    fault: 'device',
    atStart: 'accept',
    afterwards: 'heal',
    login: 'drop',
    mend: 'take the token out and put it in again',
  },
  TOKEN_KEY_MISSING: {
    fault: 'configuration',
    atStart: 'refuse',
    afterwards: 'heal',
    login: 'keep',
    mend: 'name a key by the id or label that `sealmeter token` lists',
  },
  TOKEN_KEY_ID_INVALID: {
    fault: 'configuration',
    atStart: 'refuse',
    afterwards: 'stop',
    login: 'keep',
    mend: 'write the id of a key in hex, for example 01 or c0ffee',
  },
  TOKEN_KEY_AMBIGUOUS: {
    fault: 'configuration',
    atStart: 'refuse',
    afterwards: 'heal',
    login: 'keep',
    mend: 'name the key by its id',
  },
  TOKEN_KEY_EXISTS: {
    fault: 'configuration',
    atStart: 'refuse',
    afterwards: 'stop',
    login: 'keep',
    mend: 'choose another id and another label, or use the key that is there',
  },
  TOKEN_KEY_NOT_OF_CERTIFICATE: {
    fault: 'configuration',
    atStart: 'refuse',
    afterwards: 'heal',
    login: 'keep',
    mend: 'configure the certificate that was issued for this key, or the key of this certificate',
  },
  TOKEN_CANNOT_SIGN: {
    fault: 'configuration',
    atStart: 'refuse',
    afterwards: 'stop',
    login: 'drop',
    mend: 'use an EC key (P-256, P-384 or P-192) that is allowed to sign, on a token that knows CKM_ECDSA',
  },
  TOKEN_SIGNATURE_WRONG: {
    fault: 'device',
    atStart: 'accept',
    afterwards: 'heal',
    login: 'drop',
    mend: 'it was thrown away; if this comes again, the token or its module is defective',
  },
  TOKEN_UNFORESEEN: {
    fault: 'internal',
    atStart: 'refuse',
    afterwards: 'heal',
    login: 'drop',
    mend: 'report it, with the log',
  },
} as const satisfies Record<string, Rule>;

export type TokenProblemCode = keyof typeof RULES;

export class TokenError extends SealmeterError {
  override readonly name = 'TokenError';
  declare readonly code: TokenProblemCode;

  constructor(code: TokenProblemCode, message: string, cause?: unknown) {
    super(RULES[code].fault, code, message, { mend: RULES[code].mend, cause });
  }
}

export const tokenErrorFrom = (thrown: unknown): TokenError =>
  thrown instanceof TokenError ? thrown : new TokenError('TOKEN_UNFORESEEN', reasonOf(thrown), thrown);

export const ruleOf = (error: unknown): Rule => RULES[tokenErrorFrom(error).code];
