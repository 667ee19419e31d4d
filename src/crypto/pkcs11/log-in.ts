import { reasonOf } from '#core/errors.ts';
import type { LoginGuard } from './login-guard.ts';
import type { OpenSession, PinState, TokenModule } from './token-module.ts';
import { TokenError } from './token-problems.ts';

export type ReadPin = () => string | Promise<string>;

/**
 * Logs in to a session's token, if the token wants that.
 * @throws TokenError `TOKEN_PIN_LOCKED`, `TOKEN_PIN_FINAL_TRY`, `TOKEN_PIN_UNREADABLE` before the PIN goes to the token;
 *   `TOKEN_PIN_REFUSED`, `TOKEN_LOGIN_UNCERTAIN`
 */
export async function logIn(
  module: TokenModule,
  { session, loginRequired, pin }: OpenSession,
  guard: LoginGuard,
  readPin: ReadPin,
): Promise<void> {
  if (!loginRequired) return;
  refuseLastTry(pin);
  await guard.login(await readPinWith(readPin), async (tried) => module.login(session, tried));
}

/** @throws TokenError `TOKEN_PIN_UNREADABLE` */
export async function readPinWith(readPin: ReadPin): Promise<string> {
  const pin = await orUnreadable(readPin);
  if (pin === '') throw new TokenError('TOKEN_PIN_UNREADABLE', 'the PIN is empty');
  return pin;
}

async function orUnreadable(readPin: ReadPin): Promise<string> {
  try {
    return await readPin();
  } catch (cause) {
    throw new TokenError('TOKEN_PIN_UNREADABLE', `the PIN cannot be read: ${reasonOf(cause)}`, cause);
  }
}

/** A right PIN would give the tries back, but a wrong one would cost the token. */
function refuseLastTry(pin: PinState): void {
  if (pin === 'locked') throw new TokenError('TOKEN_PIN_LOCKED', "the token's PIN is locked");
  if (pin === 'final-try') {
    throw new TokenError('TOKEN_PIN_FINAL_TRY', 'the token has one try of its PIN left, which is not for a program');
  }
}
