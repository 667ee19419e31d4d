import assert from 'node:assert/strict';
import request from 'supertest';

import { COSEM_XML, SEALED_COSEM_XML } from '#http/media-types.ts';
import type { ProblemCode } from '#http/problems.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import { assertDescribed } from '../../support/api-description.ts';
import { type ExampleService, signatureHeaders } from './example-service.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type RequestHeaders = Readonly<Record<string, string>>;

/** One request to a service, on a connection of its own and without TLS. The answer has to be as openapi.yaml says. */
export async function ask(
  { serve }: Pick<ExampleService, 'serve'>,
  target: string,
  headers: RequestHeaders = {},
  method = 'GET',
  content?: string,
): Promise<Answer> {
  const verb = method.toLowerCase() as 'get';
  const sent = request(serve)[verb](target).set(headers).redirects(0);
  // As it stands, whatever its type.
  if (content !== undefined) void sent.serialize((text: string) => text).send(content);
  const answer = await sent.buffer(true).parse((stream, done) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => done(null, Buffer.concat(parts).toString('utf8')));
  });
  const body: unknown = answer.body;
  const described = { status: answer.status, headers: answer.headers, body: typeof body === 'string' ? body : '' };
  assertDescribed(method, target, described);
  return described;
}

/** The same, signed by `das`. */
export async function askSigned(
  service: ExampleService,
  target: string,
  headers: RequestHeaders = {},
  form: SignatureForm = 'rfc9421',
): Promise<Answer> {
  return ask(service, target, { ...(await signatureHeaders(target, service, form)), ...headers });
}

/** A signed request that changes something. A body is XML unless a header says otherwise; `''` is an empty one. */
export async function change(
  service: ExampleService,
  method: 'PUT' | 'POST' | 'DELETE',
  target: string,
  content?: string,
  headers: RequestHeaders = {},
  form: SignatureForm = 'rfc9421',
): Promise<Answer> {
  const described = content ? { 'content-type': COSEM_XML, ...lowerCase(headers) } : lowerCase(headers);
  const signed = await signatureHeaders(target, service, form, { method, content, headers: described });
  const length: RequestHeaders = content === '' ? { 'Content-Length': '0' } : {};
  return ask(service, target, { ...described, ...signed, ...length }, method, content === '' ? undefined : content);
}

const lowerCase = (headers: RequestHeaders): RequestHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance: string;
  readonly code: string;
  readonly mend: string;
  readonly accessResult?: number;
}

/** Asserts that an answer is this problem and nothing more. Returns the document. */
export function assertProblem(answer: Answer, status: number, code: ProblemCode): ProblemBody {
  assert.equal(answer.headers['content-type'], 'application/problem+json', answer.body);
  const problem = JSON.parse(answer.body) as ProblemBody;
  assert.deepEqual([answer.status, problem.status, problem.code], [status, status, code], answer.body);
  assert.equal(answer.headers['cache-control'], 'no-store');
  assertNoMeasurement(answer);
  return problem;
}

/** What an example meter measures: no answer that refuses may contain any of it. */
const MEASURED = /1234567|23010|12345\D|2411|5000|signed-measurement-data|counter-values/;

function assertNoMeasurement({ body }: Answer): void {
  assert.doesNotMatch(body.replaceAll(/"instance":"[^"]*"/g, ''), MEASURED);
}

export function assertSealed({ status, headers, body }: Answer): void {
  assert.equal(status, 200, body);
  assert.equal(headers['content-type'], SEALED_COSEM_XML);
  assert.match(body, /^<signed-measurement-data .*<\/Signature><\/signed-measurement-data>$/);
}
