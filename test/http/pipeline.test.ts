import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { utf8 } from '#core/bytes.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { COSEM_JSON, COSEM_XML, SEALED_COSEM_JSON, SEALED_COSEM_XML } from '#http/media-types.ts';
import { RESOURCES } from '#http/resources.ts';
import { verifySealed } from '#signature/xml-strict-verifier.ts';
import { exampleSample, goodValues, MANAGEMENT_ID, METER_ID } from '../support/example-meter.ts';
import { ask, askSigned, assertProblem, assertSealed } from './support/ask.ts';
import {
  certificateNamed,
  dasKey,
  exampleClient,
  exampleService,
  meterKey,
  peerIs,
  signatureHeaders,
} from './support/example-service.ts';

const METER = `/cosem/ldevs/${METER_ID}`;
const ENERGY = `${METER}/objects/3-0100010800ff`;
const VOLTAGE = `${METER}/objects/3-0100200700ff`;
const ENERGY_VALUE = `${ENERGY}/attributes/2`;

describe('an unsigned GET', () => {
  it('gets the element that the URI names, with all below it', async () => {
    const { status, headers, body } = await ask(exampleService(), ENERGY_VALUE);
    assert.equal(status, 200);
    assert.equal(headers['content-type'], COSEM_XML);
    assert.equal(
      body,
      '<attribute xmlns="urn:k461-dke-de:cor-1" id="2"><long64-unsigned xmlns="urn:k461-dke-de:cod-1">1234567</long64-unsigned></attribute>',
    );
  });

  const isThere = (path: string): boolean => !/\{(?:ldev-)?container\}|\/live$/.test(path);
  for (const [kind, { path }] of Object.entries(RESOURCES).filter(([, { path }]) => isThere(path))) {
    it(`reads ${path}, with and without a trailing slash, and is never redirected`, async () => {
      const service = exampleService();
      const target = path
        .replace('{ldev}', METER_ID)
        .replace('{object}', '3-0100010800ff')
        .replace('{attribute}', '2')
        .replace('{method}', '1');
      for (const spelling of [target, `${target}/`]) {
        const { status, body } = await ask(service, spelling);
        assert.equal(status, 200, body);
        assert.ok(body.startsWith(`<${kind.replace('ldev-', '')} xmlns="urn:k461-dke-de:cor-1"`), body);
      }
    });
  }

  it('is told apart by its trailing slash: depth 1 with it, unlimited without', async () => {
    const service = exampleService();
    assert.doesNotMatch((await ask(service, '/cosem/ldevs/')).body, /<objects/);
    assert.match((await ask(service, '/cosem/ldevs')).body, /<attribute /);
  });

  it('takes the query into account', async () => {
    const { body } = await ask(exampleService(), '/cosem/ldevs/?q.fromidx=2&q.count=1');
    assert.equal(body, `<ldevs xmlns="urn:k461-dke-de:cor-1" count="1"><ldev id="${METER_ID}"></ldev></ldevs>`);
  });
});

describe('a signed GET', () => {
  for (const form of ['rfc9421', 'draft-cavage'] as const) {
    it(`gets a document that verifies strictly (${form})`, async () => {
      const answer = await askSigned(exampleService(), ENERGY_VALUE, {}, form);
      assertSealed(answer);
      const keyOf = (name: string) => (name === meterKey.signer.keyId ? meterKey.publicKey : undefined);
      const { bytes } = await verifySealed(utf8(answer.body), keyOf, nodeCrypto);
      assert.match(Buffer.from(bytes).toString(), /<sequence-nr>101<\/sequence-nr>.*>1234567</);
    });
  }

  for (const target of ['/cosem', '/cosem/ldevs/', METER, `${METER}/objects/`, ENERGY, `${ENERGY}/attributes`]) {
    it(`gets a sealed document of ${target}`, async () => {
      assertSealed(await askSigned(exampleService(), target));
    });
  }

  it('gets the same bytes again until the next sample, and one signature for all who ask', async () => {
    const service = exampleService();
    const [first, second] = await Promise.all([askSigned(service, ENERGY_VALUE), askSigned(service, ENERGY_VALUE)]);
    assert.equal(first.body, second.body);
    service.meter.accept(exampleSample(), 102n);
    const third = await askSigned(service, ENERGY_VALUE);
    assertSealed(third);
    assert.match(third.body, /<sequence-nr>102</);
  });
});

describe('JSON', () => {
  it('is the same tree', async () => {
    const { body } = await ask(exampleService(), ENERGY_VALUE, { Accept: 'application/json' });
    assert.equal(body, '{"attribute":{"id":2,"value":{"long64-unsigned":"1234567"}}}');
  });

  it('that is sealed has the sealed document beside the values, byte for byte as XML has it', async () => {
    const service = exampleService();
    const xml = await askSigned(service, ENERGY_VALUE);
    const { body } = await askSigned(service, ENERGY_VALUE, { Accept: 'application/json' });
    const json = JSON.parse(body) as Readonly<Record<string, unknown>>;
    assert.equal(json['sealed-document'], xml.body);
    assert.match(JSON.stringify(json['measurement-data']), /\{"long64-unsigned":"1234567"\}/);
  });

  it('has a validator of its own', async () => {
    const service = exampleService();
    const [xml, json] = [await ask(service, METER), await ask(service, METER, { Accept: 'application/json' })];
    assert.notEqual(xml.headers['etag'], json.headers['etag']);
    const known = { Accept: 'application/json', 'If-None-Match': json.headers['etag'] ?? '' };
    assert.equal((await ask(service, METER, known)).status, 304);
  });
});

describe('HEAD', () => {
  it('gets the header of GET and no body', async () => {
    const service = exampleService();
    const got = await ask(service, ENERGY_VALUE);
    const head = await ask(service, ENERGY_VALUE, {}, 'HEAD');
    assert.equal(head.status, 200);
    assert.equal(head.body, '');
    for (const name of ['content-type', 'content-length', 'etag', 'cache-control', 'vary']) {
      assert.equal(head.headers[name], got.headers[name], name);
    }
  });

  it('gets the status of a problem and no body', async () => {
    const head = await ask(exampleService(), '/cosem/nothing', {}, 'HEAD');
    assert.deepEqual([head.status, head.body], [404, '']);
  });
});

describe('a cache', () => {
  it('is told that the answer is private and to ask each time, and what it depends on', async () => {
    const { headers } = await ask(exampleService(), ENERGY_VALUE);
    assert.equal(headers['cache-control'], 'private, no-cache');
    assert.equal(headers['vary'], 'Accept, Authorization, Signature, Signature-Input');
    assert.equal(headers['accept-ranges'], 'none');
    assert.equal(headers['last-modified'], undefined);
  });

  it('is told 304 as long as the bytes are the same, and the whole when they are not', async () => {
    const service = exampleService();
    const first = await ask(service, ENERGY_VALUE);
    const known = { 'If-None-Match': first.headers['etag'] ?? '' };
    const unchanged = await ask(service, ENERGY_VALUE, known);
    assert.deepEqual([unchanged.status, unchanged.body], [304, '']);
    assert.equal(unchanged.headers['etag'], first.headers['etag']);
    assert.equal(unchanged.headers['content-type'], undefined);
    service.meter.accept(exampleSample({ ...goodValues, energy: 1_234_568n }), 102n);
    const changed = await ask(service, ENERGY_VALUE, known);
    assert.equal(changed.status, 200);
    assert.match(changed.body, />1234568</);
    assert.notEqual(changed.headers['etag'], first.headers['etag']);
  });

  it('has one strong validator for equal bytes, and different ones for the sealed and the unsealed answer', async () => {
    const service = exampleService();
    const [a, b] = [await ask(service, ENERGY_VALUE), await ask(service, ENERGY_VALUE)];
    assert.match(a.headers['etag'] ?? '', /^"[0-9a-f]{32}"$/);
    assert.equal(a.headers['etag'], b.headers['etag']);
    assert.notEqual((await askSigned(service, ENERGY_VALUE)).headers['etag'], a.headers['etag']);
  });

  it('is told 304 for a sealed document too, until the next sample', async () => {
    const service = exampleService();
    const known = { 'If-None-Match': (await askSigned(service, ENERGY_VALUE)).headers['etag'] ?? '' };
    assert.equal((await askSigned(service, ENERGY_VALUE, known)).status, 304);
    service.meter.accept(exampleSample(), 102n);
    assertSealed(await askSigned(service, ENERGY_VALUE, known));
  });
});

describe('the media type', () => {
  const chosen: readonly (readonly [accept: string, unsigned: string, sealed: string])[] = [
    ['*/*', COSEM_XML, SEALED_COSEM_XML],
    ['application/*', COSEM_XML, SEALED_COSEM_XML],
    [COSEM_XML, COSEM_XML, SEALED_COSEM_XML],
    ['application/xml', 'application/xml', 'application/xml'],
    ['text/xml', 'text/xml', 'text/xml'],
    [`application/xml;q=0.5, ${COSEM_XML};q=0.8`, COSEM_XML, SEALED_COSEM_XML],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/xml', 'application/xml'],
    ['application/json', 'application/json', 'application/json'],
    [COSEM_JSON, COSEM_JSON, SEALED_COSEM_JSON],
    [`${COSEM_XML};q=0.5, application/json`, 'application/json', 'application/json'],
    [`application/json;q=0.5, ${COSEM_XML}`, COSEM_XML, SEALED_COSEM_XML],
    ['application/json;q=0, */*', COSEM_XML, SEALED_COSEM_XML],
  ];
  for (const [accept, unsigned, sealed] of chosen) {
    it(`is ${unsigned}, or sealed ${sealed}, for "${accept}"`, async () => {
      const service = exampleService();
      assert.equal((await ask(service, METER, { Accept: accept })).headers['content-type'], unsigned);
      assert.equal((await askSigned(service, METER, { Accept: accept })).headers['content-type'], sealed);
    });
  }

  for (const accept of ['text/html', 'text/event-stream', `${COSEM_XML};encap=cms-tr03109`, `${COSEM_XML};q=0`, 'x']) {
    it(`cannot be had: 406 for "${accept}"`, async () => {
      const service = exampleService();
      const problem = assertProblem(await ask(service, METER, { Accept: accept }), 406, 'NOT_ACCEPTABLE');
      assert.match(problem.detail ?? '', /application\/vnd\.de-dke-k461-cosem\+xml/);
      assertProblem(await askSigned(service, METER, { Accept: accept }), 406, 'NOT_ACCEPTABLE');
    });
  }

  it('of a sealed document is had by a signed request alone', async () => {
    const service = exampleService();
    const accept = { Accept: SEALED_COSEM_XML };
    assertProblem(await ask(service, METER, accept), 406, 'NOT_ACCEPTABLE');
    assertSealed(await askSigned(service, METER, accept));
  });
});

describe('not found is', () => {
  const nowhere = {
    'unknown-resource': '/cosem/nothing',
    'outside-the-tree': '/',
    'unknown-device': '/cosem/ldevs/1sie9999999999.sm',
    'unknown-object': `${METER}/objects/3-0100ff0800ff`,
    'unknown-attribute': `${ENERGY}/attributes/99`,
    'unknown-method': `${ENERGY}/methods/9`,
    'index-0': `${ENERGY}/attributes/0`,
    'upper-case-hex': `${METER}/objects/3-0100010800FF`,
    'leading-zero': `${METER}/objects/03-0100010800ff`,
    'upper-case-path': ENERGY.replace('cosem', 'COSEM'),
    'double-slash': `${METER}//objects`,
    'dot-segments': `${METER}/objects/%2e%2e/objects`,
    'broken-percent-encoding': '/cosem/ldevs/%zz',
  };
  for (const [name, target] of Object.entries(nowhere)) {
    it(name, async () => {
      const service = exampleService();
      assertProblem(await ask(service, target), 404, 'RESOURCE_UNKNOWN');
      assertProblem(await askSigned(service, target), 404, 'RESOURCE_UNKNOWN');
    });
  }
});

describe('a bad query value is 400 and the parameter is named', () => {
  for (const query of [
    'q.depth=x',
    'q.depth=-1',
    'q.fromidx=0',
    'q.count=1.5',
    'q.fromtime=yesterday',
    'q.unknown=1',
  ]) {
    it(query, async () => {
      const problem = assertProblem(await ask(exampleService(), `/cosem/ldevs?${query}`), 400, 'QUERY_INVALID');
      assert.ok(problem.detail?.includes(`"${query.split('=')[0]}"`), problem.detail);
    });
  }
});

describe('a client sees what its role shows', () => {
  const service = () =>
    exampleService({
      clients: [exampleClient('shop', 'supplier', certificateNamed('5'), dasKey)],
      peerOf: peerIs(certificateNamed('5')),
    });

  it('a hidden object is not there, in the same words as one that does not exist', async () => {
    const shop = service();
    for (const target of [VOLTAGE, `${VOLTAGE}/attributes/2`]) {
      const hidden = assertProblem(await ask(shop, target), 404, 'RESOURCE_UNKNOWN');
      const hiddenSigned = assertProblem(await askSigned(shop, target), 404, 'RESOURCE_UNKNOWN');
      const unknown = assertProblem(await ask(shop, `${METER}/objects/3-0100ff0700ff`), 404, 'RESOURCE_UNKNOWN');
      assert.deepEqual({ ...hidden, instance: '' }, { ...unknown, instance: '' });
      assert.deepEqual({ ...hiddenSigned, instance: '' }, { ...unknown, instance: '' });
    }
  });

  it('what is read by signed requests only is 401 without, and says how to sign', async () => {
    const shop = service();
    for (const target of [ENERGY, ENERGY_VALUE, `${ENERGY}/attributes/`]) {
      const answer = await ask(shop, target);
      assertProblem(answer, 401, 'SIGNATURE_MISSING');
      assert.match(answer.headers['www-authenticate'] ?? '', /^Signature realm="cosem",headers="/);
      assert.match(
        answer.headers['accept-signature'] ?? '',
        /^sig1=\("@method" "@authority" "@path" "@query"\);created/,
      );
      assertSealed(await askSigned(shop, target));
    }
  });

  it('a list has what may be read in this way, and its count', async () => {
    const shop = service();
    const unsigned = await ask(shop, `${METER}/objects/`);
    assert.doesNotMatch(unsigned.body, /0100010800ff|0100200700ff/);
    assert.match(unsigned.body, /count="1"><object class-id="1" id="00002a0000ff"/);
    const sealed = await askSigned(shop, `${METER}/objects/`);
    assert.match(sealed.body, /0100010800ff/);
    assert.doesNotMatch(sealed.body, /0100200700ff/);
  });

  it('the management device is there for everybody', async () => {
    const { status } = await ask(service(), `/cosem/ldevs/${MANAGEMENT_ID}/objects/1-00002a0000ff/attributes/2`);
    assert.equal(status, 200);
  });
});

describe('a client that is not known', () => {
  it('no-certificate is 403', async () => {
    const answer = await ask(exampleService({ peerOf: () => undefined }), ENERGY_VALUE);
    assertProblem(answer, 403, 'CLIENT_UNKNOWN');
    assert.equal(answer.headers['connection'], 'close');
  });

  it('certificate-of-nobody is 403', async () => {
    const stranger = exampleService({ peerOf: peerIs(certificateNamed('0')) });
    assertProblem(await ask(stranger, ENERGY_VALUE), 403, 'CLIENT_UNKNOWN');
    assertProblem(await askSigned(stranger, ENERGY_VALUE), 403, 'CLIENT_UNKNOWN');
  });
});

describe('a method', () => {
  for (const method of ['PUT', 'POST', 'DELETE']) {
    it(`${method} is 405 on what is only read, with those that are allowed`, async () => {
      const answer = await ask(exampleService(), ENERGY, {}, method);
      assertProblem(answer, 405, 'METHOD_NOT_ALLOWED');
      assert.equal(answer.headers['allow'], 'GET, HEAD');
    });
  }

  for (const method of ['OPTIONS', 'PATCH', 'TRACE', 'PROPFIND']) {
    it(`${method} is 501`, async () => {
      assertProblem(await ask(exampleService(), ENERGY_VALUE, {}, method), 501, 'METHOD_UNKNOWN');
    });
  }
});

describe('the host name', () => {
  const named = () => exampleService({ hosts: new Set(['meter.example', 'meter.example:8443']) });

  for (const host of ['meter.example', 'METER.example:443', 'meter.example:8443']) {
    it(`${host} is right`, async () => {
      assert.equal((await ask(named(), METER, { Host: host })).status, 200);
    });
  }

  for (const host of ['other.example', 'meter.example:9', 'meter.example.evil.example', '']) {
    it(`"${host}" is wrong: 403`, async () => {
      assertProblem(await ask(named(), METER, { Host: host }), 403, 'HOST_UNKNOWN');
    });
  }
});

describe('a URI', () => {
  it('of 4000 characters is read, of one more is 414', async () => {
    const service = exampleService();
    const target = (length: number) => `/cosem/ldevs?q.depth=1${'&q.depth=1'.repeat(500)}`.slice(0, length);
    assert.equal((await ask(service, target(3_992))).status, 200);
    assertProblem(await ask(service, `${target(3_992)}${'&'.repeat(9)}`), 414, 'URI_TOO_LONG');
  });
});

describe('the rate of requests', () => {
  it('is limited for each client, which learns when to come again, while others are served', async () => {
    let caller = certificateNamed('1');
    const service = exampleService({
      clients: [
        exampleClient('eager', 'administrator', certificateNamed('1')),
        exampleClient('modest', 'administrator', certificateNamed('2')),
      ],
      peerOf: (request) => peerIs(caller)(request),
      limits: { requestsPerSecond: 0.25, burst: 2 },
    });
    assert.equal((await ask(service, METER)).status, 200);
    assert.equal((await ask(service, METER)).status, 200);
    const refused = await ask(service, METER);
    assertProblem(refused, 429, 'RATE_EXCEEDED');
    assert.equal(refused.headers['retry-after'], '4');
    caller = certificateNamed('2');
    assert.equal((await ask(service, METER)).status, 200);
  });
});

describe('the access log', () => {
  it('has one line for each request, with who, what and how it ended', async () => {
    const service = exampleService();
    await askSigned(service, ENERGY_VALUE);
    const problem = assertProblem(await ask(service, '/cosem/nothing'), 404, 'RESOURCE_UNKNOWN');
    const [sealed, missing, ...others] = service.log.of('http.request');
    assert.deepEqual(others, []);
    assert.deepEqual(
      [sealed?.['client'], sealed?.['method'], sealed?.['target'], sealed?.['status'], sealed?.['signature']],
      ['das', 'GET', ENERGY_VALUE, 200, 'rfc9421'],
    );
    assert.equal(sealed?.['key'], dasKey.signer.keyId);
    assert.deepEqual([missing?.['status'], missing?.['problem']], [404, 'RESOURCE_UNKNOWN']);
    assert.equal(`urn:uuid:${missing?.['request']}`, problem.instance);
  });

  it('has no signature, no header and no value in it', async () => {
    const service = exampleService();
    const target = `${VOLTAGE}/attributes/2`;
    const headers = await signatureHeaders(target, service);
    const { body } = await ask(service, target, { ...headers, 'X-Secret': 'hush-hush' });
    const log = JSON.stringify(service.log.lines);
    const signature = /:(.*):/.exec(headers['Signature'] ?? '')?.[1] ?? '';
    const seal = /<SignatureValue>(.*)<\/SignatureValue>/.exec(body)?.[1] ?? '';
    for (const secret of [signature, seal, 'hush-hush', '23010']) {
      assert.notEqual(secret, '');
      assert.ok(!log.includes(secret), secret);
    }
  });
});
