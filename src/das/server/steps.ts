import { fromUtf8 } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { ApiError, type ResponseHeaders } from './api-error.ts';
import type { Call } from './call.ts';
import type { Limits } from './limits.ts';
import { PROBLEM_JSON, problemOf } from './problems.ts';
import { demandRight, type Operation } from './rights.ts';
import type { Sessions } from './sessions.ts';
import { equalTokens } from './tokens.ts';

/** Does one thing about a call, before it is answered. */
export type Step = (call: Call) => Promise<void> | void;

/** One line for each request when it has ended, however it ended. No header, no query and no body goes into it. */
export function logAccess(log: Log, clock: Clock): Step {
  return function logAccess(call) {
    const { request, response, address } = call;
    const start = clock.monotonic();
    response.once('close', () => {
      log.info('das.request', {
        request: call.id,
        address,
        method: request.method,
        path: request.path,
        status: response.writableFinished ? response.statusCode : null,
        milliseconds: Math.round((clock.monotonic() - start) * 1_000) / 1_000,
        user: call.caller?.user.name,
        problem: call.problem,
      });
    });
  };
}

export function setHeaders(headers: ResponseHeaders): Step {
  return function setHeaders({ response }) {
    response.set(headers);
  };
}

export interface RequestRules {
  readonly limits: Pick<Limits, 'targetLength'>;
  /** The names, with their port where it is not 443, by which the DAS may be called; none for any. */
  readonly hosts: ReadonlySet<string> | undefined;
}

/** Refuses what is no request to this server. A name that is not ours would be a page that has its own name point here. */
export function checkRequest({ limits, hosts }: RequestRules): Step {
  return function checkRequest({ request }) {
    if (request.originalUrl.length > limits.targetLength)
      throw new ApiError('URI_TOO_LONG', `it has ${request.originalUrl.length} characters`);
    // @see RFC 9112 § 3.2: a whole URL is for proxies, and `*` for the server as a whole.
    if (!request.originalUrl.startsWith('/')) throw new ApiError('REQUEST_MALFORMED', 'the target is not a path');
    const named = request.headersDistinct['host'] ?? [];
    if (named.length !== 1) throw new ApiError('REQUEST_MALFORMED', `it has ${named.length} Host headers, not one`);
    if (hosts?.has(authorityOf(named[0] ?? '')) === false) throw new ApiError('HOST_UNKNOWN', 'by this name');
  };
}

const authorityOf = (host: string): string => host.toLowerCase().replace(/:443$/, '');

/** What changes something has to come from our own page: no other sends our own address as its origin. */
export const demandOwnOrigin: Step = ({ request }) => {
  const { origin, host = '' } = request.headers;
  if (origin?.toLowerCase().replace(/:443$/, '') === `https://${authorityOf(host)}`) return;
  throw new ApiError('ORIGIN_FOREIGN', origin === undefined ? 'there is no Origin' : 'the Origin is another');
};

/** And has to know what only a page that can read our answers knows. */
export const demandCsrfToken: Step = ({ request, caller }) => {
  const sent = request.headers['x-csrf-token'];
  if (caller?.session === undefined) throw new ApiError('SESSION_MISSING', 'to change something takes a session');
  if (typeof sent !== 'string' || !equalTokens(sent, caller.session.csrf))
    throw new ApiError('CSRF_TOKEN_WRONG', sent === undefined ? 'X-CSRF-Token is missing' : 'X-CSRF-Token is another');
};

/** What changes something may have waited: for its body, or for its turn. Whose session is over meanwhile changes nothing. */
export function demandLasting(sessions: Sessions, { caller }: Call): void {
  if (caller?.session === undefined || !sessions.lasts(caller.session))
    throw new ApiError('SESSION_MISSING', 'the session is over');
}

export function demandOperation(operation: Operation): Step {
  return function demandOperation({ caller }) {
    if (caller === undefined) throw new ApiError('SESSION_MISSING', 'there is no session, or it is over');
    demandRight(caller.user, operation);
  };
}

/** Receives a body, as JSON. Bodies without a length, of another type or too large are not read. */
export function receiveBody({ bodySize }: Pick<Limits, 'bodySize'>): Step {
  return async function receiveBody(call) {
    const { headers } = call.request;
    if (headers['transfer-encoding'] !== undefined) throw new ApiError('LENGTH_MISSING', 'it comes in chunks');
    const length = Number(headers['content-length'] ?? 0);
    if (length === 0) return;
    if (length > bodySize) throw new ApiError('BODY_TOO_LARGE', `${length} bytes, ${bodySize} are taken`);
    if (!isJson(headers)) throw new ApiError('BODY_TYPE_UNKNOWN', 'it is no application/json in UTF-8');
    // For whoever asked whether to send it. @see RFC 9110 § 10.1.1
    if (headers.expect !== undefined) call.response.writeContinue();
    call.body = parseJson(await bytesOf(call));
  };
}

/** Known to be nothing that a form of a foreign page can send. @see RFC 8259 § 11 */
const isJson = (headers: Call['request']['headers']): boolean =>
  /^application\/json(?:; ?charset=utf-8)?$/i.test(headers['content-type'] ?? '') &&
  (headers['content-encoding'] ?? 'identity') === 'identity';

/** Node.js gives no more than was announced. */
async function bytesOf({ request }: Call): Promise<Uint8Array> {
  try {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    return Buffer.concat(parts);
  } catch {
    throw new ApiError('REQUEST_MALFORMED', 'the connection ended before the body did');
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes) ?? '');
  } catch {
    throw new ApiError('REQUEST_MALFORMED', 'the body is no JSON in UTF-8');
  }
}

/** The only place where an error becomes a status. */
export function toProblem(log: Log, call: Call, thrown: unknown): void {
  const { request, response } = call;
  const { body, headers } = problemOf(thrown, call.id);
  call.problem = body.code;
  if (body.code === 'INTERNAL_ERROR') {
    const stack = thrown instanceof Error ? thrown.stack : undefined;
    log.error('das.failed', { request: call.id, reason: reasonOf(thrown), stack });
  }
  if (response.headersSent) {
    // Half an answer cannot be taken back, but it can be seen to be half.
    response.destroy();
    return;
  }
  // What was announced and not received would be read as the next request.
  if (!request.readableEnded && hasBody(call)) response.setHeader('Connection', 'close');
  response.status(body.status).set({ ...headers, 'Content-Type': PROBLEM_JSON });
  response.end(JSON.stringify(body));
}

const hasBody = ({ request: { headers } }: Call): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
