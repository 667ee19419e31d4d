import type { RequestHandler } from 'express';

import type { Clock } from '#core/clock.ts';
import { exchangeOf } from '#http/exchange.ts';
import { HttpError, retryAfter } from '#http/http-error.ts';
import type { Limits } from '#http/limits.ts';
import { TokenBuckets } from '#http/token-buckets.ts';

/** Lets no client take the share of the others. */
export function limitRate(
  { requestsPerSecond, burst }: Pick<Limits, 'requestsPerSecond' | 'burst'>,
  clock: Clock,
): RequestHandler {
  const buckets = new TokenBuckets(clock, requestsPerSecond, burst);
  return function limitRate(_request, response, next) {
    const wait = buckets.take(exchangeOf(response).get('client').id);
    if (wait !== undefined) {
      const message = `more than ${burst} requests at once, or ${requestsPerSecond} a second`;
      throw new HttpError('RATE_EXCEEDED', message, retryAfter(wait));
    }
    next();
  };
}
