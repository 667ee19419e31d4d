import { SealmeterError } from '#core/errors.ts';
import { Minutes } from '#core/time.ts';
import { AccessRefusal, accessRefusals, type RefusalCode } from '#cosem/access-result.ts';
import { SignerUnavailable } from '#crypto/signer-unavailable.ts';
import { CHECKER_DEFAULTS } from '#pki/revocation-checker.ts';
import { type RequestRefusalCode, requestRefusals } from '#signature/request-refusals.ts';
import { HttpError, type ResponseHeaders, retryAfter } from './http-error.ts';

interface ProblemRow {
  readonly status: number;
  /** The same sentence for every occurrence. @see RFC 9457 § 3.1.3 */
  readonly title: string;
  /** What to do, where the error itself does not say it. */
  readonly mend: string;
  readonly headers?: ResponseHeaders;
}

/**
 * How to sign, in the words of both forms.
 * @see RFC 9110 § 11.6.1: a 401 MUST say how to authenticate; RFC 9421 § 5.1; draft-cavage-http-signatures-12 § 3.1.1
 */
const CHALLENGE: ResponseHeaders = {
  'WWW-Authenticate': 'Signature realm="cosem",headers="(request-target) host date"',
  'Accept-Signature': 'sig1=("@method" "@authority" "@path" "@query");created',
};

/** The codes of the request's signature are explained where they are thrown; here they get their status. */
function signatureRow(code: RequestRefusalCode): ProblemRow {
  const { says, mend } = requestRefusals[code];
  const title = sentence(says);
  return code === 'SIGNATURE_REPLAY_MEMORY_FULL'
    ? { status: 429, title, mend, headers: retryAfter(Minutes(1)) }
    : { status: 401, title, mend, headers: CHALLENGE };
}

const sentence = (says: string): string => `${says.charAt(0).toUpperCase()}${says.slice(1)}.`;

const signatureCodes = Object.keys(requestRefusals) as RequestRefusalCode[];
const signatureRows = Object.fromEntries(signatureCodes.map((code) => [code, signatureRow(code)])) as Readonly<
  Record<RequestRefusalCode, ProblemRow>
>;

const ownRows = {
  REQUEST_MALFORMED: {
    status: 400,
    title: 'The request is not well-formed HTTP/1.1.',
    mend: 'let an HTTP library write the request',
  },
  BODY_UNEXPECTED: {
    status: 400,
    title: 'The request has a body where none belongs.',
    mend: 'send GET, HEAD and DELETE without a body',
  },
  QUERY_INVALID: {
    status: 400,
    title: 'A query parameter cannot be understood.',
    mend: 'write the parameter as the API description has it',
  },
  ANSWER_TOO_LARGE: {
    status: 400,
    title: 'The answer would be larger than a sealed document may be.',
    mend: 'ask for it in parts, by q.fromidx and q.count or by q.fromtime and q.totime',
  },
  BODY_INVALID: {
    status: 400,
    title: 'The body is not what belongs here.',
    mend: 'compare the body with the schemas in openapi/',
  },
  CLIENT_UNKNOWN: {
    status: 403,
    title: 'No client is known by this TLS certificate.',
    mend: "have the certificate entered among the meter's clients",
  },
  CLIENT_CERTIFICATE_EXPIRED: {
    status: 403,
    title: "The client's TLS certificate has expired while its connection lasted.",
    mend: 'renew the certificate, and connect anew with it',
  },
  CLIENT_CERTIFICATE_REVOKED: {
    status: 403,
    title: "The client's TLS certificate, or that of its CA, is revoked.",
    mend: 'have a new certificate issued, for a new key',
  },
  HOST_UNKNOWN: {
    status: 403,
    title: 'The request names a host that this is not.',
    mend: "use a name that stands in the meter's configuration",
  },
  RESOURCE_UNKNOWN: {
    status: 404,
    title: 'There is no such resource.',
    mend: 'start at /cosem/ and follow the tree; what this client may not see is not in it',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The resource does not take this method.',
    mend: 'use one of the methods that the header field Allow names',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'None of the media types that are asked for can be had here.',
    mend: 'ask for one that the detail names; a sealed document needs a signed request',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'The request took too long to arrive.',
    mend: 'send the request in one go',
  },
  CONTAINERS_EXHAUSTED: {
    status: 409,
    title: 'This client has as many containers as it may.',
    mend: 'delete one that is no longer read',
  },
  LENGTH_MISSING: {
    status: 411,
    title: 'The request does not say how long its body is.',
    mend: 'send Content-Length, 0 where there is no body',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'The resource is not as the request expects it.',
    mend: 'read it again, and decide anew',
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: 'The body is too large.',
    mend: 'send less at once',
  },
  BODY_TYPE_UNKNOWN: {
    status: 415,
    title: 'The body is of a type that is not read here.',
    mend: 'send XML or JSON in UTF-8 by one of the types that Accept names',
  },
  URI_TOO_LONG: {
    status: 414,
    title: 'The URI is too long.',
    mend: 'keep it within 4000 characters',
  },
  RATE_EXCEEDED: {
    status: 429,
    title: 'This client sends more requests than it may.',
    mend: 'wait as long as Retry-After says, and ask less often',
  },
  STREAMS_EXHAUSTED: {
    status: 429,
    title: 'No more streams can be listened to at once.',
    mend: 'end one, or wait as long as Retry-After says',
  },
  HEADER_TOO_LARGE: {
    status: 431,
    title: 'The header of the request is too large.',
    mend: 'send fewer and shorter header fields',
  },
  INTERNAL_ERROR: {
    status: 500,
    title: 'The meter failed to answer.',
    mend: "look the problem's instance up in the meter's log",
  },
  METHOD_UNKNOWN: {
    status: 501,
    title: 'The meter does not know this method.',
    mend: 'use GET or HEAD to read, PUT, POST or DELETE to change',
  },
  REVOCATION_UNKNOWN: {
    status: 503,
    title: "Nobody says at present whether the client's TLS certificate is revoked.",
    mend: "wait as long as Retry-After says; the meter's log says whom it has asked, and what came of it",
    headers: retryAfter(CHECKER_DEFAULTS.retryAfter),
  },
  SIGNER_UNAVAILABLE: {
    status: 503,
    title: 'What seals documents is away at present.',
    mend: 'wait as long as Retry-After says; without a signature the request is answered meanwhile',
  },
  SIGNER_STOPPED: {
    status: 503,
    title: 'What seals documents has stopped, until the operator of the meter does something about it.',
    mend: 'tell the operator; without a signature the request is answered meanwhile',
  },
  HTTP_VERSION_UNKNOWN: {
    status: 505,
    title: 'The meter does not speak this version of HTTP.',
    mend: 'use HTTP/1.1',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;

/**
 * What an object does not do, whatever the reason: the annex has one status for all of it, and tells the reason by a number.
 * @see BSI TR-03109-1 Anlage II 1.01, status 500: COSEM application error
 */
function refusalRow(code: RefusalCode): ProblemRow {
  const { says, mend } = accessRefusals[code];
  return { status: 500, title: sentence(says), mend };
}

const refusalCodes = Object.keys(accessRefusals) as RefusalCode[];
const refusalRows = Object.fromEntries(refusalCodes.map((code) => [code, refusalRow(code)])) as Readonly<
  Record<RefusalCode, ProblemRow>
>;

export type ProblemCode = keyof typeof ownRows | RequestRefusalCode | RefusalCode;

/**
 * Every code that a client can meet, with its status: the only table that turns an error into one.
 * docs/errors.md explains each at length, and a test holds the two together.
 *
 * 401 is missing in the list of TR-03109-1 Anlage II, which knows no signed requests, and its 506 is HTTP's 505.
 */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemRow>> = { ...ownRows, ...refusalRows, ...signatureRows };

/** Codes that say more than a client has to know, and what it is told instead. */
const TOLD_INSTEAD: ReadonlyMap<string, ProblemCode> = new Map([
  ['TOKEN_PIN_REFUSED', 'SIGNER_STOPPED'],
  ['TOKEN_CANNOT_SIGN', 'SIGNER_STOPPED'],
]);

/** What a client is told: members of RFC 9457, and some of ours. */
export interface Problem {
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  /** What was wrong this time. */
  readonly detail: string | undefined;
  /** What to do about it. */
  readonly mend: string;
  /** Of what an object refused: the number that DLMS has for it. */
  readonly accessResult: number | undefined;
  readonly headers: ResponseHeaders;
}

/**
 * What to tell the client about anything that was thrown. A client's own fault is explained in the words of the error.
 * Of any other fault the client learns no more than the table says, and whatever the table does not have is ours.
 */
export function problemOf(thrown: unknown): Problem {
  const error = thrown instanceof SealmeterError ? thrown : undefined;
  const code = codeFor(error);
  const { status, title, mend, headers } = PROBLEMS[code];
  const ownFault = code !== 'INTERNAL_ERROR' && error?.fault === 'client' ? error : undefined;
  return {
    code,
    status,
    title,
    detail: ownFault?.message,
    mend: ownFault?.mend ?? mend,
    accessResult: error instanceof AccessRefusal ? error.accessResult : undefined,
    headers: { ...headers, ...headersOf(error) },
  };
}

function codeFor(error: SealmeterError | undefined): ProblemCode {
  if (error === undefined) return 'INTERNAL_ERROR';
  return TOLD_INSTEAD.get(error.code) ?? (isProblemCode(error.code) ? error.code : 'INTERNAL_ERROR');
}

function headersOf(error: SealmeterError | undefined): ResponseHeaders {
  if (error instanceof HttpError) return error.headers;
  return error instanceof SignerUnavailable ? retryAfter(error.retryAfter) : {};
}

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
