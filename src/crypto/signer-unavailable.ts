import { SealmeterError } from '#core/errors.ts';
import type { Duration } from '#core/time.ts';

/** A signer that may sign later does not sign now. */
export class SignerUnavailable extends SealmeterError {
  override readonly name = 'SignerUnavailable';
  /** When it is worth asking again. */
  readonly retryAfter: Duration;

  constructor(message: string, retryAfter: Duration, cause?: unknown) {
    super('device', 'SIGNER_UNAVAILABLE', message, {
      mend: 'ask again later; unsigned reading works meanwhile',
      cause,
    });
    this.retryAfter = retryAfter;
  }
}
