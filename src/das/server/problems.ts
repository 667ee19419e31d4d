import { SealmeterError } from '#core/errors.ts';
import type { ApiProblem } from '#das/api-types.ts';
import { ApiError, type ResponseHeaders } from './api-error.ts';

interface ProblemRow {
  readonly status: number;
  /** The same sentence for every occurrence. @see RFC 9457 § 3.1.3 */
  readonly title: string;
  /** What to do, where the error itself does not say it. */
  readonly mend: string;
}

/**
 * Every code that somebody who asks the DAS can meet, with its status: the only table here that turns an error into one.
 * docs/errors.md has them all; a test holds the two together.
 */
export const PROBLEMS = {
  REQUEST_MALFORMED: {
    status: 400,
    title: 'The request is not well-formed.',
    mend: 'let an HTTP library write the request',
  },
  INPUT_INVALID: {
    status: 400,
    title: 'A parameter, or a member of the body, is not what belongs there.',
    mend: 'compare it with the description of the API in docs/das.md',
  },
  PASSWORD_WEAK: {
    status: 400,
    title: 'The password is among those that are guessed first.',
    mend: 'choose another, such as some words that have nothing to do with each other',
  },
  SESSION_MISSING: {
    status: 401,
    title: 'Nobody is logged in.',
    mend: 'log in; a session ends half an hour after its last request, and after twelve hours in any case',
  },
  LOG_IN_REFUSED: {
    status: 401,
    title: 'There is no user with this name and this password.',
    mend: 'try again; an administrator can set another password',
  },
  LINK_REFUSED: {
    status: 403,
    title: 'This link makes nobody the first administrator.',
    mend: 'start the DAS again: its console shows a new link as long as there is no user',
  },
  HOST_UNKNOWN: {
    status: 403,
    title: 'The request names a host that this is not.',
    mend: 'use a name that stands in the configuration of the DAS',
  },
  ORIGIN_FOREIGN: {
    status: 403,
    title: 'What asks for a change is not the page of this DAS.',
    mend: 'send Origin with the address of the DAS itself',
  },
  CSRF_TOKEN_WRONG: {
    status: 403,
    title: 'The request does not carry the token of its session.',
    mend: 'send back as X-CSRF-Token what GET /api/session has as csrf',
  },
  ROLE_INSUFFICIENT: {
    status: 403,
    title: 'The role of this user does not permit it.',
    mend: 'ask an administrator',
  },
  RESOURCE_UNKNOWN: {
    status: 404,
    title: 'There is no such resource.',
    mend: 'look at the address; what a user may not see is not there either',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The resource does not take this method.',
    mend: 'use one of the methods that the header field Allow names',
  },
  NAME_TAKEN: {
    status: 409,
    title: 'There is one of this name already.',
    mend: 'choose another name, or change the one that there is',
  },
  LAST_ADMINISTRATOR: {
    status: 409,
    title: 'Nobody would be left to administer the DAS.',
    mend: 'make another user administrator of all meters first',
  },
  METER_CONFIGURED: {
    status: 409,
    title: 'The meter stands in the configuration of the DAS, which would undo the change at the next start.',
    mend: 'change it there',
  },
  CERTIFICATE_UNCONFIRMED: {
    status: 409,
    title: 'The meter shows other certificates than those that were confirmed.',
    mend: 'probe the meter again, and compare the fingerprints by another way than this one',
  },
  EXPORT_TOO_LARGE: {
    status: 400,
    title: 'There are more readings than this form can hold.',
    mend: 'export a shorter time',
  },
  LENGTH_MISSING: {
    status: 411,
    title: 'The request does not say how long its body is.',
    mend: 'send Content-Length',
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: 'The body is too large.',
    mend: 'send less at once',
  },
  URI_TOO_LONG: {
    status: 414,
    title: 'The URI is too long.',
    mend: 'keep it within 2000 characters',
  },
  BODY_TYPE_UNKNOWN: {
    status: 415,
    title: 'The body is of a type that is not read here.',
    mend: 'send application/json in UTF-8',
  },
  LOG_IN_THROTTLED: {
    status: 429,
    title: 'Logging in has failed too often.',
    mend: 'wait as long as Retry-After says',
  },
  STREAMS_EXHAUSTED: {
    status: 429,
    title: 'No more streams can be listened to at once.',
    mend: 'close a page that shows a meter, or wait as long as Retry-After says',
  },
  INTERNAL_ERROR: {
    status: 500,
    title: 'The DAS failed to answer.',
    mend: "look the problem's instance up in the log of the DAS",
  },
  METER_NOT_MET: {
    status: 502,
    title: 'The meter could not be reached, or could not be believed.',
    mend: 'check address, port and certificates',
  },
  BUSY: {
    status: 503,
    title: 'Too many ask at once for what takes time, such as an export or a log-in.',
    mend: 'wait as long as Retry-After says',
  },
} as const satisfies Readonly<Record<string, ProblemRow>>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_JSON = 'application/problem+json';

export interface Problem {
  readonly body: ApiProblem;
  readonly headers: ResponseHeaders;
}

/**
 * What to tell about anything that was thrown: of a client's own fault the words of the error, of any other no more than
 * the table says; whatever the table does not have is ours.
 * @param occurrence the id under which the log has this request
 * @see RFC 9457 § 3.1; `code` and `mend` are extension members (§ 3.2)
 */
export function problemOf(thrown: unknown, occurrence: string): Problem {
  const error = thrown instanceof SealmeterError && thrown.fault === 'client' ? thrown : undefined;
  const code = error !== undefined && isProblemCode(error.code) ? error.code : 'INTERNAL_ERROR';
  const { status, title, mend } = PROBLEMS[code];
  const told = code === 'INTERNAL_ERROR' ? undefined : error;
  return {
    body: {
      type: `urn:sealmeter:problem:${code.toLowerCase().replaceAll('_', '-')}`,
      title,
      status,
      ...(told && { detail: told.message }),
      instance: `urn:uuid:${occurrence}`,
      code,
      mend: told?.mend ?? mend,
    },
    headers: told instanceof ApiError ? told.headers : {},
  };
}

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
