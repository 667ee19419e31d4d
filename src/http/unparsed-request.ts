import { randomUUID } from 'node:crypto';

import { reasonOf } from '#core/errors.ts';
import { HttpError } from './http-error.ts';
import { PROBLEM_JSON, problemHeaders, writeProblem } from './problem-document.ts';
import { type Problem, type ProblemCode, problemOf } from './problems.ts';

/** What Node.js calls it when a request ends before there is one. Anything else is `REQUEST_MALFORMED`. */
const CODE_OF_NODE: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADER_TOO_LARGE',
  HPE_INVALID_METHOD: 'METHOD_UNKNOWN',
  HPE_INVALID_VERSION: 'HTTP_VERSION_UNKNOWN',
};

export interface UnparsedAnswer {
  readonly problem: Problem;
  /** Under which the log has it. */
  readonly occurrence: string;
  /** The whole answer as it goes to the socket, which then closes. */
  readonly bytes: string;
}

/** Whether a connection failed because of what was said on it, and not below. */
export const isUnparsed = ({ code = '' }: NodeJS.ErrnoException): boolean => /^(?:HPE_|ERR_HTTP_)/.test(code);

/** Answers what no pipeline ever saw, because it cannot be read as a request. */
export function answerUnparsed(error: NodeJS.ErrnoException): UnparsedAnswer {
  const code = CODE_OF_NODE[error.code ?? ''] ?? 'REQUEST_MALFORMED';
  const problem = problemOf(new HttpError(code, `the request cannot be read: ${reasonOf(error)}`));
  const occurrence = randomUUID();
  const body = writeProblem(problem, occurrence, PROBLEM_JSON);
  const headers = {
    ...problemHeaders(problem, PROBLEM_JSON),
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // The reason phrase is ours to choose (RFC 9112 § 4), and node:http, which has a table of them, brings a client along.
  const bytes = `HTTP/1.1 ${problem.status} ${problem.code}\r\n${lines.join('')}\r\n${body}`;
  return { problem, occurrence, bytes };
}
