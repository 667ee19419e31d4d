import { SealmeterError } from '#core/errors.ts';
import { type Duration, toSeconds } from '#core/time.ts';

export type ResponseHeaders = Readonly<Record<string, string>>;

/** A fault of the HTTP conversation itself, with what the answer's header has to say about it. */
export class HttpError extends SealmeterError {
  override readonly name = 'HttpError';
  readonly headers: ResponseHeaders;

  constructor(code: string, message: string, headers: ResponseHeaders = {}) {
    super('client', code, message);
    this.headers = headers;
  }
}

/** @see RFC 9110 § 10.2.3: whole seconds, and never sooner than promised. */
export const retryAfter = (delay: Duration): ResponseHeaders => ({ 'Retry-After': `${Math.ceil(toSeconds(delay))}` });
