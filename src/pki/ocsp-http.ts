import { fromBase64 } from '#core/bytes.ts';
import type { Awaitable } from '#crypto/crypto-port.ts';
import { readBounded } from './bounded-body.ts';

/** An HTTP request, as far as OCSP looks at it. */
export interface OcspHttpRequest {
  readonly method: string;
  /** What follows the responder's own path, without the slash between. */
  readonly rest: string;
  readonly contentType: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

interface OcspHttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A longer request than any that asks about a few certificates. */
const MAX_REQUEST = 16 * 1024;

/**
 * OCSP over HTTP, without the socket: POST with the request as body, or GET with its base64 in the path.
 * @see RFC 6960 Appendix A.1
 */
export async function answerOcspHttp(
  request: OcspHttpRequest,
  answer: (der: Uint8Array) => Awaitable<Uint8Array>,
): Promise<OcspHttpResponse> {
  const { method, contentType, rest } = request;
  if (method === 'GET') {
    const der = requestInPath(rest);
    return der === undefined ? refusal(400) : success(await answer(der));
  }
  if (method !== 'POST') return refusal(405, { allow: 'GET, POST' });
  if (contentType !== 'application/ocsp-request') return refusal(415);
  const body = await readBounded(request.body, MAX_REQUEST);
  return body === undefined ? refusal(413) : success(await answer(body));
}

const success = (body: Uint8Array): OcspHttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/ocsp-response' },
  body,
});

function requestInPath(rest: string): Uint8Array | undefined {
  try {
    return fromBase64(decodeURIComponent(rest));
  } catch {
    return undefined; // a percent sign without two hex digits
  }
}

const refusal = (status: number, headers: Readonly<Record<string, string>> = {}): OcspHttpResponse => ({
  status,
  headers,
  body: new Uint8Array(),
});
