import { TokenError } from './token-problems.ts';

/**
 * Sees to it that no doubtful PIN is tried twice on one insertion of a token, whichever signers use it: three wrong
 * tries lock most cards for good.
 */
export class LoginGuard {
  #refusal: TokenError | undefined;
  /** A try has begun that nobody saw succeed. */
  #uncertain = false;
  /** What succeeded last. That takes no try away, however often. */
  #provenPin: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Tries to log in, when whoever was first has finished.
   * @throws TokenError if the PIN was refused before, or the last try on this insertion ended without an answer
   */
  login(pin: string, attempt: (pin: string) => Promise<void>): Promise<void> {
    const turn = this.#turn.then(() => this.#once(pin, attempt));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Learns from what went wrong with the token. A refused PIN is refused for good; a token that was taken out comes back
   * as a new insertion.
   */
  note(error: unknown): void {
    if (!(error instanceof TokenError)) return;
    if (error.code === 'TOKEN_PIN_REFUSED') this.#refusal = error;
    if (error.code === 'TOKEN_ABSENT') this.#uncertain = false;
  }

  async #once(pin: string, attempt: (pin: string) => Promise<void>): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (this.#uncertain && pin !== this.#provenPin) {
      const message = 'the last try to log in ended without an answer; there is no second one on the same insertion';
      throw new TokenError('TOKEN_LOGIN_UNCERTAIN', message);
    }
    this.#uncertain = true;
    try {
      await attempt(pin);
    } catch (error) {
      this.note(error);
      throw error;
    }
    this.#uncertain = false;
    this.#provenPin = pin;
  }
}
