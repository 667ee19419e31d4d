import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';

import { concatBytes } from '#core/bytes.ts';
import { HttpError } from '#http/http-error.ts';
import type { Limits } from '#http/limits.ts';
import { bodyFormatOf, bodyTypes } from '#http/media-types.ts';
import type { Step } from '#http/pipeline.ts';
import type { BodyFormat } from '#representation/request-body.ts';

/**
 * Receives what a PUT or a POST brings along. It is looked at by its length and its type alone: what is in it counts only
 * when the signature has been found to speak for it.
 */
export function receiveBody({ bodySize }: Pick<Limits, 'bodySize'>): Step {
  return async function receiveBody(exchange) {
    const { request, response } = exchange;
    if (request.method !== 'PUT' && request.method !== 'POST') return;
    const length = requireLength(request, bodySize);
    const format = requireFormat(request, length);
    inviteBody(request, response);
    const bytes = await receive(request);
    exchange.note('received', { bytes, format });
    exchange.note('facts', { ...exchange.get('facts'), body: bytes });
  };
}

/** @see RFC 9110 § 15.5.12. TR-03109-1 Anlage II requires Content-Length. */
function requireLength({ headers }: IncomingMessage, limit: number): number {
  const written = headers['content-length'];
  if (written === undefined) throw new HttpError('LENGTH_MISSING', 'the request has no Content-Length');
  const length = Number(written);
  if (length > limit) throw new HttpError('BODY_TOO_LARGE', `the body has ${length} bytes, ${limit} are taken`);
  return length;
}

/** An empty body has no type. */
function requireFormat({ headers }: IncomingMessage, length: number): BodyFormat {
  if (length === 0) return 'xml';
  const encoding = headers['content-encoding'] ?? 'identity';
  const format = encoding === 'identity' ? bodyFormatOf(headers['content-type'] ?? '') : undefined;
  if (format !== undefined) return format;
  const taken = bodyTypes.join(', ');
  throw new HttpError('BODY_TYPE_UNKNOWN', `the body is not ${taken} in UTF-8, without a content coding`, {
    Accept: taken,
  });
}

/** For whoever asked whether to send it. @see RFC 9110 § 10.1.1 */
function inviteBody(request: Request, response: Response): void {
  if (request.headers.expect !== undefined) response.writeContinue();
}

/** Node.js gives no more than was announced. */
async function receive(request: IncomingMessage): Promise<Uint8Array> {
  try {
    const parts: Uint8Array[] = [];
    for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part);
    return concatBytes(...parts);
  } catch {
    throw new HttpError('REQUEST_MALFORMED', 'the connection ended before the body did');
  }
}
