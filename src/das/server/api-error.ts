import { SealmeterError } from '#core/errors.ts';
import { type Duration, toSeconds } from '#core/time.ts';
import type { ProblemCode } from './problems.ts';

export type ResponseHeaders = Readonly<Record<string, string>>;

interface ApiErrorDetail {
  readonly mend?: string;
  readonly headers?: ResponseHeaders;
}

/** What is wrong with a request to the DAS, with what the answer's header has to say about it. */
export class ApiError extends SealmeterError {
  override readonly name = 'ApiError';
  readonly headers: ResponseHeaders;

  constructor(code: ProblemCode, message: string, { mend, headers = {} }: ApiErrorDetail = {}) {
    super('client', code, message, mend === undefined ? {} : { mend });
    this.headers = headers;
  }
}

/** @see RFC 9110 § 10.2.3: whole seconds, and never sooner than promised. */
export const retryAfter = (delay: Duration): ResponseHeaders => ({ 'Retry-After': `${Math.ceil(toSeconds(delay))}` });
