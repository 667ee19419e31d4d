import { fromBase64 } from '#core/bytes.ts';

/** An HTTP request, as far as OCSP looks at it. */
export interface OcspHttpRequest {
  readonly method: string;
  /** What follows the responder's own path, without the slash between. */
  readonly rest: string;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
}

export interface OcspHttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A longer request than any that asks about a few certificates. */
export const MAX_OCSP_REQUEST = 16 * 1024;

/**
 * OCSP over HTTP, without the socket: POST with the request as body, or GET with its base64 in the path.
 * @see RFC 6960 Appendix A.1
 */
export async function answerOcspHttp(
  request: OcspHttpRequest,
  answer: (der: Uint8Array) => Promise<Uint8Array> | Uint8Array,
): Promise<OcspHttpResponse> {
  const { method, contentType, body, rest } = request;
  if (method === 'GET') return await answerDer(requestInPath(rest), answer);
  if (method !== 'POST') return refusal(405, { allow: 'GET, POST' });
  if (contentType !== 'application/ocsp-request') return refusal(415);
  return body.length > MAX_OCSP_REQUEST ? refusal(413) : await answerDer(body, answer);
}

async function answerDer(
  der: Uint8Array | undefined,
  answer: (der: Uint8Array) => Promise<Uint8Array> | Uint8Array,
): Promise<OcspHttpResponse> {
  if (der === undefined) return refusal(400);
  return { status: 200, headers: { 'content-type': 'application/ocsp-response' }, body: await answer(der) };
}

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
