import type { Clock } from '#core/clock.ts';
import { HttpError, retryAfter } from '#http/http-error.ts';
import type { Limits } from '#http/limits.ts';
import type { Step } from '#http/pipeline.ts';
import { TokenBuckets } from '#http/token-buckets.ts';

/** Lets no client take the share of the others. */
export function limitRate(
  { requestsPerSecond, burst }: Pick<Limits, 'requestsPerSecond' | 'burst'>,
  clock: Clock,
): Step {
  const buckets = new TokenBuckets(clock, requestsPerSecond, burst);
  return function limitRate(exchange) {
    const wait = buckets.take(exchange.get('client').id);
    if (wait !== undefined) {
      const message = `more than ${burst} requests at once, or ${requestsPerSecond} a second`;
      throw new HttpError('RATE_EXCEEDED', message, retryAfter(wait));
    }
  };
}
