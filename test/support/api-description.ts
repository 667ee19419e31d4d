import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

/*
 * openapi.yaml as tests see it: what it says, and whether an answer is as it says.
 */

interface Reference {
  readonly $ref: string;
}
export type Schema = Readonly<Record<string, unknown>>;
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}
interface Header {
  readonly required?: boolean;
  readonly schema: Schema;
}
export interface Example {
  readonly value?: unknown;
  readonly externalValue?: string;
}
interface MediaTypeObject {
  readonly schema: Schema;
  readonly examples?: Readonly<Record<string, Example>>;
}
type Content = Readonly<Record<string, MediaTypeObject>>;
export interface Response {
  readonly headers?: Readonly<Record<string, Reference>>;
  readonly content?: Content;
}
interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Reference[];
  readonly requestBody?: Reference;
  readonly responses: Readonly<Record<string, Reference>>;
}
const VERBS = ['get', 'head', 'put', 'post', 'delete'] as const;
export type PathItem = { readonly parameters?: readonly Reference[] } & {
  readonly [Verb in (typeof VERBS)[number]]?: Operation;
};

const folder = new URL('../../openapi/', import.meta.url);

/** A file beside the description. */
export const readBeside = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

export const api = parse(readBeside('openapi.yaml')) as {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly requestBodies: Readonly<Record<string, { readonly content: Content }>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
};

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(api, 'openapi.yaml');

/** What a `#/…` reference names. */
export function resolve({ $ref }: Reference): unknown {
  const found = $ref
    .slice(2)
    .split('/')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], api);
  assert.notEqual(found, undefined, `${$ref} leads nowhere`);
  return found;
}

/** Why a value is not as the schema at this place of the description says; `undefined` where it is. */
export function faultAt(place: readonly string[], value: unknown): string | undefined {
  const pointer = place.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const validate = ajv.getSchema(`openapi.yaml#/${pointer}`);
  assert.ok(validate, `there is no schema at ${place.join(' > ')}`);
  return validate(value) === true ? undefined : ajv.errorsText(validate.errors);
}

export const isValid = (schema: Schema, value: unknown): boolean => ajv.validate(schema, value);

export const operations = Object.entries(api.paths).flatMap(([path, item]) =>
  VERBS.flatMap((verb) => {
    const operation = item[verb];
    return operation === undefined ? [] : [{ path, item, verb, operation }];
  }),
);

export interface DescribedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Asserts that an answer is one that the description promises for this request. */
export function assertDescribed(method: string, target: string, answer: DescribedAnswer): void {
  const found = operationFor(method, target);
  if (found === undefined) assertProblemDocument(answer);
  else assertResponse(found, method, answer);
}

/** `undefined` for a path, or a method of it, that is not described. */
function operationFor(method: string, target: string): (typeof operations)[number] | undefined {
  const [path = ''] = target.split('?');
  const segments = path.replace(/(?<=.)\/$/, '').split('/');
  return operations.find(({ path: template, verb }) => {
    const wanted = template.split('/');
    const fits = wanted.every((segment, index) => segment.startsWith('{') || segment === segments[index]);
    return verb === method.toLowerCase() && wanted.length === segments.length && fits;
  });
}

function assertResponse(
  { path, verb, operation }: (typeof operations)[number],
  method: string,
  answer: DescribedAnswer,
) {
  const about = `${verb} ${path} ${answer.status}`;
  const reference = operation.responses[answer.status];
  assert.ok(reference, `${about} is not described: ${answer.body.slice(0, 300)}`);
  const { headers = {}, content } = resolve(reference) as Response;
  for (const [name, header] of Object.entries(headers)) {
    const { schema, required = false } = resolve(header) as Header;
    const value = answer.headers[name.toLowerCase()];
    if (required || value !== undefined) assert.ok(isValid(schema, value), `${about}: ${name} is ${value}`);
  }
  if (content === undefined || method === 'HEAD') {
    assert.equal(answer.body, '', about);
    return;
  }
  const type = answer.headers['content-type'] ?? '';
  assert.ok(Object.hasOwn(content, type), `${about}: ${type} is not described`);
  const place = [...reference.$ref.slice(2).split('/'), 'content', type, 'schema'];
  const value = /json/.test(type) ? (JSON.parse(answer.body) as unknown) : answer.body;
  assert.equal(faultAt(place, value), undefined, `${about}: ${answer.body.slice(0, 300)}`);
}

function assertProblemDocument({ status, headers, body }: DescribedAnswer): void {
  assert.ok(status >= 400, `${status} for what is not described`);
  if (headers['content-type'] !== 'application/problem+json' || body === '') return;
  assert.equal(faultAt(['components', 'schemas', 'Problem'], JSON.parse(body)), undefined, body);
}
