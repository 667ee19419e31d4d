import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { describe, it } from 'node:test';

import { SealmeterError } from '#core/errors.ts';
import { Milliseconds, Seconds } from '#core/time.ts';
import type { Signer } from '#crypto/signer.ts';
import { HttpsServer } from '#http/https-server.ts';
import { DEFAULT_LIMITS, type Limits } from '#http/limits.ts';
import { SealedDocuments } from '#http/sealed-documents.ts';
import { METER_ID } from '../support/example-meter.ts';
import { connectTls, exchangeRaw, get, readToEnd } from './support/connect.ts';
import { exampleDoor } from './support/example-door.ts';
import { meterKey, signatureHeaders } from './support/example-service.ts';
import { meter, root } from './support/tls-parties.ts';

const PATH = `/cosem/ldevs/${METER_ID}/`;
const HOST = 'Host: localhost\r\n';
const GET = `GET ${PATH} HTTP/1.1\r\n${HOST}`;
const CLOSE = 'Connection: close\r\n';

/** What would be answered 200 if the server took it for a request of its own. */
const SMUGGLED = `GET /cosem/ HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`;

interface Refused {
  readonly status: number;
  readonly code: string;
  readonly bytes: string;
}

const refused: Readonly<Record<string, Refused>> = {
  'body-on-get': { status: 400, code: 'BODY_UNEXPECTED', bytes: `${GET}Content-Length: 5\r\n\r\nhello` },
  'body-on-get-announced-and-never-sent': {
    status: 400,
    code: 'BODY_UNEXPECTED',
    bytes: `${GET}Content-Length: 999999999999\r\n\r\n`,
  },
  'body-on-get-chunked': {
    status: 400,
    code: 'BODY_UNEXPECTED',
    bytes: `${GET}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  },
  'body-on-get-that-is-another-request': {
    status: 400,
    code: 'BODY_UNEXPECTED',
    bytes: `${GET}Content-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  },
  'body-on-put': {
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    bytes: `PUT ${PATH} HTTP/1.1\r\n${HOST}Content-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  },
  'expect-100-continue': {
    status: 400,
    code: 'BODY_UNEXPECTED',
    bytes: `${GET}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`,
  },
  'smuggling-two-content-lengths': {
    status: 400,
    code: 'REQUEST_MALFORMED',
    bytes: `${GET}Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  },
  'smuggling-content-length-and-transfer-encoding': {
    status: 400,
    code: 'REQUEST_MALFORMED',
    bytes: `${GET}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  },
  'smuggling-transfer-encoding-and-content-length': {
    status: 400,
    code: 'REQUEST_MALFORMED',
    bytes: `${GET}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  },
  'smuggling-unknown-transfer-encoding': {
    status: 400,
    code: 'REQUEST_MALFORMED',
    bytes: `${GET}Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  },
  'smuggling-blank-before-colon': {
    status: 400,
    code: 'REQUEST_MALFORMED',
    bytes: `${GET}Content-Length : ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  },
  'smuggling-folded-header': {
    status: 400,
    code: 'REQUEST_MALFORMED',
    bytes: `${GET}X: y\r\n Content-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  },
  'control-character-in-header': { status: 400, code: 'REQUEST_MALFORMED', bytes: `${GET}X: a\0b\r\n\r\n` },
  'not-http': { status: 501, code: 'METHOD_UNKNOWN', bytes: 'hello\r\n\r\n' },
  'unknown-method': { status: 501, code: 'METHOD_UNKNOWN', bytes: `FETCH ${PATH} HTTP/1.1\r\n${HOST}\r\n` },
  'host-missing': { status: 400, code: 'REQUEST_MALFORMED', bytes: `GET ${PATH} HTTP/1.1\r\n${CLOSE}\r\n` },
  'host-twice': { status: 400, code: 'REQUEST_MALFORMED', bytes: `${GET}${CLOSE}Host: evil.example\r\n\r\n` },
  'target-is-a-url': {
    status: 400,
    code: 'REQUEST_MALFORMED',
    bytes: `GET https://localhost${PATH} HTTP/1.1\r\n${HOST}${CLOSE}\r\n`,
  },
  'target-is-half-a-url': {
    status: 400,
    code: 'REQUEST_MALFORMED',
    bytes: `GET https://[ HTTP/1.1\r\n${HOST}${CLOSE}\r\n`,
  },
  'version-of-the-future': {
    status: 505,
    code: 'HTTP_VERSION_UNKNOWN',
    bytes: `GET ${PATH} HTTP/3.0\r\n${HOST}\r\n`,
  },
  'header-over-limit': {
    status: 431,
    code: 'HEADER_TOO_LARGE',
    bytes: `${GET}X: ${'x'.repeat(DEFAULT_LIMITS.headerSize)}\r\n\r\n`,
  },
  'uri-over-header-limit': {
    status: 431,
    code: 'HEADER_TOO_LARGE',
    bytes: `GET /${'x'.repeat(DEFAULT_LIMITS.headerSize)} HTTP/1.1\r\n${HOST}\r\n`,
  },
  'too-many-header-lines': {
    status: 431,
    code: 'HEADER_TOO_LARGE',
    bytes: `${GET}${CLOSE}${'X: y\r\n'.repeat(DEFAULT_LIMITS.headerLines)}\r\n`,
  },
};

describe('refused with one problem, whereupon the connection ends and nothing after it is looked at', () => {
  for (const [name, { status, code, bytes }] of Object.entries(refused)) {
    it(name, async () => {
      await using door = await exampleDoor();
      const text = await exchangeRaw(door, bytes);
      assert.ok(text.startsWith(`HTTP/1.1 ${status} `), text);
      assert.ok(text.includes(`"code":"${code}"`), text);
      assert.equal(text.match(/HTTP\/1\.1 /g)?.length, 1, text);
      assert.equal((await get(door, PATH)).status, 200);
    });
  }
});

it('requests that follow each other on one connection are answered in their order', async () => {
  await using door = await exampleDoor();
  const text = await exchangeRaw(door, `${GET}\r\nGET /cosem/nothing HTTP/1.1\r\n${HOST}\r\n${GET}${CLOSE}\r\n`);
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  assert.deepEqual(statuses, ['200', '404', '200']);
});

describe('too slow', () => {
  it('slow-headers: 408, and others are served meanwhile', async () => {
    await using door = await exampleDoor({ limits: { headerTime: Milliseconds(200) } });
    const slow = await connectTls(door);
    const answer = readToEnd(slow);
    slow.write(GET);
    assert.equal((await get(door, PATH)).status, 200);
    assert.match(await answer, /^HTTP\/1\.1 408 .*"code":"REQUEST_TIMEOUT"/s);
    assert.deepEqual(
      door.log.of('http.unparsed').map((line) => [line['status'], line['problem']]),
      [[408, 'REQUEST_TIMEOUT']],
    );
  });

  it('silent-after-the-handshake: closed', async () => {
    await using door = await exampleDoor({ limits: { headerTime: Milliseconds(200) } });
    assert.match(await readToEnd(await connectTls(door)), /^HTTP\/1\.1 408 /);
  });

  it('silent-before-the-handshake: closed, and counted', async () => {
    await using door = await exampleDoor({ limits: { handshakeTime: Milliseconds(100) } });
    const socket = connectTcp(door.port, '127.0.0.1');
    const line = await door.log.next('connection.refused');
    assert.deepEqual([line['reason'], line['address']], ['handshake-failed', '127.0.0.1']);
    assert.match(String(line['detail']), /timeout/i);
    assert.deepEqual([...door.server.refusals], [['handshake-failed', 1]]);
    socket.destroy();
  });

  it('idle-between-requests: closed', async () => {
    await using door = await exampleDoor({ limits: { keepAliveTime: Milliseconds(100) } });
    const socket = await connectTls(door);
    const answer = readToEnd(socket);
    socket.write(`${GET}\r\n`);
    assert.match(await answer, /^HTTP\/1\.1 200 /);
  });
});

it('not-tls-at-all is closed and counted', async () => {
  await using door = await exampleDoor();
  const socket = connectTcp(door.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`${GET}\r\n`);
  const line = await door.log.next('connection.refused');
  assert.deepEqual([line['reason'], line['address']], ['handshake-failed', '127.0.0.1']);
  assert.match(String(line['detail']), /http request/);
  assert.deepEqual([...door.server.refusals], [['handshake-failed', 1]]);
});

it('gone-during-the-handshake is counted', async () => {
  await using door = await exampleDoor();
  connectTcp(door.port, '127.0.0.1').end(Buffer.from('160301', 'hex'));
  const line = await door.log.next('connection.refused');
  assert.deepEqual([line['reason'], line['address']], ['handshake-failed', '127.0.0.1']);
});

/** Opens connections that never say a word, a new one for each that is closed. Tells how many there have been. */
function silentStorm(port: number, total: number, atOnce: number): { readonly opened: () => number } {
  let opened = 0;
  const open = (): void => {
    if (opened === total) return;
    opened += 1;
    connectTcp(port, '127.0.0.1')
      .on('error', () => {})
      .once('close', open);
  };
  for (let count = 0; count < atOnce; count++) open();
  return { opened: () => opened };
}

/** A signer that answers when it is told to. */
function patientSigner(): { readonly signer: Signer; readonly asked: Promise<void>; readonly release: () => void } {
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const signer: Signer = {
    algorithm: meterKey.signer.algorithm,
    keyId: meterKey.signer.keyId,
    async sign(data) {
      asked.resolve();
      await released.promise;
      return meterKey.signer.sign(data);
    },
  };
  return { signer, asked: asked.promise, release: () => released.resolve() };
}

/** A door with a request whose answer waits for the signer. */
async function doorWithRunningAnswer(limits: Partial<Limits> = {}) {
  const { signer, asked, release } = patientSigner();
  const door = await exampleDoor({ sealed: new SealedDocuments(signer), limits });
  const running = await connectTls(door);
  const answer = readToEnd(running);
  const headers = Object.entries(await signatureHeaders(PATH, door)).map(([name, value]) => `${name}: ${value}\r\n`);
  running.write(`GET ${PATH} HTTP/1.1\r\n${headers.join('')}\r\n`);
  await asked;
  return { door, answer, release };
}

describe('too many', () => {
  it('10,000 connections of strangers crowd each other out, and a client of the same address is served on', async () => {
    await using door = await exampleDoor();
    const storm = silentStorm(door.port, 10_000, 500);
    do {
      assert.equal((await get(door, PATH)).status, 200);
      assert.ok(door.server.connections <= DEFAULT_LIMITS.strangersPerAddress + 2, `${door.server.connections} open`);
    } while (storm.opened() < 10_000);
    assert.ok((door.server.refusals.get('crowded-out') ?? 0) > 9_000);
  });

  it('handshakes that never end: the newcomer is let in', async () => {
    await using door = await exampleDoor({ limits: { strangersPerAddress: 3 } });
    for (let count = 0; count < 3; count++) {
      const stalled = connectTcp(door.port, '127.0.0.1').on('error', () => {});
      stalled.write(Buffer.from('160301', 'hex'));
      await once(stalled, 'connect');
    }
    assert.equal((await get(door, PATH)).status, 200);
    assert.deepEqual([...door.server.refusals], [['crowded-out', 1]]);
  });

  it('connections of one client: the oldest that is idle goes', async () => {
    await using door = await exampleDoor({ limits: { connectionsPerClient: 2 } });
    const oldest = readToEnd(await connectTls(door));
    const kept = await connectTls(door);
    assert.equal((await get(door, PATH)).status, 200);
    assert.equal(await oldest, '');
    assert.equal(kept.destroyed, false);
    assert.deepEqual([...door.server.refusals], [['crowded-out', 1]]);
  });

  it('connections of one client, all of them busy: the new one is refused', async () => {
    const { door, answer, release } = await doorWithRunningAnswer({ connectionsPerClient: 1 });
    await using _ = door;
    assert.equal(await readToEnd(await connectTls(door)), '');
    assert.deepEqual([...door.server.refusals], [['client-has-too-many-connections', 1]]);
    release();
    await door.server.close();
    assert.match(await answer, /^HTTP\/1\.1 200 /);
  });

  it('connections in all, and all of them busy: the door is full', async () => {
    const { door, answer, release } = await doorWithRunningAnswer({ connections: 1 });
    await using _ = door;
    await once(connectTcp(door.port, '127.0.0.1'), 'close');
    assert.deepEqual([...door.server.refusals], [['door-full', 1]]);
    release();
    await door.server.close();
    assert.match(await answer, /^HTTP\/1\.1 200 /);
  });
});

describe('closing', () => {
  it('finishes the answer that is being given, ends idle connections and lets nobody in', async () => {
    const { door, answer, release } = await doorWithRunningAnswer();
    const idle = readToEnd(await connectTls(door));
    const closed = door.server.close();
    assert.equal(await idle, '');
    await assert.rejects(connectTls(door), { code: 'ECONNREFUSED' });
    release();
    const text = await answer;
    assert.match(text, /^HTTP\/1\.1 200 .*\r\nConnection: close\r\n/is);
    assert.match(text, /<\/Signature><\/signed-measurement-data>$/);
    await closed;
  });

  it('takes no longer than the closing time', async () => {
    const { door, answer } = await doorWithRunningAnswer({ closingTime: Seconds(5) });
    const closed = door.server.close();
    await door.clock.advance(Seconds(5));
    await closed;
    assert.equal(await answer, '');
  });

  it('can be asked for twice', async () => {
    const door = await exampleDoor();
    await door.server.close();
    await door.server.close();
  });
});

describe('where it cannot listen it says what to do', () => {
  for (const [name, host, code] of [
    ['port-taken', '127.0.0.1', 'PORT_TAKEN'],
    ['address-not-here', '192.0.2.1', 'ADDRESS_NOT_HERE'],
  ] as const) {
    it(name, async () => {
      await using door = await exampleDoor();
      const second = new HttpsServer({ ...door, ...door.parts, tls: { ...meter, clientRoots: [root] } });
      await assert.rejects(second.listen(host, door.port), (error: unknown) => {
        assert.ok(error instanceof SealmeterError);
        assert.deepEqual([error.fault, error.code], ['configuration', code]);
        assert.match(error.message, new RegExp(`${host}:${door.port}`));
        return error.mend !== undefined;
      });
    });
  }
});
