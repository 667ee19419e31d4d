import { type Duration, Milliseconds } from '#core/time.ts';

export interface BackOffOptions {
  /** The wait after the first failure. */
  readonly first: Duration;
  readonly longest: Duration;
  /** From 0 to below 1, as `Math.random`. */
  readonly random: () => number;
}

/**
 * How long to leave a device alone: twice as long after each failure in a row, less up to a half by chance, so that many
 * clients of one gateway do not come back together.
 */
export class BackOff {
  readonly #options: BackOffOptions;
  #failures = 0;
  #notBefore = Milliseconds(0);

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  failed(now: Duration): void {
    const { first, longest, random } = this.#options;
    const full = Math.min(longest, first * 2 ** this.#failures);
    this.#failures += 1;
    this.#notBefore = Milliseconds(now + full * (1 - random() / 2));
  }

  /** The device has answered, which a mere connect does not prove. */
  succeeded(): void {
    this.#failures = 0;
  }

  remaining(now: Duration): Duration {
    return Milliseconds(Math.max(0, this.#notBefore - now));
  }
}
