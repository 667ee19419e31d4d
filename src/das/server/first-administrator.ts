import type { Clock } from '#core/clock.ts';
import { type Duration, Hours, Milliseconds } from '#core/time.ts';
import { hashToken, newToken } from './tokens.ts';

/** Long enough to go from the console to the desk. */
const VALID_FOR = Hours(1);

interface Offer {
  readonly hash: string;
  readonly until: Duration;
}

/** The link on the console by which somebody who can read the console becomes the first administrator, once. */
export class FirstAdministratorLink {
  readonly #clock: Clock;
  #offer: Offer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes a token; the one before is worth nothing from now on. */
  offer(): string {
    const token = newToken();
    this.#offer = { hash: hashToken(token), until: Milliseconds(this.#clock.monotonic() + VALID_FOR) };
    return token;
  }

  /** Whether the token is the one that was offered, and not too late. */
  isOffered(token: string): boolean {
    const offer = this.#offer;
    return offer?.hash === hashToken(token) && this.#clock.monotonic() <= offer.until;
  }

  /** The same; it is worth nothing afterwards. */
  redeem(token: string): boolean {
    const isOffered = this.isOffered(token);
    if (isOffered) this.#offer = undefined;
    return isOffered;
  }
}
