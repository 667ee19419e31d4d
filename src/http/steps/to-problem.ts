import type { Request } from 'express';

import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { announcesBody } from '#http/announced-body.ts';
import type { Exchange } from '#http/exchange.ts';
import type { Rescue } from '#http/pipeline.ts';
import { PROBLEM_JSON, problemHeaders, problemMediaTypes, writeProblem } from '#http/problem-document.ts';
import { problemOf } from '#http/problems.ts';
import type { Witness } from '#http/witness.ts';

/** Of requests that were understood, and of clients that may not: what somebody who tries keys or doors meets. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);

/** Answers with a problem document, whatever was thrown. The log alone gets to know what was ours. */
export function toProblem(log: Log, witness?: Witness): Rescue {
  return function toProblem(exchange, thrown) {
    const { request, response } = exchange;
    const problem = problemOf(thrown);
    exchange.note('problem', problem.code);
    if (problem.code === 'INTERNAL_ERROR') logFailure(log, exchange, thrown);
    if (REFUSALS.has(problem.status)) witness?.refused(problem.code, exchange.soFar.client?.id);
    if (response.headersSent) {
      // Half an answer cannot be taken back, but it can be seen to be half.
      response.destroy();
      return;
    }
    // What was announced and not received would be read as the next request.
    if (announcesBody(request) && exchange.soFar.received === undefined) response.setHeader('Connection', 'close');
    const mediaType = mediaTypeFor(request);
    response.status(problem.status).set(problemHeaders(problem, mediaType));
    response.end(writeProblem(problem, exchange.id, mediaType));
  };
}

function logFailure(log: Log, exchange: Exchange, thrown: unknown): void {
  const code = thrown instanceof SealmeterError ? thrown.code : undefined;
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  log.error('http.failed', { request: exchange.id, code, reason: reasonOf(thrown), stack });
}

const mediaTypeFor = (request: Request) => {
  const chosen = request.accepts([...problemMediaTypes]);
  return problemMediaTypes.find((offer) => offer === chosen) ?? PROBLEM_JSON;
};
