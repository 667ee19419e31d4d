import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { utf8 } from '#core/bytes.ts';
import { Instant } from '#core/time.ts';
import type { Role } from '#cosem/access-rights.ts';
import { nodeCrypto, publicKeyOfCertificate } from '#crypto/node-crypto.ts';
import { bodyTypes, EVENT_STREAM, offers } from '#http/media-types.ts';
import { problemMediaTypes } from '#http/problem-document.ts';
import { PROBLEMS, type ProblemCode } from '#http/problems.ts';
import { type Action, RESOURCES } from '#http/resources.ts';
import { readCertificates } from '#pki/certificate.ts';
import { queryParameters } from '#representation/query.ts';
import { readAttributeBody, readContainerBody, readParameterBody } from '#representation/request-body.ts';
import { readSealedDocument } from '#representation/sealed-document.ts';
import { ReplayMemory } from '#signature/replay-memory.ts';
import { CLOCK_SKEW, FRESHNESS_WINDOW, verifyRequest } from '#signature/request-verifier.ts';
import { verifySealed } from '#signature/xml-strict-verifier.ts';
import {
  api,
  type Example,
  faultAt,
  isValid,
  operations,
  type Parameter,
  type Response,
  readBeside,
  resolve,
  type Schema,
} from '../support/api-description.ts';
import { METER_ID } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { program } from '../support/programs.ts';
import { type Answer, ask, askSigned, change, type RequestHeaders } from './support/ask.ts';
import { standardService } from './support/standard-service.ts';

type Reference = Parameters<typeof resolve>[0];

const parameterOf = (reference: Reference): Parameter => resolve(reference) as Parameter;
const parametersOf = (references: readonly Reference[], place: Parameter['in']): readonly string[] =>
  references
    .map(parameterOf)
    .filter((parameter) => parameter.in === place)
    .map(({ name }) => name);

const actionAt = (path: string, verb: string): Action => {
  const resource = Object.values(RESOURCES).find((candidate) => candidate.path === path);
  return resource?.actions[verb.toUpperCase() as 'GET'] ?? assert.fail(`${verb} ${path}`);
};

/** What shows the API itself: `api-page.test.ts` tries these. */
const PAGE_PATHS: readonly string[] = ['/', '/{file}', '/examples/{example}'];
const inTree = operations.filter(({ path }) => !PAGE_PATHS.includes(path));

/** The problems that each action cannot have. Every other one has to be described for it. */
const NOT_AMONG_PROBLEMS: Readonly<Record<Action, readonly ProblemCode[]>> = {
  read: [
    'METHOD_NOT_ALLOWED',
    'CONTAINERS_EXHAUSTED',
    'LENGTH_MISSING',
    'PRECONDITION_FAILED',
    'BODY_TOO_LARGE',
    'BODY_TYPE_UNKNOWN',
    'METHOD_UNKNOWN',
  ],
  listen: [
    'METHOD_NOT_ALLOWED',
    'CONTAINERS_EXHAUSTED',
    'LENGTH_MISSING',
    'PRECONDITION_FAILED',
    'BODY_TOO_LARGE',
    'BODY_TYPE_UNKNOWN',
    'METHOD_UNKNOWN',
  ],
  write: ['NOT_ACCEPTABLE', 'CONTAINERS_EXHAUSTED', 'METHOD_UNKNOWN'],
  run: ['CONTAINERS_EXHAUSTED', 'PRECONDITION_FAILED', 'METHOD_UNKNOWN'],
  keep: ['NOT_ACCEPTABLE', 'METHOD_UNKNOWN'],
  discard: [
    'NOT_ACCEPTABLE',
    'CONTAINERS_EXHAUSTED',
    'LENGTH_MISSING',
    'BODY_TOO_LARGE',
    'BODY_TYPE_UNKNOWN',
    'METHOD_UNKNOWN',
  ],
};

const SUCCESSES: Readonly<Record<Action, readonly number[]>> = {
  read: [200, 304],
  listen: [200],
  write: [204],
  run: [200],
  keep: [201, 204],
  discard: [204],
};

describe('openapi.yaml describes', () => {
  it('the paths that there are, and what can be done with them', () => {
    const described = Object.entries(api.paths).map(([path, item]) => [
      path,
      Object.keys(item)
        .filter((key) => key !== 'parameters')
        .map((verb) => verb.toUpperCase()),
    ]);
    const table = Object.values(RESOURCES).map(({ path, actions }) => [path, Object.keys(actions)]);
    const page = PAGE_PATHS.map((path) => [path, ['GET', 'HEAD']]);
    assert.deepEqual(Object.fromEntries(described), Object.fromEntries([...table, ...page]));
  });

  it('the parameters of each path', () => {
    for (const { path, item } of operations) {
      const inPath = [...path.matchAll(/\{([\w-]+)\}/g)].map(([, name]) => name);
      assert.deepEqual(parametersOf(item.parameters ?? [], 'path'), inPath, path);
    }
  });

  it('every query parameter that is known, and no other', () => {
    const described = operations.flatMap(({ operation }) => parametersOf(operation.parameters, 'query'));
    assert.deepEqual(new Set(described), new Set<string>(queryParameters));
  });

  it('each operation once, for a reader and for a program', () => {
    assert.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length);
  });

  for (const { path, verb, operation } of inTree) {
    it(`every status of ${verb} ${path}`, () => {
      const action = actionAt(path, verb);
      const absent = new Set<string>(NOT_AMONG_PROBLEMS[action]);
      const problems = Object.entries(PROBLEMS).filter(([code]) => !absent.has(code));
      const expected = new Set([...SUCCESSES[action], ...problems.map(([, { status }]) => status)]);
      assert.deepEqual(new Set(Object.keys(operation.responses).map(Number)), expected);
    });
  }

  it('every code of a problem', () => {
    const problem = resolve({ $ref: '#/components/schemas/Problem' }) as { properties: { code: { enum: string[] } } };
    assert.deepEqual(problem.properties.code.enum, Object.keys(PROBLEMS));
  });

  it('the media types of answers and of bodies', () => {
    const typesOf = (name: string): ReadonlySet<string> =>
      new Set(Object.keys(api.components.responses[name]?.content ?? {}));
    assert.deepEqual(typesOf('Document'), new Set<string>(Object.values(offers).flat()));
    assert.deepEqual(typesOf('MethodResponse'), new Set<string>(offers.sealed));
    assert.deepEqual(typesOf('MethodRefused'), new Set<string>([...offers.sealed, ...problemMediaTypes]));
    assert.deepEqual(typesOf('Stream'), new Set([EVENT_STREAM]));
    for (const name of Object.keys(api.components.responses).filter((name) => name.endsWith('Problem'))) {
      assert.deepEqual(typesOf(name), new Set<string>(problemMediaTypes), name);
    }
    for (const { content } of Object.values(api.components.requestBodies)) {
      assert.deepEqual(new Set(Object.keys(content)), new Set(bodyTypes));
    }
  });
});

/** Every example in the description: where its schema stands, its media type, its value. */
const examples = (['requestBodies', 'responses'] as const).flatMap((part) =>
  Object.entries(api.components[part] as Readonly<Record<string, Response>>).flatMap(([name, { content = {} }]) =>
    Object.entries(content).flatMap(([type, media]) =>
      Object.entries(media.examples ?? {}).map(([title, example]) => ({
        name: `${name}, ${type}, ${title}`,
        component: name,
        type,
        place: ['components', part, name, 'content', type, 'schema'],
        value: valueOf(example, type),
      })),
    ),
  ),
);

function valueOf({ value, externalValue }: Example, type: string): unknown {
  if (externalValue === undefined) return value;
  const text = readBeside(externalValue);
  return /json/.test(type) ? JSON.parse(text) : text;
}

/** Runs a program, which has to say yes. */
function run(name: string, parameters: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(program(name), parameters, { input });
  assert.equal(status, 0, `${name}: ${stderr.toString()}`);
}

const readPem = (name: string) => readCertificates(Buffer.from(readBeside(`examples/${name}.pem`)))[0];
const meter = readPem('meter-signature');
const client = readPem('client-signature');

async function verify(document: string) {
  const keyOf = (name: string) => (name === meter.id ? publicKeyOfCertificate(meter.der) : undefined);
  return readSealedDocument((await verifySealed(utf8(document), keyOf, nodeCrypto)).bytes);
}

describe('the examples of openapi.yaml', () => {
  it('are many', () => assert.ok(examples.length > 15));

  for (const { name, place, value } of examples) {
    it(`are as their schema says: ${name}`, () => assert.equal(faultAt(place, value), undefined));
  }

  const READERS = {
    Attribute: (body: Uint8Array, format: 'xml' | 'json') => readAttributeBody(body, format, 4),
    Parameter: readParameterBody,
    Container: (body: Uint8Array, format: 'xml' | 'json') => readContainerBody(body, format, '0-0000630100ff'),
  };
  for (const { name, component, type, value } of examples.filter(({ component }) => component in READERS)) {
    it(`are read where they are bodies: ${name}`, () => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      READERS[component as keyof typeof READERS](utf8(text), /json/.test(type) ? 'json' : 'xml');
    });
  }

  it('are valid XML', () => {
    const documents = examples.filter(({ type, value }) => typeof value === 'string' && /cosem\+xml/.test(type));
    assert.ok(documents.length > 5);
    for (const { value } of documents) {
      const xml = String(value);
      const schema = xml.startsWith('<signed') ? 'signed-measurement-data-1.xsd' : 'cor-1.xsd';
      const path = fileURLToPath(new URL(`../../openapi/${schema}`, import.meta.url));
      run('xmllint', ['--nonet', '--noout', '--schema', path, '-'], xml);
    }
  });

  for (const { name, value } of examples.filter(({ type }) => type.endsWith('encap=xmldsig'))) {
    it(`verify where they are sealed: ${name}`, async () => {
      const document = typeof value === 'string' ? value : (value as { 'sealed-document': string })['sealed-document'];
      const reading = await verify(document);
      assert.equal(reading.meterId, METER_ID);
      if (typeof value === 'string') return;
      const said = (value as { 'measurement-data': { 'sequence-nr': string } })['measurement-data'];
      assert.equal(said['sequence-nr'], `${reading.sequenceNumber}`);
    });
  }

  it('verify with xmlsec1 and the certificate alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sealmeter-examples-'));
    const key = join(folder, 'meter-public.pem');
    try {
      const certificate = fileURLToPath(new URL('../../openapi/examples/meter-signature.pem', import.meta.url));
      run('openssl', ['x509', '-in', certificate, '-pubkey', '-noout', '-out', key]);
      for (const name of ['sealed-attribute.xml', 'sealed-method-response.xml']) {
        const file = fileURLToPath(new URL(`../../openapi/examples/${name}`, import.meta.url));
        run('xmlsec1', ['--verify', '--enabled-key-data', 'key-name', `--pubkey-pem:${meter.id}`, key, file]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const form of ['rfc9421', 'draft-cavage']) {
    for (const verb of ['get', 'put']) {
      it(`are signed where they are requests: ${verb}-${form}.http`, async () => {
        const { keyId } = await verifyExample(readBeside(`examples/${verb}-${form}.http`));
        assert.equal(keyId, client.id);
      });
    }
  }
});

async function verifyExample(text: string) {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [line = '', ...lines] = head.split('\r\n');
  const [method = '', target = ''] = line.split(' ');
  const headers = new Map(
    lines.map((header) => {
      const colon = header.indexOf(': ');
      return [header.slice(0, colon).toLowerCase(), [header.slice(colon + 2)]];
    }),
  );
  assert.equal(Number(headers.get('content-length')?.[0] ?? 0), body.length);
  const at = Instant(Date.UTC(2026, 10, 20, 9, 15));
  const key = {
    keyId: client.id,
    publicKey: publicKeyOfCertificate(client.der),
    owner: 'das',
    allowHs2019: false,
  } as const;
  return verifyRequest(
    { method, target, headers, body: utf8(body) },
    {
      keyOf: (id) => (id === client.id ? key : undefined),
      crypto: nodeCrypto,
      clock: new FakeClock(at),
      window: FRESHNESS_WINDOW,
      skew: CLOCK_SKEW,
      replay: new ReplayMemory(),
      boot: at,
    },
    'das',
  );
}

const COD = 'urn:k461-dke-de:cod-1';
const COR = 'urn:k461-dke-de:cor-1';
const CONTAINER = '0-0000630100ff';
const OBJECT = '<object class-id="3" id="0100010800ff" version="0"/>';

/** The path with an example of each of its parameters; `attribute` and `method` are a breaker's. */
const exampleOf = (path: string): string =>
  path
    .replace('{ldev}', METER_ID)
    .replace('{object}', '70-000060030aff')
    .replace('{attribute}', '4')
    .replace('{method}', '1')
    .replace('{ldev-container}', CONTAINER)
    .replace('{container}', 'overview');

/** A body for each action that takes one. */
function bodyFor(action: Action, path: string): string | undefined {
  if (action === 'write') return `<attribute xmlns="${COR}" id="4"><enum xmlns="${COD}">2</enum></attribute>`;
  if (action === 'run') return `<methodRequestParameter xmlns="${COR}"/>`;
  if (action !== 'keep') return undefined;
  const objects = `<objects count="1">${OBJECT}</objects>`;
  return path.includes('ldevs')
    ? `<container xmlns="${COR}" id="${CONTAINER}">${objects}</container>`
    : `<container xmlns="${COR}" id="overview"><ldevs count="1"><ldev id="${METER_ID}">${objects}</ldev></ldevs></container>`;
}

/** A service in which everything that the examples name is there. */
async function serviceWithContainers(role: Role) {
  const service = await standardService(role);
  for (const path of [RESOURCES.container.path, RESOURCES['ldev-container'].path]) {
    const { status } = await change(service, 'PUT', exampleOf(path), bodyFor('keep', path));
    assert.equal(status, 201);
  }
  return service;
}

/** `ask` asserts that each answer is as it is described. */
describe('every path answers as it is described', () => {
  for (const { path, item, verb, operation } of inTree) {
    const example = exampleOf(path);
    const action = actionAt(path, verb);

    if (action === 'read') {
      it(`${verb} ${path}: unsigned, sealed, in JSON, not modified`, async () => {
        const service = await serviceWithContainers('consumer');
        const method = verb.toUpperCase();
        const unsigned = await ask(service, example, {}, method);
        assert.equal(unsigned.status, 200);
        for (const Accept of ['application/json', 'application/vnd.de-dke-k461-cosem+json', 'text/xml']) {
          assert.equal((await ask(service, example, { Accept }, method)).status, 200);
          if (verb === 'get') assert.equal((await askSigned(service, example, { Accept })).status, 200);
        }
        const known = { 'If-None-Match': unsigned.headers['etag'] ?? '' };
        assert.equal((await ask(service, example, known, method)).status, 304);
      });

      it(`${verb} ${path} takes the parameters that are described, and no other`, async () => {
        const service = await serviceWithContainers('consumer');
        const described = [...(item.parameters ?? []), ...operation.parameters].map(parameterOf);
        const inQuery = described.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
        const buffer = path.endsWith('{attribute}')
          ? example.replace(/objects.*/, 'objects/7-0100630100ff/attributes/2')
          : example;
        for (const name of [...queryParameters, 'q.unknown']) {
          const value = encodeURIComponent(exampleValue(name));
          const { status } = await ask(service, `${buffer}?${name}=${value}`, {}, verb.toUpperCase());
          const isTaken = inQuery.includes(name) && name !== 'sa.filtercolumn';
          assert.equal(status, isTaken ? 200 : 400, name);
        }
      });
    }

    if (action === 'write' || action === 'run' || action === 'keep' || action === 'discard') {
      const method = verb.toUpperCase() as 'PUT' | 'POST' | 'DELETE';
      const body = bodyFor(action, path);

      it(`${verb} ${path}: done`, async () => {
        const { status } = await change(await serviceWithContainers('grid-operator'), method, example, body);
        assert.ok(SUCCESSES[action].includes(status), `${status}`);
      });

      it(`${verb} ${path}: not signed, not possible, not there`, async () => {
        const service = await serviceWithContainers('grid-operator');
        const type: RequestHeaders = body === undefined ? {} : { 'Content-Type': 'application/xml' };
        assert.equal((await ask(service, example, type, method, body)).status, 401);
        const closed = await standardService('grid-operator', { changes: undefined });
        assert.equal((await change(closed, method, example, body)).status, 405);
        const elsewhere = example.replace('1sie00', '1sie99');
        if (elsewhere !== example) assert.equal((await change(service, method, elsewhere, body)).status, 404);
      });
    }
  }

  it('the parameters have examples that are as they say', () => {
    for (const parameter of operations
      .flatMap(({ item, operation }) => [...(item.parameters ?? []), ...operation.parameters])
      .map(parameterOf)) {
      const values = (parameter.schema['examples'] ?? []) as readonly unknown[];
      assert.ok(values.length > 0, `${parameter.name} has no example`);
      for (const value of values) assert.ok(isValid(parameter.schema, value), parameter.name);
    }
  });

  it('with a problem: signature, rate, host, form, nothing there', async () => {
    const path = exampleOf(RESOURCES.object.path);
    const answers: readonly Answer[] = [
      await ask(await standardService(), path, { Signature: 'x' }),
      await ask(await standardService('grid-operator', { limits: { burst: 0 } }), path),
      await ask(await standardService('grid-operator', { hosts: new Set(['meter.example']) }), path),
      await ask(await standardService(), path, { Accept: 'text/html' }),
      await ask(await standardService(), path.replace('70-', '71-')),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 429, 403, 406, 404],
    );
  });
});

function exampleValue(name: string): string {
  const described = operations.flatMap(({ operation }) => operation.parameters.map(parameterOf));
  const schema: Schema | undefined = described.find((parameter) => parameter.name === name)?.schema;
  const [value] = (schema?.['examples'] ?? ['1']) as readonly (string | number)[];
  return String(value);
}
