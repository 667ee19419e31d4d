import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';

import type { Clock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Duration } from '#core/time.ts';
import { readBounded } from './bounded-body.ts';
import type { Certificate } from './certificate.ts';
import { EnrolmentError } from './enrolment-problems.ts';
import { certificatesToPem } from './public-files.ts';
import type { TlsIdentity } from './tls-identity.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The roots that the server's certificate has to chain up to, or nobody's word: for a first look, never for a secret. */
  readonly trust: readonly Certificate[] | 'unverified';
  readonly identity?: TlsIdentity;
  /** For the whole exchange: an answer that drips in does not gain time with each drop. */
  readonly timeout: Duration;
  /** Of the answer's body, in bytes. */
  readonly size: number;
  readonly signal?: AbortSignal;
}

export interface TransportAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** The network, as far as enrolment needs it: one request over TLS with its own identity and trust, no redirects. */
export type SendHttps = (request: TransportRequest) => Promise<TransportAnswer>;

/** What the server says when our certificate is not good enough for it. */
const CLIENT_REFUSED = /ALERT_.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/;

/** What OpenSSL and Node.js call it when the server's certificate is not good enough. */
const UNTRUSTED = /CERT|ISSUER|VERIFY|SELF_SIGNED|ALTNAME|CA_KEY_TOO_SMALL|EE_KEY_TOO_SMALL/;

/**
 * HTTPS by Node.js, a connection for each request: connections differ in identity and trust, and are rare.
 * @throws EnrolmentError `EST_UNREACHABLE`, `EST_TOO_SLOW`, `EST_SERVER_UNTRUSTED`, `EST_NOT_AUTHENTICATED`,
 *   `EST_ANSWER_TOO_LARGE`
 */
export const nodeHttps =
  (clock: Clock): SendHttps =>
  async (asked) => {
    const deadline = new AbortController();
    const cancel = clock.after(asked.timeout, () => deadline.abort());
    const signal = asked.signal === undefined ? deadline.signal : AbortSignal.any([asked.signal, deadline.signal]);
    try {
      return await exchange(asked, signal);
    } catch (cause) {
      throw deadline.signal.aborted ? tooSlow(asked, cause) : problemOf(asked, cause);
    } finally {
      cancel();
    }
  };

async function exchange(asked: TransportRequest, signal: AbortSignal): Promise<TransportAnswer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(asked.url, optionsOf(asked, signal), resolve);
    outgoing.on('error', reject);
    outgoing.end(asked.body);
  });
  const body = await readBounded(answer, asked.size);
  answer.destroy();
  if (body === undefined) {
    throw new EnrolmentError('EST_ANSWER_TOO_LARGE', `${asked.url.href} sent more than ${asked.size} bytes`);
  }
  return { status: answer.statusCode ?? 0, headers: headersOf(answer), body };
}

const optionsOf = (
  { method, headers, body, trust, identity }: TransportRequest,
  signal: AbortSignal,
): RequestOptions => ({
  method,
  headers: { ...headers, ...(body === undefined ? {} : { 'content-length': body.length }) },
  signal,
  agent: false,
  minVersion: 'TLSv1.2',
  ...(trust === 'unverified' ? { rejectUnauthorized: false } : { ca: trust.map((root) => certificatesToPem([root])) }),
  ...(identity === undefined ? {} : { cert: certificatesToPem(identity.certificates), key: identity.key }),
});

/** A header that comes twice is joined, so that it is neither of both. */
const headersOf = ({ headersDistinct }: IncomingMessage): TransportAnswer['headers'] =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(', ')]));

const tooSlow = ({ url, timeout }: TransportRequest, cause: unknown): EnrolmentError =>
  new EnrolmentError('EST_TOO_SLOW', `${url.href} did not answer within ${timeout} ms`, cause);

function problemOf({ url, signal }: TransportRequest, cause: unknown): unknown {
  if (cause instanceof EnrolmentError || signal?.aborted === true) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = reasonOf(cause);
  if (CLIENT_REFUSED.test(code)) {
    return new EnrolmentError('EST_NOT_AUTHENTICATED', `${url.host} refuses our certificate: ${reason}`, cause);
  }
  return UNTRUSTED.test(code)
    ? new EnrolmentError('EST_SERVER_UNTRUSTED', `the TLS certificate of ${url.host}: ${reason}`, cause)
    : new EnrolmentError('EST_UNREACHABLE', `${url.href}: ${reason}`, cause);
}
