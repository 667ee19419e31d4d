import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { Response } from 'express';

import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { addTime, Hours, Instant, Minutes, Seconds } from '#core/time.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import type { Signer } from '#crypto/signer.ts';
import type { ClientDirectory } from '#http/client-directory.ts';
import { EventStream } from '#http/event-stream.ts';
import { LiveSamples } from '#http/live-samples.ts';
import { SealedDocuments } from '#http/sealed-documents.ts';
import { sessionRules } from '#http/session-rules.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { readSealedDocument } from '#representation/sealed-document.ts';
import { verifySealed } from '#signature/xml-strict-verifier.ts';
import { METER_ID, START } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ask, askSigned, assertProblem } from './support/ask.ts';
import { connectTls, readToEnd } from './support/connect.ts';
import { exampleDoor } from './support/example-door.ts';
import {
  certificateNamed,
  dasKey,
  type ExampleChanges,
  exampleClient,
  meterKey,
  signatureHeaders,
} from './support/example-service.ts';
import { ExampleResponder, revocable } from './support/ocsp-parties.ts';
import { RecordingLog } from './support/recording-log.ts';
import { standardParts, standardService } from './support/standard-service.ts';
import { root as otherRoot, TODAY } from './support/tls-parties.ts';

const LIVE = `/cosem/ldevs/${METER_ID}/live`;

interface LiveEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A service that listens, and takes samples when it is told to. */
async function liveService(changes: ExampleChanges = {}) {
  const service = await standardService('consumer', changes);
  const server = createServer(service.serve);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  let count = 0;
  return {
    ...service,
    /** The next sample: its import is its place from 1. */
    async sample(): Promise<void> {
      count += 1;
      await service.standard.sample(addTime(START, Seconds(count)), { import: BigInt(count) });
      service.live.publish(METER_ID, service.standard.device.snapshot());
    },
    connect: (headers: Readonly<Record<string, string>> = {}) => connect(port, headers),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function connect(port: number, headers: Readonly<Record<string, string>>) {
  const sent = httpRequest({
    host: '127.0.0.1',
    port,
    path: LIVE,
    headers: { Host: 'meter.example', ...headers },
    agent: false,
  });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return new Listener(answer);
}

/** What a browser's EventSource does, as far as it is needed. */
class Listener {
  readonly answer: IncomingMessage;
  readonly #blocks: AsyncIterator<string>;

  constructor(answer: IncomingMessage) {
    this.answer = answer;
    answer.setEncoding('utf8');
    this.#blocks = blocksOf(answer);
  }

  /** The next event, or comment; `undefined` at the end. */
  async next(): Promise<LiveEvent | string | undefined> {
    const { done, value } = await this.#blocks.next();
    if (done === true) return undefined;
    if (value.startsWith(':')) return value;
    const fields = new Map(
      value.split('\n').map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]),
    );
    const data = JSON.parse(fields.get('data') ?? '') as LiveEvent['data'];
    return { id: fields.get('id'), event: fields.get('event') ?? 'message', data };
  }

  /** The next event, which has to be one of a sample: its number, and its import. */
  async nextSample(): Promise<string> {
    const event = await this.next();
    assert.ok(typeof event === 'object');
    assert.equal(event.event, 'sample', JSON.stringify(event));
    const text = JSON.stringify(event.data);
    const [, number] = /"sequence-nr":"(\d+)"/.exec(text) ?? [];
    const [, energy] = /"id":"0100010800ff".*?\{"id":2,"value":\{"long64-unsigned":"(\d+)"/.exec(text) ?? [];
    assert.equal(event.id, number);
    return `${number}: ${energy}`;
  }

  close(): void {
    this.answer.destroy();
  }
}

async function* blocksOf(answer: IncomingMessage): AsyncGenerator<string, undefined> {
  let text = '';
  for await (const part of answer as AsyncIterable<string>) {
    text += part;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield text.slice(0, end);
      text = text.slice(end + 2);
    }
  }
  return undefined;
}

describe('live samples', () => {
  it('begin with the one that stands, and go on with each that comes', async () => {
    await using service = await liveService();
    const listener = await service.connect();
    assert.equal(listener.answer.statusCode, 200);
    assert.equal(listener.answer.headers['content-type'], 'text/event-stream');
    assert.equal(listener.answer.headers['cache-control'], 'no-store');
    assert.equal(await listener.nextSample(), '101: 1000');
    await service.sample();
    await service.sample();
    assert.equal(await listener.nextSample(), '102: 1');
    assert.equal(await listener.nextSample(), '103: 2');
  });

  it('are told to everybody who listens', async () => {
    await using service = await liveService();
    const listeners = [await service.connect(), await service.connect()];
    await service.sample();
    for (const listener of listeners) {
      assert.equal(await listener.nextSample(), '101: 1000');
      assert.equal(await listener.nextSample(), '102: 1');
    }
  });

  it('are sealed, each in a document of its own, for who signs', async () => {
    await using service = await liveService();
    const listener = await service.connect(await signatureHeaders(LIVE, service));
    await service.sample();
    const keyOf = (name: string) => (name === meterKey.signer.keyId ? meterKey.publicKey : undefined);
    for (const expected of [101n, 102n]) {
      const event = await listener.next();
      assert.ok(typeof event === 'object');
      const document = event.data['sealed-document'];
      assert.ok(typeof document === 'string');
      const { bytes } = await verifySealed(utf8(document), keyOf, nodeCrypto);
      const reading = readSealedDocument(bytes);
      assert.equal(reading.sequenceNumber, expected);
      assert.deepEqual((event.data['measurement-data'] as Record<string, unknown>)['sequence-nr'], `${expected}`);
    }
  });

  it('unsigned carry no document', async () => {
    await using service = await liveService();
    const event = await (await service.connect()).next();
    assert.ok(typeof event === 'object');
    assert.deepEqual(Object.keys(event.data), ['measurement-data']);
  });

  it('that were missed come after a break, and none twice', async () => {
    await using service = await liveService();
    for (let count = 0; count < 3; count += 1) await service.sample();
    const listener = await service.connect({ 'Last-Event-ID': '102' });
    await service.sample();
    assert.equal(await listener.nextSample(), '103: 2');
    assert.equal(await listener.nextSample(), '104: 3');
    assert.equal(await listener.nextSample(), '105: 4');
  });

  it('that are not remembered any more are said to be dropped', async () => {
    await using service = await liveService();
    for (let count = 0; count < 70; count += 1) await service.sample();
    const listener = await service.connect({ 'Last-Event-ID': '105' });
    assert.deepEqual(await listener.next(), { id: '111', event: 'dropped', data: { from: '106', to: '111' } });
    assert.equal(await listener.nextSample(), '112: 11');
  });

  it('of which nothing was missed are only those that come', async () => {
    await using service = await liveService();
    await service.sample();
    const listener = await service.connect({ 'Last-Event-ID': '102' });
    await service.sample();
    assert.equal(await listener.nextSample(), '103: 2');
  });

  it('that a client is too slow for are dropped, the oldest first, and it is told which', async () => {
    const gate = Promise.withResolvers<void>();
    const slow: Signer = {
      ...meterKey.signer,
      async sign(data) {
        await gate.promise;
        return meterKey.signer.sign(data);
      },
    };
    await using service = await liveService({ sealed: new SealedDocuments(slow) });
    const listener = await service.connect(await signatureHeaders(LIVE, service));
    for (let count = 0; count < 65; count += 1) await service.sample();
    gate.resolve();
    assert.equal(await listener.nextSample(), '101: 1000');
    assert.deepEqual(await listener.next(), { id: '106', event: 'dropped', data: { from: '102', to: '106' } });
    assert.equal(await listener.nextSample(), '107: 6');
  });

  it('that cannot be sealed are a problem, and the next one is told', async () => {
    let fails = true;
    const failing: Signer = {
      ...meterKey.signer,
      sign(data) {
        if (fails) throw new SealmeterError('internal', 'TOKEN_CANNOT_SIGN', 'secret');
        return meterKey.signer.sign(data);
      },
    };
    await using service = await liveService({ sealed: new SealedDocuments(failing) });
    const listener = await service.connect(await signatureHeaders(LIVE, service));
    const event = await listener.next();
    assert.ok(typeof event === 'object');
    assert.deepEqual([event.id, event.event, event.data['code']], [undefined, 'problem', 'SIGNER_STOPPED']);
    fails = false;
    await service.sample();
    assert.equal(await listener.nextSample(), '102: 1');
  });

  it('show what the role shows, in the way of the request', async () => {
    await using service = await liveService({
      clients: [exampleClient('das', 'grid-operator', certificateNamed('e'), dasKey)],
    });
    const unsigned = JSON.stringify(await (await service.connect()).next());
    const signed = JSON.stringify(await (await service.connect(await signatureHeaders(LIVE, service))).next());
    // Voltages by any request, energies by a signed one alone.
    assert.match(unsigned, /0100200700ff/);
    assert.doesNotMatch(unsigned, /0100010800ff/);
    assert.match(signed, /0100010800ff/);
  });

  it('keep the connection alive while none come', async () => {
    await using service = await liveService();
    const listener = await service.connect();
    await listener.nextSample();
    for (let count = 0; count < 3; count += 1) {
      await service.clock.advance(Seconds(15));
      assert.equal(await listener.next(), ': still here');
    }
  });

  it('end when their client is taken off the list', async () => {
    let isListed = true;
    const { parts } = await standardService('consumer');
    const clients: ClientDirectory = {
      withTlsCertificate: (id) => (isListed ? parts.clients.withTlsCertificate(id) : undefined),
      signatureKey: (id) => parts.clients.signatureKey(id),
    };
    await using service = await liveService({ directory: clients });
    const listener = await service.connect();
    await listener.nextSample();
    isListed = false;
    await service.sample();
    assert.equal(await listener.next(), undefined);
  });

  it('end when the certificate of the client expires', async () => {
    const peerOf = () => ({
      certificateId: `sha256:${'e'.repeat(64)}` as const,
      path: undefined,
      validUntil: addTime(START, Seconds(60)),
    });
    await using service = await liveService({ peerOf });
    const listener = await service.connect();
    await listener.nextSample();
    await service.clock.advance(Seconds(61));
    for (let count = 0; count < 4; count += 1) assert.equal(await listener.next(), ': still here');
    await service.sample();
    assert.equal(await listener.next(), undefined);
  });

  it('end when the service ends them', async () => {
    await using service = await liveService();
    const listener = await service.connect();
    await listener.nextSample();
    service.live[Symbol.dispose]();
    assert.equal(await listener.next(), undefined);
  });

  it('are told to no more clients than there are places, and a place that is left is free again', async () => {
    await using service = await liveService({ limits: { streamsPerClient: 2 } });
    const listeners = [await service.connect(), await service.connect()];
    const refused = await ask(service, LIVE);
    assertProblem(refused, 429, 'STREAMS_EXHAUSTED');
    assert.equal(refused.headers['retry-after'], '30');
    const left = service.log.next('http.request');
    listeners[0]?.close();
    await left;
    const again = await service.connect();
    assert.equal(again.answer.statusCode, 200);
  });
});

describe('live samples are refused', () => {
  it('where there is no such device, or nobody tells of samples: 404', async () => {
    const service = await standardService('consumer');
    assertProblem(await ask(service, LIVE.replace('0012345678', '0000000000')), 404, 'RESOURCE_UNKNOWN');
    const silent = await standardService('consumer', { live: undefined });
    assertProblem(await ask(silent, LIVE), 404, 'RESOURCE_UNKNOWN');
  });

  it('in another form than events: 406', async () => {
    const service = await standardService('consumer');
    for (const accept of ['application/json', 'application/xml']) {
      const problem = assertProblem(await ask(service, LIVE, { Accept: accept }), 406, 'NOT_ACCEPTABLE');
      assert.match(problem.detail ?? '', /text\/event-stream/);
    }
  });

  it('after an event that cannot be: 400', async () => {
    const service = await standardService('consumer');
    for (const id of ['x', '-1', '1'.repeat(21)]) {
      assertProblem(await ask(service, LIVE, { 'Last-Event-ID': id }), 400, 'REQUEST_MALFORMED');
    }
  });

  it('to HEAD, which they would keep for ever: 405', async () => {
    const { status, headers } = await ask(await standardService('consumer'), LIVE, {}, 'HEAD');
    assert.deepEqual([status, headers['allow']], [405, 'GET']);
  });

  it('by a query: 400', async () => {
    const service = await standardService('consumer');
    assertProblem(await askSigned(service, `${LIVE}?q.count=1`), 400, 'QUERY_INVALID');
  });
});

describe('live samples over TLS', () => {
  const { das, meter, root } = revocable;

  /** A client that listens at a door which asks whether it is revoked. */
  async function listeningClient(door: Parameters<typeof exampleDoor>[1] = {}) {
    const { standard, live, parts } = await standardParts();
    const clock = new FakeClock(TODAY);
    const responder = new ExampleResponder(clock);
    const log = new RecordingLog();
    const clients = [exampleClient('das', 'consumer', das.certificates[0].id, dasKey)];
    const opened = await exampleDoor(
      { ...parts, clients, clock, log, revocation: responder.checker(log) },
      { tls: { ...meter, clientRoots: [root] }, ...door },
    );
    const socket = await connectTls(opened, das, { ca: certificatesToPem([root]) });
    const ended = readToEnd(socket);
    let text = '';
    socket.on('data', (part: string) => {
      text += part;
    });
    let told = 0;
    const tooEarly = ended.then(() => assert.fail('nothing more is told'));
    tooEarly.catch(() => {});
    const untilTold = async (): Promise<void> => {
      told += 1;
      while (text.split('event: sample').length <= told) await Promise.race([once(socket, 'data'), tooEarly]);
    };
    socket.write(`GET ${LIVE} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await untilTold();
    const publish = async (): Promise<void> => {
      await standard.sample(addTime(START, Seconds(told)), { import: BigInt(told) });
      live.publish(METER_ID, standard.device.snapshot());
    };
    return {
      ...opened,
      responder,
      /** A sample comes, and the client is told. */
      async hears(): Promise<void> {
        await publish();
        await untilTold();
      },
      /** A sample comes, and the client is told nothing more. */
      async isTurnedAway(): Promise<void> {
        await publish();
        await assert.rejects(untilTold(), /nothing more is told/);
      },
      async [Symbol.asyncDispose]() {
        socket.destroy();
        await opened[Symbol.asyncDispose]();
      },
    };
  }

  it('end within the recheck time for a client whose certificate is revoked', async () => {
    await using door = await listeningClient();
    door.responder.revoke(das.certificates[0]);
    await door.clock.advance(Seconds(299));
    await door.hears();
    await door.clock.advance(Seconds(1));
    await door.isTurnedAway();
  });

  it('end, with their connection, when its session is over', async () => {
    await using door = await listeningClient({ sessions: sessionRules('wan', { age: Hours(2) }) });
    await door.clock.advance(Minutes(119));
    await door.hears();
    await door.clock.advance(Minutes(1));
    await door.isTurnedAway();
  });

  it('end, with their connection, when that has carried all that it may', async () => {
    await using door = await listeningClient({ sessions: sessionRules('lmn', { octets: 1_000 }) });
    await door.isTurnedAway();
  });

  it('end, with their connection, when other roots are trusted', async () => {
    await using door = await listeningClient();
    await door.hears();
    door.server.renew({ ...meter, clientRoots: [otherRoot] });
    await door.isTurnedAway();
  });
});

it('an event stream writes no more than its client takes', async () => {
  const written: string[] = [];
  const response = Object.assign(new EventEmitter(), {
    writableEnded: false,
    destroyed: false,
    setHeader: () => {},
    writeHead: () => response,
    flushHeaders: () => {},
    write(text: string) {
      written.push(text);
      return false;
    },
  });
  const stream = new EventStream(response as unknown as Response, new FakeClock());
  let isTaken = false;
  const sent = stream.send({ id: '1', name: 'sample', data: '{}' }).then(() => {
    isTaken = true;
  });
  assert.deepEqual(written, ['id: 1\nevent: sample\ndata: {}\n\n']);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isTaken, false);
  response.emit('drain');
  await sent;
  assert.deepEqual([response.listenerCount('drain'), response.listenerCount('close')], [0, 1]);
  const interrupted = stream.send({ name: 'sample', data: '{}' });
  response.emit('close');
  await interrupted;
  response.destroyed = true;
  await stream.send({ name: 'sample', data: '{}' });
  assert.equal(written.length, 2);
});

it('remembers a minute of samples of each device', async () => {
  const live = new LiveSamples();
  const { standard } = await standardService();
  for (let count = 0; count < 100; count += 1) {
    await standard.sample(Instant(START + 1_000 * count));
    live.publish(METER_ID, standard.device.snapshot());
  }
  assert.equal(live.recent(METER_ID).length, 60);
  assert.deepEqual(live.recent('1sie0000000000.sm'), []);
});
