import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';

import { certificateId } from '#crypto/node-crypto.ts';
import { COSEM_XML } from '#http/media-types.ts';
import { METER_ID } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { connectTls, exchangeRaw } from './support/connect.ts';
import { exampleDoor } from './support/example-door.ts';
import { dasKey, exampleClient, signatureHeaders } from './support/example-service.ts';
import { standardParts } from './support/standard-service.ts';
import { clients, TODAY } from './support/tls-parties.ts';

const MODE = `/cosem/ldevs/${METER_ID}/objects/70-000060030aff/attributes/4`;
const BODY = `<attribute xmlns="urn:k461-dke-de:cor-1" id="4"><enum xmlns="urn:k461-dke-de:cod-1">2</enum></attribute>`;
const PUT = `PUT ${MODE} HTTP/1.1\r\nHost: meter.example\r\nContent-Type: ${COSEM_XML}\r\n`;

async function standardDoor(limits: object = {}) {
  const { standard, parts } = await standardParts();
  const [certificate] = clients.das.certificates;
  const door = await exampleDoor({
    ...parts,
    clients: [exampleClient('das', 'grid-operator', certificateId(certificate.der), dasKey)],
    clock: new FakeClock(TODAY),
    limits,
  });
  return { ...door, standard, [Symbol.asyncDispose]: () => door.server.close() };
}

type StandardDoor = Awaited<ReturnType<typeof standardDoor>>;

/** The header of a PUT that is signed for this body. */
async function signedHeader(door: StandardDoor): Promise<string> {
  const headers = { 'content-type': COSEM_XML };
  const signed = await signatureHeaders(MODE, door, 'rfc9421', { method: 'PUT', content: BODY, headers });
  const lines = Object.entries({ ...headers, ...signed, 'Content-Length': BODY.length });
  return `PUT ${MODE} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
}

describe('on the wire, a body', () => {
  it('is asked for where the client waits for that', async () => {
    await using door = await standardDoor();
    const socket = await connectTls(door);
    socket.setEncoding('latin1');
    socket.write(`${await signedHeader(door)}Expect: 100-continue\r\n\r\n`);
    const [invitation] = (await once(socket, 'data')) as [string];
    assert.equal(invitation, 'HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(BODY);
    const [answer] = (await once(socket, 'data')) as [string];
    assert.match(answer, /^HTTP\/1\.1 204 No Content\r\n/);
    assert.deepEqual(door.standard.sink.taken(), ['setting-changed by das']);
    socket.destroy();
  });

  it('leaves the connection usable when it has been received', async () => {
    await using door = await standardDoor();
    const get = 'GET /cosem/ HTTP/1.1\r\nHost: meter.example\r\nConnection: close\r\n\r\n';
    const answers = await exchangeRaw(door, `${await signedHeader(door)}\r\n${BODY}${get}`);
    assert.deepEqual(
      [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
      ['204', '200'],
    );
  });

  const REFUSED: Readonly<Record<string, readonly [status: number, code: string, bytes: string]>> = {
    'chunked, without a length': [
      411,
      'LENGTH_MISSING',
      `${PUT}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    ],
    'that is not there, without a length': [411, 'LENGTH_MISSING', `${PUT}Connection: close\r\n\r\n`],
    'announced as too large, and never sent': [413, 'BODY_TOO_LARGE', `${PUT}Content-Length: 99999999\r\n\r\n`],
    'too large, and asked whether to send it': [
      413,
      'BODY_TOO_LARGE',
      `${PUT}Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n`,
    ],
    'with two lengths': [400, 'REQUEST_MALFORMED', `${PUT}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`],
    'with a length beside chunks': [
      400,
      'REQUEST_MALFORMED',
      `${PUT}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
  };
  for (const [name, [status, code, bytes]] of Object.entries(REFUSED)) {
    it(`${name} is ${status}, and the connection ends`, async () => {
      await using door = await standardDoor();
      const answer = await exchangeRaw(door, bytes);
      assert.match(
        answer,
        new RegExp(`^HTTP/1\\.1 ${status} [^]*\\r\\nConnection: close\\r\\n[^]*"code":"${code}"`, 'i'),
      );
      assert.equal(answer.match(/^HTTP\/1\.1 /gm)?.length, 1);
    });
  }

  it('that ends too early leaves no trace but a line in the log', async () => {
    await using door = await standardDoor();
    const socket = await connectTls(door);
    socket.write(`${await signedHeader(door)}\r\n${BODY.slice(0, 20)}`);
    socket.end();
    const line = await door.log.next('http.request');
    assert.deepEqual([line['method'], line['status']], ['PUT', null]);
    assert.deepEqual(door.log.of('http.failed'), []);
    assert.deepEqual(door.standard.sink.taken(), []);
  });
});
