import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { concatBytes, toHex } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { type Log, silentLog } from '#core/log.ts';
import { Minutes, Seconds } from '#core/time.ts';
import { startSimulator } from '#modbus/simulator.ts';
import { settle } from '../../support/fake-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { frameOf, hex, RawClient, readRequest } from './raw-client.ts';
import { startStill } from './simulator-under-test.ts';

const folder = temporaryFolder();

/** 64001 x 27 begins with Siemens' number 42. */
const IDENTITY = readRequest(64001, 27);
const isIdentity = (pdu: Uint8Array): boolean => toHex(pdu.subarray(0, 4)) === '0336002a';

test('a request that comes byte by byte is answered', async () => {
  await using simulator = await startSimulator();
  await using client = await RawClient.connect(simulator.address);
  for (const byte of frameOf(IDENTITY)) {
    client.send(Uint8Array.of(byte));
    await settle();
  }
  assert.ok(isIdentity((await client.frame()).pdu));
});

test('pipelined requests are answered in their order, each with its own transaction and unit', async () => {
  await using simulator = await startSimulator();
  await using client = await RawClient.connect(simulator.address);
  const requests = Array.from({ length: 200 }, (_, index) => ({ transaction: 0xff00 + index, unit: index % 2 }));
  client.send(
    concatBytes(...requests.map((envelope, index) => frameOf(readRequest(1 + 2 * (index % 37), 2), envelope))),
  );
  for (const { transaction, unit } of requests) {
    const reply = await client.frame();
    assert.deepEqual([reply.transaction, reply.unit, reply.pdu.length], [transaction, unit, 6]);
  }
});

test('a client that sends and half closes still gets all its answers', async () => {
  await using simulator = await startSimulator();
  await using client = await RawClient.connect(simulator.address);
  client.send(concatBytes(...Array.from({ length: 50 }, () => frameOf(IDENTITY))));
  client.finish();
  for (let reply = 0; reply < 50; reply++) assert.ok(isIdentity((await client.frame()).pdu));
  assert.equal(await client.ended, 'finished');
});

test('a client that asks without reading fills its own buffers, not ours, and the others are served on', async () => {
  const { clock, simulator } = await startStill({ idleTimeout: Minutes(1) });
  await using _ = simulator;
  await using greedy = await RawClient.connect(simulator.address);
  await using other = await RawClient.connect(simulator.address);
  greedy.stopReading();
  const requests = concatBytes(...Array.from({ length: 20_000 }, () => frameOf(readRequest(1, 74))));
  const before = process.memoryUsage().arrayBuffers;
  for (let round = 0; round < 50; round++) greedy.send(requests); // a million replies: 157 MB
  for (let round = 0; round < 500; round++) assert.ok((await other.read(1, 74)).byteLength > 0);
  const kept = process.memoryUsage().arrayBuffers - before;
  assert.ok(kept < 20e6, `${kept} bytes of replies wait in memory`);
  await clock.advance(Minutes(1));
});

const lost = [
  { name: 'protocol id 5', bytes: '0001 0005 0006 01 03 0001 0002' },
  { name: 'length 0', bytes: '0001 0000 0000' },
  { name: 'length 1', bytes: '0001 0000 0001 01' },
  { name: 'length 255', bytes: '0001 0000 00ff 01 03' },
  { name: 'HTTP', bytes: toHex(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')) },
  { name: 'TLS', bytes: '1603010200010001fc0303' },
];

for (const { name, bytes } of lost) {
  test(`${name} closes the connection, after the replies to what came before`, async () => {
    await using simulator = await startSimulator();
    await using client = await RawClient.connect(simulator.address);
    client.send(concatBytes(frameOf(IDENTITY), hex(bytes)));
    assert.ok(isIdentity((await client.frame()).pdu));
    assert.equal((await client.bytes(1)).length, 0);
    await using next = await RawClient.connect(simulator.address);
    assert.ok(isIdentity((await ask(next, IDENTITY)).pdu));
  });
}

async function ask(client: RawClient, pdu: Uint8Array) {
  client.send(frameOf(pdu));
  return client.frame();
}

test('units 1, 0 and 255 are the meter, any other is a device that does not respond', async () => {
  await using simulator = await startSimulator();
  await using client = await RawClient.connect(simulator.address);
  for (const unit of [1, 0, 255]) assert.match(await client.ask(IDENTITY, { unit }), /^0336002a/);
  for (const unit of [2, 17, 254]) assert.equal(await client.ask(IDENTITY, { unit }), '830b');
});

test('a client over the limit is cut off, and let in when another has gone', async () => {
  await using simulator = await startSimulator();
  const clients = await Promise.all([1, 2, 3].map(() => RawClient.connect(simulator.address)));
  for (const client of clients) assert.ok(isIdentity((await ask(client, IDENTITY)).pdu));
  await using fourth = await RawClient.connect(simulator.address);
  assert.equal((await fourth.bytes(1)).length, 0);
  await clients[0]?.[Symbol.asyncDispose]();
  await using fifth = await connectWhenFree(simulator.address);
  assert.ok(isIdentity((await ask(fifth, IDENTITY)).pdu));
  for (const client of clients.slice(1)) assert.ok(isIdentity((await ask(client, IDENTITY)).pdu));
  for (const client of clients) await client[Symbol.asyncDispose]();
});

/** The server learns of a disconnection a moment after the client. */
async function connectWhenFree(address: { host: string; port: number }): Promise<RawClient> {
  for (;;) {
    const client = await RawClient.connect(address);
    client.send(frameOf(readRequest(1, 2)));
    if ((await client.bytes(13)).length === 13) return client;
    await client[Symbol.asyncDispose]();
  }
}

test('fifty clients at once are all answered', async () => {
  await using simulator = await startSimulator({ maxConnections: 50 });
  const clients = await Promise.all(Array.from({ length: 50 }, () => RawClient.connect(simulator.address)));
  for (let round = 0; round < 10; round++) {
    const replies = await Promise.all(clients.map((client) => ask(client, IDENTITY)));
    assert.ok(replies.every(({ pdu }) => isIdentity(pdu)));
  }
  for (const client of clients) await client[Symbol.asyncDispose]();
});

test('clients that reset their connection in the middle of anything do no harm, and are no error', async () => {
  const errors: string[] = [];
  const log: Log = { ...silentLog, error: (event) => errors.push(event) };
  await using simulator = await startSimulator({ maxConnections: 100, log });
  for (let round = 0; round < 100; round++) {
    const client = await RawClient.connect(simulator.address);
    client.send(
      concatBytes(...Array.from({ length: 20 }, () => frameOf(IDENTITY))).subarray(0, 20 * 12 - (round % 12)),
    );
    if (round % 2 === 0) await settle();
    client.reset();
    await client[Symbol.asyncDispose]();
  }
  await using client = await connectWhenFree(simulator.address);
  assert.ok(isIdentity((await ask(client, IDENTITY)).pdu));
  assert.deepEqual(errors, []);
});

test('a silent client is cut off after the idle time, one that asks is not', async () => {
  const { clock, simulator } = await startStill({ idleTimeout: Seconds(60) });
  await using _ = simulator;
  await using silent = await RawClient.connect(simulator.address);
  await using asking = await RawClient.connect(simulator.address);
  await ask(silent, IDENTITY);
  for (let round = 0; round < 3; round++) {
    await ask(asking, IDENTITY);
    await clock.advance(Seconds(30));
  }
  assert.equal((await silent.bytes(1)).length, 0);
  assert.ok(isIdentity((await ask(asking, IDENTITY)).pdu));
});

test('whatever bytes clients send, the simulator answers the next one', async () => {
  await using simulator = await startSimulator({ maxConnections: 1_000 });
  const noise = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      anyRequest().map((pdu) => frameOf(pdu)),
    ),
    {
      maxLength: 10,
    },
  );
  await fc.assert(
    fc.asyncProperty(noise, async (chunks) => {
      await using client = await RawClient.connect(simulator.address);
      for (const chunk of chunks) client.send(chunk);
      client.finish();
      await client.ended;
    }),
    { numRuns: 300 },
  );
  await using client = await RawClient.connect(simulator.address);
  assert.ok(isIdentity((await ask(client, IDENTITY)).pdu));
});

const anyRequest = () =>
  fc
    .tuple(fc.constantFrom(2, 3, 4, 6, 0x10, 0x2b), fc.uint8Array({ maxLength: 40 }))
    .map(([functionCode, body]) => Uint8Array.of(functionCode, ...body));

test('the model runs with the clock, faster where asked', async () => {
  const { clock, simulator } = await startStill({ speed: 60 });
  await using _ = simulator;
  await using client = await RawClient.connect(simulator.address);
  const before = (await client.read(213, 2)).getUint32(0);
  await clock.advance(Seconds(60));
  assert.equal((await client.read(213, 2)).getUint32(0) - before, 3_600);
});

test('the same seed, start and requests give the same meter', async () => {
  const readAfterAnHour = async () => {
    const { clock, simulator } = await startStill({ seed: 42, speed: 60 });
    await using _ = simulator;
    await clock.advance(Seconds(60));
    await using client = await RawClient.connect(simulator.address);
    return [await client.read(1, 74), await client.read(801, 40)].map((view) => toHex(new Uint8Array(view.buffer)));
  };
  assert.deepEqual(await readAfterAnHour(), await readAfterAnHour());
});

test('a simulator that is started again with its state file goes on counting', async () => {
  const stateFile = join(folder, 'state.json');
  const runAndRead = async () => {
    const { clock, simulator } = await startStill({ stateFile });
    await using _ = simulator;
    await clock.advance(Seconds(100));
    await using client = await RawClient.connect(simulator.address);
    const energy = (await client.read(833, 4)).getFloat64(0);
    const status = (await client.read(205, 2)).getUint32(0);
    return { energy, isRestarted: (status & (1 << 11)) !== 0 };
  };
  const first = await runAndRead();
  const second = await runAndRead();
  assert.ok(first.energy > 0 && second.energy > first.energy, `${first.energy}, then ${second.energy}`);
  assert.deepEqual([first.isRestarted, second.isRestarted], [false, true]);
});

test('a meter that was in use elsewhere begins with what it has counted there, at its first start alone', async () => {
  const stateFile = join(folder, 'counted.json');
  const imported = async (counted: number) => {
    const { simulator } = await startStill({ stateFile, counted });
    await using _ = simulator;
    await using client = await RawClient.connect(simulator.address);
    return (await client.read(801, 4)).getFloat64(0);
  };
  assert.equal(Math.floor((await imported(123_456)) / 100), 1_234);
  assert.equal(Math.floor((await imported(777_777)) / 100), 1_234);
});

test('a port that somebody holds is named, with what to do', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  assert.ok(typeof address === 'object' && address !== null);
  await assert.rejects(
    startSimulator({ listen: { host: '127.0.0.1', port: address.port } }),
    (error: unknown) =>
      error instanceof SealmeterError &&
      error.code === 'PORT_TAKEN' &&
      error.message.includes(`127.0.0.1:${address.port}`) &&
      error.mend !== undefined,
  );
  holder.close();
});

test('a stopped simulator lets go of its port, its clients and its clock', async () => {
  const { clock, simulator } = await startStill();
  const { address } = simulator;
  await using client = await RawClient.connect(address);
  await ask(client, IDENTITY);
  await simulator[Symbol.asyncDispose]();
  assert.equal((await client.bytes(1)).length, 0);
  assert.equal(clock.waiting, 0);
  await using again = await startSimulator({ listen: address });
  assert.equal(again.address.port, address.port);
});

test('it can be stopped in the moment in which it ends a connection', async () => {
  const { promise: lost, resolve: onLost } = Promise.withResolvers<void>();
  const log: Log = { ...silentLog, info: (event) => event === 'simulator.framing-lost' && onLost() };
  const simulator = await startSimulator({ log });
  await using client = await RawClient.connect(simulator.address);
  client.send(Uint8Array.of(0, 1, 0xff, 0xff, 0, 2, 1, 3));
  await lost;
  await simulator[Symbol.asyncDispose]();
});
