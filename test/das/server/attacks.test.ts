import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import fc from 'fast-check';

import { Milliseconds } from '#core/time.ts';
import type { MetersAnswer } from '#das/api-types.ts';
import { limitAddresses } from '#das/server/limit-addresses.ts';
import { connectTls, exchangeRaw, readToEnd } from '../../http/support/connect.ts';
import { RecordingLog } from '../../http/support/recording-log.ts';
import { clients } from '../../http/support/tls-parties.ts';
import { assertRefused, json } from './support/das-visitor.ts';
import { ExampleDas, exampleDocument, FOREIGN, OWN, PASSWORD, pinnedMeter, user } from './support/example-das.ts';

const folder = await mkdtemp(join(tmpdir(), 'sealmeter-page-'));
await writeFile(join(folder, 'index.html'), '<!doctype html><title>sealmeter</title>');
await writeFile(join(folder, 'secret.txt'), 'beside the page');
const das = await ExampleDas.open({
  pageFolder: folder,
  limits: { headerTime: Milliseconds(500), requestTime: Milliseconds(500) },
});
after(async () => {
  await das[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const logIn = { user: 'vera', password: PASSWORD };

describe('path-traversal', () => {
  const paths = [
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/assets/../../package.json',
    '//etc/passwd',
    '/etc/passwd',
    '/index.html/../../x',
    '/secret.txt%00.html',
    '/\\..\\package.json',
    '/api/documents/../../package.json',
    `/api/meters/..%2f..%2fetc%2fpasswd`,
    '/api/documents/%2e%2e%2fcontent',
  ];
  for (const path of paths) {
    it(path, async () => {
      const { status, headers } = await (await das.visitor('ada')).get(path);
      assert.ok([400, 404].includes(status), `${status}`);
      assert.equal(headers['content-type'], 'application/problem+json');
    });
  }

  for (const path of ['/%', '/api/meters/%ff', '/api/meters/%zz']) {
    it(`not well-formed: ${path}`, async () => {
      const { status } = await (await das.visitor('ada')).get(path);
      assert.ok([400, 404].includes(status), `${status}`);
    });
  }

  it('a target that is no path', async () => {
    assert.match(
      await exchangeRaw(das, 'GET https://evil.example/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1.1 400 /,
    );
    assert.match(
      await exchangeRaw(das, 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1.1 400 /,
    );
  });
});

describe('header-injection', () => {
  it('by the id of a meter that stands in the name of a download', async () => {
    const document = { ...exampleDocument('1sie"\r\nX-Evil: 1.sm', 8n) };
    das.store.kept.set(document.id, document);
    const { status, headers } = await (await das.visitor('ada')).get(`/api/documents/${document.id}/content`);
    assert.equal(status, 200);
    assert.equal(headers['content-disposition'], 'attachment; filename="1sie___X-Evil__1.sm-live-8.xml"');
    assert.equal(headers['x-evil'], undefined);
  });

  it('by a percent-encoded line end in a parameter', async () => {
    const reply = await (await das.visitor('ada')).get('/api/meters/a%0d%0aX-Evil:%201');
    assertRefused(reply, 400, 'INPUT_INVALID');
    assert.equal(reply.headers['x-evil'], undefined);
  });
});

describe('request-smuggling', () => {
  const bodies = 'POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n';
  for (const [name, header] of [
    ['a length beside a transfer coding', 'Transfer-Encoding: chunked\r\n'],
    ['two lengths', 'Content-Length: 5\r\n'],
    ['a header that is folded', 'X-A: b\r\n c\r\n'],
  ] as const) {
    it(name, async () => {
      assert.match(await exchangeRaw(das, `${bodies}${header}\r\n`), /^HTTP\/1.1 400 /);
    });
  }
});

describe('oversize', () => {
  it('a body', async () => {
    const reply = await (await das.visitor()).send('POST', '/api/session', { ...logIn, password: 'x'.repeat(70_000) });
    assertRefused(reply, 413, 'BODY_TOO_LARGE');
    assert.equal(reply.headers.connection, 'close');
  });

  it('a body that does not say how long it is', async () => {
    const visitor = await das.visitor();
    const headers = { 'Transfer-Encoding': 'chunked', 'Content-Length': undefined };
    assertRefused(await visitor.send('POST', '/api/session', logIn, headers), 411, 'LENGTH_MISSING');
  });

  it('a header', async () => {
    const answer = await exchangeRaw(das, `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'x'.repeat(20_000)}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1.1 431 /);
  });

  it('a target', async () => {
    assertRefused(await (await das.visitor()).get(`/?${'x'.repeat(3_000)}`), 414, 'URI_TOO_LONG');
  });

  it('a JSON that is deep', async () => {
    const visitor = await das.visitor();
    const body = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const headers = { 'Content-Type': 'application/json', Origin: visitor.origin };
    assertRefused(await visitor.raw('POST', '/api/session', headers, body), 400, 'INPUT_INVALID');
  });
});

describe('slow', () => {
  const begun = [
    ['a header that does not end', 'GET / HTTP/1.1\r\nHost: a\r\n'],
    [
      'a body that does not come',
      'POST /api/session HTTP/1.1\r\nHost: a\r\nOrigin: https://a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    ],
  ] as const;
  for (const [name, bytes] of begun) {
    it(`${name} is given up`, async () => {
      const socket = await connectTls(das);
      const answer = readToEnd(socket);
      socket.write(bytes);
      assert.match(await answer, /^HTTP\/1.1 408 /);
    });
  }

  it('a client that goes away within its body leaves nothing behind', async () => {
    const socket = await connectTls(das);
    socket.write(begun[1][1]);
    const gone = das.log.next('das.request');
    socket.destroy();
    await once(socket, 'close');
    assert.ok(await gone);
  });
});

it('an address that takes all connections for itself gets no more of them', async () => {
  await using small = await ExampleDas.open({ limits: { connectionsPerAddress: 2 } });
  const first = await connectTls(small);
  const second = await connectTls(small);
  await assert.rejects(connectTls(small));
  assert.equal(small.log.of('das.connection-refused').length, 1);
  first.end();
  // As soon as the server has seen it go.
  let third: TLSSocket | undefined;
  while (third === undefined) third = await connectTls(small).catch(() => undefined);
  for (const socket of [second, third]) socket.destroy();
});

it('a /64 of IPv6 counts as one address', () => {
  const limit = limitAddresses({ connectionsPerAddress: 2 }, new RecordingLog());
  const sockets = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1'].map((remoteAddress) =>
    Object.assign(new EventEmitter(), { remoteAddress, destroy: () => (destroyed += remoteAddress) }),
  );
  let destroyed = '';
  for (const socket of sockets) limit(socket as unknown as Socket);
  assert.equal(destroyed, '2001:db8::3');
});

describe('host-header', () => {
  it('of another name is refused where the names are known', async () => {
    await using known = await ExampleDas.open({ hosts: new Set(['das.example']) });
    const visitor = await known.visitor();
    assertRefused(await visitor.get('/api/session'), 403, 'HOST_UNKNOWN');
    assertRefused(await visitor.get('/api/session', { Host: 'das.example.evil.example' }), 403, 'HOST_UNKNOWN');
    assertRefused(await visitor.get('/api/session', { Host: 'DAS.example:443' }), 401, 'SESSION_MISSING');
  });

  it('twice, or not at all', async () => {
    const twice = await exchangeRaw(
      das,
      'GET /api/session HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    );
    const none = await exchangeRaw(das, 'GET /api/session HTTP/1.1\r\nConnection: close\r\n\r\n');
    for (const answer of [twice, none]) assert.match(answer, /^HTTP\/1.1 400 [^]*REQUEST_MALFORMED/);
  });

  it('is never repeated in an answer', async () => {
    for (const path of ['/', '/api/session', '/nothing']) {
      const { headers, bytes } = await (await das.visitor()).get(path, { Host: 'evil.example' });
      assert.doesNotMatch(JSON.stringify(headers) + bytes.toString(), /evil/);
    }
  });
});

describe('csrf', () => {
  for (const [name, headers] of Object.entries({
    'the form of a foreign page': { Origin: 'https://evil.example', 'Content-Type': 'text/plain' },
    'a page in a frame without an origin': { Origin: 'null' },
    'the same name on another port': { Origin: 'https://127.0.0.1:1' },
    'the same name without TLS': { Origin: 'http://127.0.0.1' },
    'a name that ends alike': { Origin: 'https://evil127.0.0.1' },
    'no origin at all': { Origin: undefined },
  })) {
    it(`cannot log in: ${name}`, async () => {
      assertRefused(await (await das.visitor()).send('POST', '/api/session', logIn, headers), 403, 'ORIGIN_FOREIGN');
    });
  }

  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json; charset=utf-7',
    undefined,
  ]) {
    it(`a body of the type ${type}`, async () => {
      const visitor = await das.visitor();
      assertRefused(
        await visitor.send('POST', '/api/session', logIn, { 'Content-Type': type }),
        415,
        'BODY_TYPE_UNKNOWN',
      );
    });
  }

  describe('a page of another origin reads as nobody, and leaves no trace in the name of whoever looks at it', () => {
    const path = `/api/meters/${OWN}/export?format=csv&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z`;
    for (const site of ['cross-site', 'same-site']) {
      it(`by the cookie that comes along: ${site}`, async () => {
        const visitor = await das.visitor('vera');
        das.store.trail.length = 0;
        const headers = { Cookie: visitor.cookie, 'Sec-Fetch-Site': site };
        assertRefused(await visitor.get(path, headers), 401, 'SESSION_MISSING');
        assert.deepEqual(das.store.trail, []);
        assert.equal((await visitor.get(path, { 'Sec-Fetch-Site': 'same-origin' })).status, 200);
      });

      it(`by the client certificate that comes along: ${site}`, async () => {
        const [{ id }] = clients.das.certificates;
        das.store.people.set('mia', { ...user('mia', 'viewer'), certificates: [id] });
        const visitor = await das.visitor(undefined, clients.das);
        das.store.trail.length = 0;
        assertRefused(await visitor.get(path, { 'Sec-Fetch-Site': site }), 401, 'SESSION_MISSING');
        assert.deepEqual(das.store.trail, []);
        assert.equal((await visitor.get(path)).status, 200);
        das.furnish();
      });
    }
  });

  it('no other origin is ever let in', async () => {
    const { headers } = await (await das.visitor('ada')).get('/api/meters', { Origin: 'https://evil.example' });
    assert.equal(headers['access-control-allow-origin'], undefined);
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
  });
});

describe('xss', () => {
  const evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>';

  it('the name of a meter goes out as JSON alone, which no browser takes for a page', async () => {
    const visitor = await das.visitor('ada');
    const { status } = await visitor.send('PATCH', `/api/meters/${OWN}`, { name: evil });
    assert.equal(status, 200);
    const reply = await visitor.get('/api/meters');
    assert.equal((json(reply) as MetersAnswer).meters.find(({ id }) => id === OWN)?.name, evil);
    const { 'content-type': type, 'x-content-type-options': sniff, 'content-security-policy': policy } = reply.headers;
    assert.deepEqual([type, sniff], ['application/json; charset=utf-8', 'nosniff']);
    assert.equal(policy, "default-src 'none'; frame-ancestors 'none'");
    das.store.pinned.set(OWN, pinnedMeter(OWN));
  });

  it('a document that is HTML is a download', async () => {
    const document = { ...exampleDocument(OWN, 9n), bytes: Buffer.from('<html><script>alert(1)</script></html>') };
    das.store.kept.set(document.id, document);
    const { headers, bytes } = await (await das.visitor('ada')).get(`/api/documents/${document.id}/content`);
    assert.deepEqual(bytes, document.bytes);
    assert.match(String(headers['content-disposition']), /^attachment; /);
    assert.equal(headers['content-type'], 'application/vnd.de-dke-k461-cosem+xml;encap=xmldsig');
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });

  for (const name of ['two\nlines', 'nul\0', 'turned\u202eround', 'half\ud800']) {
    it(`a name that cannot be written: ${JSON.stringify(name)}`, async () => {
      const reply = await (await das.visitor('ada')).send('PATCH', `/api/meters/${OWN}`, { name });
      assertRefused(reply, 400, 'INPUT_INVALID');
    });
  }
});

describe('what nobody knows is refused', () => {
  it('a member that is too many, such as a role that one would like to have', async () => {
    const reply = await (await das.visitor()).send('POST', '/api/session', { ...logIn, role: 'administrator' });
    assertRefused(reply, 400, 'INPUT_INVALID');
  });

  it('a member that every object has', async () => {
    const visitor = await das.visitor();
    const body = '{"user":"vera","password":"x","__proto__":{"role":"administrator"}}';
    const headers = { 'Content-Type': 'application/json', Origin: visitor.origin };
    assertRefused(await visitor.raw('POST', '/api/session', headers, body), 400, 'INPUT_INVALID');
  });

  it('a parameter that is too many, or there twice', async () => {
    const visitor = await das.visitor('ada');
    for (const query of ['open=1&redirect=https://evil.example', 'open=1&open=0', 'open=yes'])
      assertRefused(await visitor.get(`/api/alarms?${query}`), 400, 'INPUT_INVALID');
  });

  it('a body that is no JSON, or no UTF-8', async () => {
    const visitor = await das.visitor();
    const headers = { 'Content-Type': 'application/json', Origin: visitor.origin };
    for (const body of ['{', Buffer.from([0x22, 0xff, 0x22])])
      assertRefused(await visitor.raw('POST', '/api/session', headers, body), 400, 'REQUEST_MALFORMED');
  });
});

describe('arbitrary bodies never make the server fail', () => {
  for (const [method, path] of [
    ['POST', '/api/session'],
    ['POST', '/api/first-administrator'],
    ['POST', '/api/users'],
    ['PATCH', '/api/users/nobody'],
    ['POST', '/api/meters'],
    ['PATCH', `/api/meters/${OWN}`],
  ] as const) {
    it(`${method} ${path}`, async () => {
      const visitor = await das.visitor('ada');
      const member = fc.constantFrom(
        'user',
        'name',
        'password',
        'token',
        'url',
        'zone',
        'pem',
        'meters',
        'role',
        '__proto__',
      );
      const body = fc.oneof(fc.jsonValue(), fc.dictionary(member, fc.jsonValue()));
      await fc.assert(
        fc.asyncProperty(body, async (value) => {
          const { status } = await visitor.send(method, path, value);
          assert.ok(status < 500, `${status}`);
        }),
        { numRuns: 60 },
      );
      das.furnish();
    });
  }
});

it('open-redirect: nothing leads anywhere else', async () => {
  const visitor = await das.visitor();
  for (const path of [
    '//evil.example',
    '/%2f/evil.example',
    '/?next=https://evil.example',
    '/api/session?next=//evil',
  ]) {
    const { status, headers } = await visitor.get(path);
    assert.ok(status < 300 || status >= 400, path);
    assert.equal(headers.location, undefined);
  }
});

it('a method that a resource does not take is named with those that it takes', async () => {
  const visitor = await das.visitor('ada');
  for (const method of ['PUT', 'OPTIONS', 'TRACE']) {
    const reply = await visitor.raw(method, `/api/meters/${FOREIGN}`, { Cookie: visitor.cookie });
    assertRefused(reply, 405, 'METHOD_NOT_ALLOWED');
    assert.equal(reply.headers.allow, 'HEAD, GET, PATCH, DELETE');
  }
});

it('an error within is told to the log alone', async () => {
  const visitor = await das.visitor('ada');
  const meters = das.store.meters.bind(das.store);
  das.store.meters = () => Promise.reject(new Error('the secret cause'));
  const reply = await visitor.get('/api/meters');
  das.store.meters = meters;
  assertRefused(reply, 500, 'INTERNAL_ERROR');
  assert.doesNotMatch(reply.bytes.toString(), /secret/);
  assert.equal((await das.log.next('das.failed'))['reason'], 'the secret cause');
});

it('no log line holds a password, a token or a query', async () => {
  const visitor = await das.visitor('ada');
  await visitor.get('/api/alarms?open=1');
  const written = JSON.stringify(das.log.lines);
  for (const secret of [PASSWORD, visitor.csrf ?? '', visitor.cookie?.split('=')[1] ?? '', 'open=1'])
    assert.ok(!written.includes(secret), secret);
});
