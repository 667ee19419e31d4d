import type { IncomingMessage } from 'node:http';
import { announcesBody } from '#http/announced-body.ts';
import { HttpError } from '#http/http-error.ts';
import type { Limits } from '#http/limits.ts';
import type { Step } from '#http/pipeline.ts';
import { KNOWN_METHODS } from '#http/resources.ts';
import type { HttpRequestFacts } from '#signature/http-request.ts';

export interface RequestRules {
  readonly limits: Pick<Limits, 'headerLines'>;
  /** The names, with their port where it is not 443, under which this server may be called; none for any. */
  readonly hosts: ReadonlySet<string> | undefined;
}

/** Refuses what is no request to this server, before anybody looks at what it wants. */
export function checkRequest(rules: RequestRules): Step {
  return function checkRequest(exchange) {
    const { request } = exchange;
    const facts = factsOf(request, request.originalUrl);
    exchange.note('facts', facts);
    requireModestHeader(request, rules);
    requirePath(facts);
    requireHost(facts, rules);
    requireKnownMethod(request);
    refuseBody(request);
  };
}

function factsOf(request: IncomingMessage, target: string): HttpRequestFacts {
  return { method: request.method ?? '', target, headers: headersOf(request) };
}

/** Every line, by its name: Node.js hands them on in pairs of name and value. */
function headersOf({ rawHeaders }: IncomingMessage): HttpRequestFacts['headers'] {
  const headers = new Map<string, string[]>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const earlier = headers.get(name);
    if (earlier === undefined) headers.set(name, [value]);
    else earlier.push(value);
  }
  return headers;
}

function requireModestHeader({ rawHeaders }: IncomingMessage, { limits }: RequestRules): void {
  const lines = rawHeaders.length / 2;
  if (lines > limits.headerLines) {
    throw new HttpError('HEADER_TOO_LARGE', `the header has ${lines} lines, ${limits.headerLines} are allowed`);
  }
}

/** Clients name a path. A whole URL is for proxies, which this is not, and `*` for OPTIONS. @see RFC 9112 § 3.2 */
function requirePath({ target }: HttpRequestFacts): void {
  if (!target.startsWith('/')) throw new HttpError('REQUEST_MALFORMED', 'the request target is not a path');
}

/** @see RFC 9112 § 3.2: 400 for none and for more than one. TR-03109-1 Anlage II: 403 for a wrong one. */
function requireHost({ headers }: HttpRequestFacts, { hosts }: RequestRules): void {
  const named = headers.get('host') ?? [];
  const [host] = named;
  if (host === undefined || named.length > 1) {
    throw new HttpError('REQUEST_MALFORMED', `the request has ${named.length} Host headers, not one`);
  }
  const authority = host.toLowerCase().replace(/:443$/, '');
  if (hosts?.has(authority) === false) throw new HttpError('HOST_UNKNOWN', `"${host}" is not the name of this meter`);
}

function requireKnownMethod({ method }: IncomingMessage): void {
  if (!KNOWN_METHODS.has(method ?? '')) throw new HttpError('METHOD_UNKNOWN', `${method} is not known here`);
}

const WITHOUT_BODY: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'DELETE']);

function refuseBody(request: IncomingMessage): void {
  if (WITHOUT_BODY.has(request.method) && announcesBody(request)) {
    throw new HttpError('BODY_UNEXPECTED', `${request.method} comes without a body here`);
  }
}
