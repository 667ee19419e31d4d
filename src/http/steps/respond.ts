import { Readable } from 'node:stream';
import { pipeline as pipe } from 'node:stream/promises';
import type { Response } from 'express';

import type { AnswerBody, AnswerStream } from '#http/answer-body.ts';
import type { Exchange } from '#http/exchange.ts';
import type { Step } from '#http/pipeline.ts';
import { isKnown } from '#http/validators.ts';

/**
 * - `private, no-cache`: what one client may see is not for another, and the next sample may come at any moment; so a
 *   cache may keep the answer, but must ask whether it still holds.
 * - No `Last-Modified`: it counts whole seconds, and two samples can lie within one.
 * - Whether the request is signed decides whether the answer is sealed, hence `Vary`.
 */
const HEADERS = [
  ['Cache-Control', 'private, no-cache'],
  ['Vary', 'Accept, Authorization, Signature, Signature-Input'],
  ['Accept-Ranges', 'none'],
  ['X-Content-Type-Options', 'nosniff'],
].flat();

/** Sends the document, or says that the client has it already (304). */
export function respond(): Step {
  return function respond(exchange) {
    const answer = exchange.get('answer');
    return 'rest' in answer ? sendStream(exchange, answer) : sendWhole(exchange, answer);
  };
}

function sendWhole(exchange: Exchange, { text, length, etag }: AnswerBody): void {
  const { request, response } = exchange;
  if (isKnown(etag, request)) {
    response.writeHead(304, [...HEADERS, 'ETag', etag]).end();
    return;
  }
  const about = ['ETag', etag, 'Content-Type', exchange.get('mediaType'), 'Content-Length', String(length)];
  response.writeHead(200, [...HEADERS, ...about]).end(text);
}

async function sendStream(exchange: Exchange, { first, rest }: AnswerStream): Promise<void> {
  const { request, response } = exchange;
  response.writeHead(200, [...HEADERS, 'Content-Type', exchange.get('mediaType')]);
  try {
    if (request.method === 'HEAD') response.end();
    else await sendChunks(response, following(first, rest));
  } finally {
    rest.return();
  }
}

/** No faster than the client takes them, so that no more than a few are ever held. */
async function sendChunks(response: Response, chunks: Iterable<string>): Promise<void> {
  try {
    await pipe(Readable.from(chunks, { objectMode: true, highWaterMark: 1 }), response);
  } catch (error) {
    // A client that goes away has had enough; that is no fault of anybody's.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

function* following(first: string, rest: Iterable<string>): Generator<string, void, undefined> {
  yield first;
  yield* rest;
}
