import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';

import { METER_ID } from '../support/example-meter.ts';
import { ask } from './support/ask.ts';
import { connectTls, get, readToEnd } from './support/connect.ts';
import { exampleDoor } from './support/example-door.ts';
import { exampleService } from './support/example-service.ts';

const PATH = `/cosem/ldevs/${METER_ID}/objects/3-0100010800ff/attributes/2`;

const textOf = (characters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), maxLength });

/** Pieces that URIs here are made of, among any others. */
const segment = fc.oneof(
  fc.constantFrom('', 'cosem', 'ldevs', METER_ID, 'objects', '3-0100010800ff', 'attributes', 'methods', '2', '-1', '.'),
  textOf('abz019-_.~%2fF:@!$&*+,;=', 12),
);
const query = fc.oneof(
  fc.constantFrom('', '?', '?q.depth=1', '?q.count=999999999', '?q.fromtime=2026-11-20T09:15:00Z', '?__proto__=1'),
  textOf('q.depth=&%0189-', 12).map((text) => `?${text}`),
);
const target = fc.tuple(fc.array(segment, { maxLength: 9 }), query).map(([path, rest]) => `/${path.join('/')}${rest}`);
const headerValue = textOf(' abc/*;=,"():?q0.1\\', 30);

it('whatever is asked for, the meter is never at fault', async () => {
  const service = exampleService();
  const question = fc.record({ target, accept: headerValue, signature: fc.option(headerValue, { nil: undefined }) });
  await fc.assert(
    fc.asyncProperty(question, async ({ target, accept, signature }) => {
      const headers = { Accept: accept, ...(signature === undefined ? {} : { Signature: signature }) };
      const { status } = await ask(service, target, headers);
      assert.ok(status === 200 || (status >= 400 && status < 500), `${status} for ${target}`);
    }),
    { numRuns: 300 },
  );
});

it('whatever bytes come over a connection, it ends in order and the next is served', async () => {
  await using door = await exampleDoor();
  const right = Buffer.from(`GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`, 'latin1');
  const wrong = fc
    .tuple(fc.nat(right.length), fc.nat(8), fc.uint8Array({ maxLength: 8 }))
    .map(([at, cut, put]) => Buffer.concat([right.subarray(0, at), put, right.subarray(at + cut)]));
  await fc.assert(
    fc.asyncProperty(wrong, async (bytes) => {
      const socket = await connectTls(door);
      const answer = readToEnd(socket);
      socket.end(bytes);
      assert.match(await answer, /^(?:HTTP\/1\.1 (?:200|4\d\d|501|505) |$)/);
    }),
    { numRuns: 150 },
  );
  assert.equal((await get(door, PATH)).status, 200);
  assert.deepEqual(door.log.of('http.failed'), []);
});
