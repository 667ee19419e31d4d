import type { Clock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Duration } from '#core/time.ts';
import { readBounded } from './bounded-body.ts';
import { RevocationError } from './revocation-statement.ts';

/** The network, as far as this room needs it: the `fetch` of Node.js, or a test's. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ExchangeLimits {
  /** For the whole exchange: an answer that drips in does not gain time with each drop. */
  readonly timeout: Duration;
  /** In bytes. */
  readonly size: number;
}

export interface Exchange {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly limits: ExchangeLimits;
}

/**
 * One HTTP exchange, bounded in time and size. Redirects are refused: they could lead anywhere, and no responder
 * needs them.
 * @throws RevocationError `no-address`, `unreachable`, `too-slow`, `http-error`, `too-large`
 */
export async function exchange(
  url: string,
  init: RequestInit,
  { fetch, clock, limits }: Exchange,
): Promise<Uint8Array> {
  if (!/^https?:\/\//i.test(url)) throw new RevocationError('no-address', `${url} is not an HTTP address`);
  const deadline = new AbortController();
  const cancel = clock.after(limits.timeout, () => deadline.abort());
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: deadline.signal });
    if (response.status !== 200) throw new RevocationError('http-error', `${url} answered ${response.status}`);
    return await readBody(response, limits.size, url);
  } catch (cause) {
    if (cause instanceof RevocationError) throw cause;
    if (deadline.signal.aborted) throw new RevocationError('too-slow', `${url} within ${limits.timeout} ms`, cause);
    throw new RevocationError('unreachable', `${url}: ${reasonOf(cause)}`, cause);
  } finally {
    cancel();
    deadline.abort();
  }
}

async function readBody({ body }: Response, size: number, url: string): Promise<Uint8Array> {
  const bytes = body === null ? new Uint8Array() : await readBounded(body, size);
  if (bytes === undefined) throw new RevocationError('too-large', `${url} sent more than ${size} bytes`);
  return bytes;
}
