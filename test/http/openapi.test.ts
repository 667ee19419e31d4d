import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

import { offers } from '#http/media-types.ts';
import { problemMediaTypes } from '#http/problem-document.ts';
import { PROBLEMS } from '#http/problems.ts';
import { RESOURCES } from '#http/resources.ts';
import { METER_ID } from '../support/example-meter.ts';
import { type Answer, ask, askSigned } from './support/ask.ts';
import { certificateNamed, dasKey, exampleClient, exampleService, peerIs } from './support/example-service.ts';

interface Reference {
  readonly $ref: string;
}
type Schema = Readonly<Record<string, unknown>>;
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}
interface Response {
  readonly headers?: Readonly<Record<string, Reference>>;
  readonly content?: Readonly<Record<string, unknown>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Reference[];
  readonly responses: Readonly<Record<string, Reference>>;
}
interface PathItem {
  readonly parameters?: readonly Reference[];
  readonly get: Operation;
  readonly head: Operation;
}

const text = readFileSync(new URL('../../openapi/openapi.yaml', import.meta.url), 'utf8');
const api = parse(text) as { readonly paths: Readonly<Record<string, PathItem>> };
const ajv = new Ajv2020({ strict: false });
ajv.addSchema(api, 'openapi.yaml');

/** What a `#/…` reference names. */
function resolve({ $ref }: Reference): unknown {
  const found = $ref
    .slice(2)
    .split('/')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], api);
  assert.notEqual(found, undefined, `${$ref} leads nowhere`);
  return found;
}

const parameterOf = (reference: Reference): Parameter => resolve(reference) as Parameter;

const operations = Object.entries(api.paths).flatMap(([path, item]) =>
  [item.get, item.head].map((operation) => ({ path, item, operation })),
);

const responseOf = (path: string, status: number): Response => {
  const reference = api.paths[path]?.get.responses[status];
  assert.ok(reference, `${path} does not describe ${status}`);
  return resolve(reference) as Response;
};

describe('openapi.yaml describes', () => {
  it('the paths that there are, and their methods', () => {
    const described = Object.entries(api.paths).map(([path, item]) => [
      path,
      Object.keys(item)
        .filter((key) => key !== 'parameters')
        .map((method) => method.toUpperCase()),
    ]);
    const table = Object.values(RESOURCES).map(({ path, methods }) => [path, methods]);
    assert.deepEqual(Object.fromEntries(described), Object.fromEntries(table));
  });

  it('the parameters of each path', () => {
    for (const { path, item } of operations) {
      const inPath = [...path.matchAll(/\{([\w-]+)\}/g)].map(([, name]) => name);
      const described = (item.parameters ?? []).map((reference) => parameterOf(reference).name);
      assert.deepEqual(described, inPath, path);
    }
  });

  it('each operation once', () => {
    assert.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length);
  });

  it('every status of a problem, but those of methods that it does not have', () => {
    const ofOtherMethods = [PROBLEMS.METHOD_NOT_ALLOWED.status, PROBLEMS.METHOD_UNKNOWN.status];
    const statuses = new Set(Object.values(PROBLEMS).map(({ status }) => status));
    const expected = new Set([200, 304, ...statuses].filter((status) => !ofOtherMethods.includes(status)));
    for (const { path, operation } of operations) {
      assert.deepEqual(new Set(Object.keys(operation.responses).map(Number)), expected, path);
    }
  });

  it('every code of a problem', () => {
    const problem = resolve({ $ref: '#/components/schemas/Problem' }) as { properties: { code: { enum: string[] } } };
    assert.deepEqual(problem.properties.code.enum, Object.keys(PROBLEMS));
  });

  it('the media types of documents and of problems', () => {
    for (const { operation } of operations) {
      for (const [status, reference] of Object.entries(operation.responses)) {
        const types = Object.keys((resolve(reference) as Response).content ?? {});
        const expected = status === '200' ? new Set(Object.values(offers).flat()) : new Set(problemMediaTypes);
        assert.deepEqual(new Set<string>(types), status === '304' ? new Set() : expected, status);
      }
    }
  });
});

/** The path with an example of each of its parameters. */
const exampleOf = (path: string): string =>
  path
    .replace('{ldev}', METER_ID)
    .replace('{object}', '3-0100010800ff')
    .replace('{attribute}', '2')
    .replace('{method}', '1');

const isValid = (schema: Schema, value: unknown): boolean => ajv.compile(schema)(value);

function assertDescribed(answer: Answer, path: string): void {
  const { headers = {}, content = {} } = responseOf(path, answer.status);
  for (const [name, reference] of Object.entries(headers)) {
    const { schema } = resolve(reference) as { schema: Schema };
    assert.ok(isValid(schema, answer.headers[name.toLowerCase()]), `${name} of ${path} (${answer.status})`);
  }
  if (answer.status !== 304) assert.ok(Object.keys(content).includes(answer.headers['content-type'] ?? ''), path);
  if (answer.status >= 400) {
    const validate = ajv.getSchema('openapi.yaml#/components/schemas/Problem');
    assert.ok(validate?.(JSON.parse(answer.body)), JSON.stringify(validate?.errors));
  }
}

describe('every path answers as it is described', () => {
  const isThere = (path: string): boolean => !/\{(?:ldev-)?container\}|\/live$/.test(path);
  for (const { path, item, operation } of operations.filter(
    ({ path, operation }) => operation.operationId.startsWith('get') && isThere(path),
  )) {
    const example = exampleOf(path);

    it(`${path}, unsigned, sealed and not modified`, async () => {
      const service = exampleService();
      const unsigned = await ask(service, example);
      assert.equal(unsigned.status, 200);
      assertDescribed(unsigned, path);
      assertDescribed(await askSigned(service, example), path);
      assertDescribed(await ask(service, example, { 'If-None-Match': unsigned.headers['etag'] ?? '' }), path);
    });

    it(`${path} takes the parameters that are described, and the examples of them`, async () => {
      const parameters = [...(item.parameters ?? []), ...operation.parameters].map(parameterOf);
      for (const { name, in: place, schema } of parameters) {
        const [value] = (schema['examples'] ?? []) as (string | number)[];
        if (place === 'query') assert.equal((await ask(exampleService(), `${example}?${name}=${value}`)).status, 200);
        if (value !== undefined) assert.ok(isValid(schema, value), name);
      }
    });

    it(`${path} takes no other parameters`, async () => {
      const described = operation.parameters.map((reference) => parameterOf(reference).name);
      for (const name of ['q.depth', 'q.fromidx', 'q.count', 'q.fromtime', 'q.unknown']) {
        const value = name === 'q.fromtime' ? '2026-11-20T09:15:00Z' : '1';
        const answer = await ask(exampleService(), `${example}?${name}=${value}`);
        assert.equal(answer.status, described.includes(name) ? 200 : 400, name);
        assertDescribed(answer, path);
      }
    });
  }

  const path = RESOURCES.object.path;

  it('with a problem: signature, rate, role, host', async () => {
    const shop = {
      clients: [exampleClient('shop', 'supplier', certificateNamed('5'), dasKey)],
      peerOf: peerIs(certificateNamed('5')),
    };
    const answers = [
      await ask(exampleService(), exampleOf(path), { Signature: 'x' }),
      await ask(exampleService(shop), exampleOf(path)),
      await ask(exampleService({ limits: { burst: 0 } }), exampleOf(path)),
      await ask(exampleService({ hosts: new Set(['meter.example']) }), exampleOf(path)),
      await ask(exampleService(), exampleOf(path), { Accept: 'application/json' }),
      await ask(exampleService(), exampleOf(path).replace('3-', '4-')),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401, 429, 403, 406, 404],
    );
    for (const answer of answers) assertDescribed(answer, path);
  });
});
