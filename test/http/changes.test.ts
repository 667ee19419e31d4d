import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { AccessRefusal } from '#cosem/access-result.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { COSEM_JSON, COSEM_XML, SEALED_COSEM_JSON, SEALED_COSEM_XML } from '#http/media-types.ts';
import { readSealedDocument } from '#representation/sealed-document.ts';
import { verifySealed } from '#signature/xml-strict-verifier.ts';
import { METER_ID } from '../support/example-meter.ts';
import { type Answer, ask, askSigned, assertProblem, assertSealed, change } from './support/ask.ts';
import { exampleService, meterKey, signatureHeaders } from './support/example-service.ts';
import { standardService } from './support/standard-service.ts';

const METER = `/cosem/ldevs/${METER_ID}`;
const BREAKER = `${METER}/objects/70-000060030aff`;
const MODE = `${BREAKER}/attributes/4`;
const DISCONNECT = `${BREAKER}/methods/1`;
const COR = 'urn:k461-dke-de:cor-1';
const COD = 'urn:k461-dke-de:cod-1';

const mode = (value: number | string): string =>
  `<attribute xmlns="${COR}" id="4"><enum xmlns="${COD}">${value}</enum></attribute>`;
const ZERO = `<methodRequestParameter xmlns="${COR}"><integer xmlns="${COD}">0</integer></methodRequestParameter>`;

async function modeOf(service: Awaited<ReturnType<typeof standardService>>): Promise<string> {
  const { body } = await ask(service, MODE);
  return />(\d)<\/enum>/.exec(body)?.[1] ?? assert.fail(body);
}

describe('PUT on an attribute', () => {
  for (const form of ['rfc9421', 'draft-cavage'] as const) {
    it(`writes it, and its event says who did it (${form})`, async () => {
      const service = await standardService();
      const answer = await change(service, 'PUT', MODE, mode(2), {}, form);
      assert.deepEqual([answer.status, answer.body], [204, '']);
      assert.equal(await modeOf(service), '2');
      assert.deepEqual(service.standard.sink.taken(), ['setting-changed by das']);
    });
  }

  const BODIES: Readonly<Record<string, readonly [type: string, body: string]>> = {
    'with a declaration and white space': [
      COSEM_XML,
      `<?xml version="1.0"?>\n<attribute xmlns="${COR}" id="4">\n <enum xmlns="${COD}"> 2 </enum>\n</attribute>\n`,
    ],
    'as plain XML': ['application/xml; charset=UTF-8', mode(2)],
    'as text': ['text/xml', mode(2)],
    'as JSON': [COSEM_JSON, '{"attribute":{"id":4,"value":{"enum":2}}}'],
    'as plain JSON': ['application/json;charset="utf-8"', '{"attribute":{"value":{"enum":"2"},"id":4}}'],
  };
  for (const [name, [type, body]] of Object.entries(BODIES)) {
    it(`takes a body ${name}`, async () => {
      const service = await standardService();
      assert.equal((await change(service, 'PUT', MODE, body, { 'Content-Type': type })).status, 204);
      assert.equal(await modeOf(service), '2');
    });
  }

  const REFUSED: readonly (readonly [
    name: string,
    body: string,
    code: 'TYPE_UNMATCHED' | 'VALUE_NOT_ALLOWED',
    number: number,
  ])[] = [
    ['another type', mode(2).replaceAll('enum', 'unsigned'), 'TYPE_UNMATCHED', 12],
    ['a value that is not allowed', mode(9), 'VALUE_NOT_ALLOWED', 250],
  ];
  for (const [name, body, code, number] of REFUSED) {
    it(`of ${name} is 500, as the annex has it, with the reason and its number`, async () => {
      const service = await standardService();
      const problem = assertProblem(await change(service, 'PUT', MODE, body), 500, code);
      assert.equal(problem.accessResult, number);
      assert.match(problem.detail ?? '', /attribute 4/);
      assert.equal(await modeOf(service), '4');
      assert.deepEqual(service.standard.sink.taken(), []);
    });
  }

  it('is refused when its event cannot be kept', async () => {
    const service = await standardService('administrator');
    service.standard.sink.refusal = new AccessRefusal('CALIBRATION_BOOK_FULL');
    const PERIOD = `${METER}/objects/7-0100630100ff/attributes/4`;
    const body = `<attribute xmlns="${COR}" id="4"><double-long-unsigned xmlns="${COD}">60</double-long-unsigned></attribute>`;
    assertProblem(await change(service, 'PUT', PERIOD, body), 500, 'CALIBRATION_BOOK_FULL');
    assert.match((await ask(service, PERIOD)).body, />900</);
    service.standard.sink.refusal = undefined;
    assert.equal((await change(service, 'PUT', PERIOD, body)).status, 204);
    assert.match((await ask(service, PERIOD)).body, />60</);
  });
});

interface SealedJson {
  readonly 'measurement-data': Readonly<Record<string, unknown>>;
  readonly 'sealed-document': string;
}

describe('POST on a method', () => {
  async function readResponse(answer: Answer) {
    const keyOf = (name: string) => (name === meterKey.signer.keyId ? meterKey.publicKey : undefined);
    return readSealedDocument((await verifySealed(utf8(answer.body), keyOf, nodeCrypto)).bytes);
  }

  it('runs it, and what became of it is sealed', async () => {
    const service = await standardService();
    const answer = await change(service, 'POST', DISCONNECT, ZERO);
    assertSealed(answer);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['etag'], undefined);
    const { content, response } = await readResponse(answer);
    assert.deepEqual(response, { kind: 'methodResponse', status: 0, data: undefined });
    assert.ok(content.kind === 'objects');
    assert.deepEqual(content.objects[0]?.methods?.methods, [{ kind: 'method', id: 1 }]);
    assert.equal(service.standard.breaker.current, 'disconnected');
    assert.deepEqual(service.standard.sink.taken(), ['disconnect-ordered by das']);
  });

  it('needs no body where the method takes no parameter', async () => {
    const service = await standardService();
    assertSealed(await change(service, 'POST', DISCONNECT, ''));
    assert.equal(service.standard.breaker.current, 'disconnected');
  });

  it('that the object refuses is 500, and the sealed answer has the number and the reason', async () => {
    const service = await standardService();
    const answer = await change(service, 'POST', `${BREAKER}/methods/2`, ZERO);
    assert.deepEqual([answer.status, answer.headers['content-type']], [500, SEALED_COSEM_XML]);
    const { response } = await readResponse(answer);
    assert.deepEqual(response, {
      kind: 'methodResponse',
      status: 2,
      data: {
        type: 'structure',
        value: [
          { type: 'visible-string', value: 'STATE_UNSUITABLE' },
          { type: 'utf8-string', value: 'the consumer is connected' },
          { type: 'utf8-string', value: 'take the steps in their order' },
        ],
      },
    });
    assert.equal(service.log.of('http.request').at(-1)?.['problem'], 'STATE_UNSUITABLE');
  });

  it('whose device fails says so, and nothing more of it', async () => {
    const service = await standardService();
    service.standard.breaker.fault = new SealmeterError('device', 'DEVICE_UNREACHABLE', 'secret address');
    const answer = await change(service, 'POST', DISCONNECT, ZERO);
    assert.equal(answer.status, 500);
    assert.doesNotMatch(answer.body, /secret/);
    assert.match(answer.body, />1<\/methodResponseStatus>.*HARDWARE_FAULT.*The device did not do it\./);
    assert.deepEqual(service.standard.sink.taken(), ['disconnect-ordered by das', 'order-failed by das']);
  });

  it('is answered in JSON where that is asked for', async () => {
    const service = await standardService();
    const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
    const body = '{"methodRequestParameter":{"value":{"integer":0}}}';
    const answer = await change(service, 'POST', DISCONNECT, body, headers);
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'application/json']);
    const json = JSON.parse(answer.body) as SealedJson;
    assert.deepEqual(json['measurement-data']['methodResponse'], { methodResponseStatus: 0 });
    assert.match(json['sealed-document'], /^<signed-measurement-data .*<methodResponse/);
    const vendor = await change(service, 'POST', DISCONNECT, body, { ...headers, Accept: COSEM_JSON });
    assert.equal(vendor.headers['content-type'], SEALED_COSEM_JSON);
  });

  it('is not run when its answer cannot be had', async () => {
    const service = await standardService();
    assertProblem(await change(service, 'POST', DISCONNECT, ZERO, { Accept: 'text/html' }), 406, 'NOT_ACCEPTABLE');
    assert.equal(service.standard.breaker.current, 'connected');
  });

  it('of which a parameter is wrong is refused as the annex has it', async () => {
    const service = await standardService();
    const wrong = ZERO.replaceAll('integer', 'visible-string');
    const answer = await change(service, 'POST', DISCONNECT, wrong);
    assert.equal(answer.status, 500);
    assert.match(answer.body, /<methodResponseStatus>12<\/methodResponseStatus>/);
  });
});

describe('nothing is changed', () => {
  const CHANGES = [
    ['PUT', MODE, mode(2)],
    ['POST', DISCONNECT, ZERO],
  ] as const;

  for (const [method, target, body] of CHANGES) {
    it(`by ${method} without a signature: 401`, async () => {
      const service = await standardService();
      const answer = await ask(service, target, { 'Content-Type': COSEM_XML }, method, body);
      assertProblem(answer, 401, 'SIGNATURE_MISSING');
      assert.deepEqual(service.standard.sink.taken(), []);
      assert.deepEqual([await modeOf(service), service.standard.breaker.current], ['4', 'connected']);
    });

    it(`by ${method} whose body the signature does not speak for: 401`, async () => {
      const service = await standardService();
      const signed = await signatureHeaders(target, service, 'rfc9421', { method });
      const answer = await ask(service, target, { ...signed, 'Content-Type': COSEM_XML }, method, body);
      assertProblem(answer, 401, 'DIGEST_MISSING');
    });

    it(`by ${method} whose body was exchanged: 401`, async () => {
      const service = await standardService();
      for (const form of ['rfc9421', 'draft-cavage'] as const) {
        const headers = { 'content-type': COSEM_XML };
        const signed = await signatureHeaders(target, service, form, {
          method,
          content: body.replace('urn:', 'URN:'),
          headers,
        });
        assertProblem(await ask(service, target, { ...headers, ...signed }, method, body), 401, 'DIGEST_MISMATCH');
      }
      assert.deepEqual(service.standard.sink.taken(), []);
    });

    it(`by ${method} that comes again: 401`, async () => {
      const service = await standardService();
      for (const form of ['rfc9421', 'draft-cavage'] as const) {
        const headers = { 'content-type': COSEM_XML };
        const signed = await signatureHeaders(target, service, form, { method, content: body, headers });
        assert.ok((await ask(service, target, { ...headers, ...signed }, method, body)).status < 300);
        assertProblem(await ask(service, target, { ...headers, ...signed }, method, body), 401, 'SIGNATURE_REPLAYED');
      }
    });

    it(`by ${method} of a client that may only look: 405, with what it may`, async () => {
      const service = await standardService('consumer');
      const answer = await change(service, method, target, body);
      assertProblem(answer, 405, 'METHOD_NOT_ALLOWED');
      assert.equal(answer.headers['allow'], 'GET, HEAD');
      assertProblem(await ask(service, target, { 'Content-Type': COSEM_XML }, method, body), 405, 'METHOD_NOT_ALLOWED');
    });

    it(`by ${method} of a client that may not even look: 404`, async () => {
      assertProblem(await change(await standardService('supplier'), method, target, body), 404, 'RESOURCE_UNKNOWN');
    });

    it(`by ${method} where nothing takes changes: 405`, async () => {
      const service = await standardService('grid-operator', { changes: undefined });
      assertProblem(await change(service, method, target, body), 405, 'METHOD_NOT_ALLOWED');
    });
  }

  it('by PUT on what can only be read: 405', async () => {
    const body = mode(1).replace('id="4"', 'id="2"').replaceAll('enum', 'boolean');
    const answer = await change(await standardService(), 'PUT', `${BREAKER}/attributes/2`, body);
    assertProblem(answer, 405, 'METHOD_NOT_ALLOWED');
    assert.equal(answer.headers['allow'], 'GET, HEAD');
  });

  it('by PUT on an attribute, or POST on a method, that is not there: 404', async () => {
    const service = await standardService();
    assertProblem(await change(service, 'PUT', `${BREAKER}/attributes/9`, mode(1)), 404, 'RESOURCE_UNKNOWN');
    assertProblem(await change(service, 'POST', `${BREAKER}/methods/9`, ZERO), 404, 'RESOURCE_UNKNOWN');
    assertProblem(await change(service, 'POST', DISCONNECT.replace('70-', '71-'), ZERO), 404, 'RESOURCE_UNKNOWN');
  });

  it('by PUT on a list, POST on an attribute, DELETE of an object: 405', async () => {
    const service = await standardService();
    for (const [method, target, allowed] of [
      ['PUT', `${BREAKER}/attributes`, 'GET, HEAD'],
      ['PUT', BREAKER, 'GET, HEAD'],
      ['POST', MODE, 'GET, HEAD, PUT'],
      ['DELETE', MODE, 'GET, HEAD, PUT'],
      ['DELETE', BREAKER, 'GET, HEAD'],
      ['POST', `${METER}/containers`, 'GET, HEAD'],
    ] as const) {
      const answer = await change(service, method, target, method === 'DELETE' ? undefined : mode(1));
      assertProblem(answer, 405, 'METHOD_NOT_ALLOWED');
      assert.equal(answer.headers['allow'], allowed);
    }
  });
});

describe('a body', () => {
  it('that is empty is no value', async () => {
    assertProblem(await change(await standardService(), 'PUT', MODE, ''), 400, 'BODY_INVALID');
  });

  it('that is too large is 413, and the connection ends', async () => {
    const service = await standardService('grid-operator', { limits: { bodySize: 100 } });
    const answer = await ask(service, MODE, { 'Content-Type': COSEM_XML }, 'PUT', mode(2) + ' '.repeat(100));
    assertProblem(answer, 413, 'BODY_TOO_LARGE');
    assert.equal(answer.headers['connection'], 'close');
  });

  const OTHER_TYPES = [
    'text/plain',
    'application/octet-stream',
    `${COSEM_XML};encap=cms-tr03109`,
    'application/xml;charset=latin1',
    '',
  ];
  for (const type of OTHER_TYPES) {
    it(`of the type "${type}" is 415, with those that are taken`, async () => {
      const answer = await ask(await standardService(), MODE, { 'Content-Type': type }, 'PUT', mode(2));
      assertProblem(answer, 415, 'BODY_TYPE_UNKNOWN');
      assert.match(answer.headers['accept'] ?? '', /^application\/vnd\.de-dke-k461-cosem\+xml, .*application\/json$/);
    });
  }

  it('with a content coding is 415', async () => {
    const headers = { 'Content-Type': COSEM_XML, 'Content-Encoding': 'deflate' };
    assertProblem(await ask(await standardService(), MODE, headers, 'PUT', mode(2)), 415, 'BODY_TYPE_UNKNOWN');
  });

  it('that is not what belongs here is 400', async () => {
    const service = await standardService();
    for (const body of ['nonsense', mode('x'), mode(2).replace('id="4"', 'id="3"'), '<!DOCTYPE a>' + mode(2)]) {
      assertProblem(await change(service, 'PUT', MODE, body), 400, 'BODY_INVALID');
    }
    assert.deepEqual(service.standard.sink.taken(), []);
  });

  it('does not belong to DELETE', async () => {
    const target = `${METER}/containers/0-0000630100ff`;
    assertProblem(await ask(await standardService(), target, {}, 'DELETE', 'x'), 400, 'BODY_UNEXPECTED');
  });
});

describe('a precondition', () => {
  it('of an unsigned answer, in XML or JSON, lets a change happen while it holds', async () => {
    const service = await standardService();
    for (const [accept, value] of [
      [COSEM_XML, 2],
      ['application/json', 3],
    ] as const) {
      const { headers } = await ask(service, MODE, { Accept: accept });
      const condition = { 'If-Match': `"other", ${headers['etag']}` };
      assert.equal((await change(service, 'PUT', MODE, mode(value), condition)).status, 204);
      assertProblem(await change(service, 'PUT', MODE, mode(1), condition), 412, 'PRECONDITION_FAILED');
      assert.equal(await modeOf(service), `${value}`);
    }
  });

  it('that the resource is there, or is not', async () => {
    const service = await standardService();
    assert.equal((await change(service, 'PUT', MODE, mode(2), { 'If-Match': '*' })).status, 204);
    assertProblem(await change(service, 'PUT', MODE, mode(3), { 'If-None-Match': '*' }), 412, 'PRECONDITION_FAILED');
  });

  it('with a weak validator, or a sealed one, never holds', async () => {
    const service = await standardService();
    const unsigned = await ask(service, MODE);
    const sealed = await askSigned(service, MODE);
    for (const etag of [`W/${unsigned.headers['etag']}`, sealed.headers['etag'] ?? '']) {
      assertProblem(await change(service, 'PUT', MODE, mode(2), { 'If-Match': etag }), 412, 'PRECONDITION_FAILED');
    }
  });
});

describe('a container', () => {
  const id = '0-0000630100ff';
  const TARGET = `${METER}/containers/${id}`;
  const object =
    '<object class-id="3" id="0100010800ff" version="0"><attributes count="1"><attribute id="2"/></attributes></object>';
  const body = `<container xmlns="${COR}" id="${id}"><objects count="1">${object}</objects></container>`;

  it('is created, read, replaced and deleted, and each change is an event', async () => {
    const service = await standardService('consumer');
    assertProblem(await ask(service, TARGET), 404, 'RESOURCE_UNKNOWN');
    assert.equal((await change(service, 'PUT', TARGET, body)).status, 201);
    assert.match((await ask(service, TARGET)).body, />1000</);
    assertSealed(await askSigned(service, TARGET));
    assert.match((await ask(service, `${METER}/containers`)).body, /<containers [^>]*count="1">/);
    assert.equal(
      (await change(service, 'PUT', TARGET, body.replace('<attribute id="2"/>', '<attribute id="3"/>'))).status,
      204,
    );
    assert.doesNotMatch((await ask(service, TARGET)).body, />1000</);
    assert.equal((await change(service, 'DELETE', TARGET)).status, 204);
    assertProblem(await change(service, 'DELETE', TARGET), 404, 'RESOURCE_UNKNOWN');
    assert.deepEqual(
      service.standard.sink.events.map(({ name, ldev, actor, data }) => [
        name,
        ldev,
        actor,
        'value' in data ? data.value : '',
      ]),
      ['kept', 'kept', 'discarded'].map((what) => [
        'setting-changed',
        METER_ID,
        'das',
        [
          { type: 'visible-string', value: `container ${what}` },
          { type: 'visible-string', value: id },
        ],
      ]),
    );
  });

  it('is not made twice by who says so', async () => {
    const service = await standardService('consumer');
    const first = { 'If-None-Match': '*' };
    assert.equal((await change(service, 'PUT', TARGET, body, first)).status, 201);
    assertProblem(await change(service, 'PUT', TARGET, body, first), 412, 'PRECONDITION_FAILED');
    const { headers } = await ask(service, TARGET);
    assertProblem(
      await change(service, 'DELETE', TARGET, undefined, { 'If-Match': '"other"' }),
      412,
      'PRECONDITION_FAILED',
    );
    assert.equal(
      (await change(service, 'DELETE', TARGET, undefined, { 'If-Match': headers['etag'] ?? '' })).status,
      204,
    );
  });

  it('cannot name what its client may not see', async () => {
    const service = await standardService('supplier');
    const power = body.replace('0100010800ff', '0100010700ff');
    const problem = assertProblem(await change(service, 'PUT', TARGET, power), 400, 'BODY_INVALID');
    assert.match(problem.detail ?? '', /there is no object 3-0100010700ff/);
    assert.deepEqual(service.standard.sink.taken(), []);
  });

  it('is made by a signed request only, where changes are taken', async () => {
    const service = await standardService('consumer');
    const answer = await ask(service, TARGET, { 'Content-Type': COSEM_XML }, 'PUT', body);
    assertProblem(answer, 401, 'SIGNATURE_MISSING');
    assertProblem(await change(exampleService(), 'PUT', TARGET, body), 405, 'METHOD_NOT_ALLOWED');
  });

  it('of the service may have values of all devices', async () => {
    const service = await standardService('consumer');
    const all = `<container xmlns="${COR}" id="all"><ldevs count="1"><ldev id="${METER_ID}"><objects count="1">${object}</objects></ldev></ldevs></container>`;
    assert.equal((await change(service, 'PUT', '/cosem/containers/all', all)).status, 201);
    assert.match((await ask(service, '/cosem/containers/all')).body, />1000</);
    assertSealed(await askSigned(service, '/cosem/containers/all'));
  });

  it('has its limit', async () => {
    const service = await standardService('consumer');
    for (let index = 0; index < 100; index += 1) {
      const name = `0-0000630100${index.toString(16).padStart(2, '0')}`;
      const target = `${METER}/containers/${name}`;
      assert.equal((await change(service, 'PUT', target, body.replace(id, name))).status, 201);
    }
    assertProblem(await change(service, 'PUT', TARGET, body), 409, 'CONTAINERS_EXHAUSTED');
    assert.equal(service.standard.sink.events.length, 100);
  });
});
