import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { concatBytes, utf8 } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import { Milliseconds } from '#core/time.ts';
import { createGuardedClient } from '#modbus/guarded-client.ts';
import { ModbusError, type ModbusErrorKind, type ModbusTransport } from '#modbus/transport.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { type Asked, answer, type Script, ScriptedPeer } from './scripted-peer.ts';

const TIMEOUT = Milliseconds(300);
const FOUR_REGISTERS = { functionCode: 3, address: 1, count: 4 } as const;
const LIMIT = { timeout: 10_000 };

function clientFor(port: number, clock: FakeClock): ModbusTransport {
  const backOff = { first: Milliseconds(0), longest: Milliseconds(0) };
  return createGuardedClient({ host: '127.0.0.1', port, unit: 1, timeout: TIMEOUT, backOff, clock, log: silentLog });
}

/** `ok`, or the kind of the error; an exception with its number. Nothing but a ModbusError may come out. */
async function poll(client: ModbusTransport): Promise<string> {
  try {
    await client.connect();
    const bytes = await client.read(FOUR_REGISTERS);
    assert.deepEqual([...bytes], [0, 1, 0, 2, 0, 3, 0, 4]);
    return 'ok';
  } catch (error) {
    assert.ok(error instanceof ModbusError, String(error));
    return error.kind === 'exception' ? `exception ${error.exceptionCode}` : error.kind;
  }
}

interface Fault {
  readonly name: string;
  /** Every poll instead of polls 4 and 5. */
  readonly all?: true;
  readonly script: (asked: Asked, clock: FakeClock) => void | Promise<void>;
  /** What a poll with the fault gives. */
  readonly result: 'ok' | ModbusErrorKind | `exception ${number}`;
  /** Connections that twelve polls take. */
  readonly connections: number;
}

/** Sends the reply with some of its bytes changed. */
const changed =
  (...changes: readonly (readonly [position: number, byte: number])[]): Script =>
  ({ socket, reply }) => {
    for (const [position, byte] of changes) reply[position] = byte;
    socket.write(reply);
  };

const exception =
  (functionCode: number, code: number): Script =>
  ({ socket, request }) => {
    socket.write(concatBytes(request.subarray(0, 4), Uint8Array.of(0, 3, 1, functionCode, code)));
  };

/** Lets the client wait until it gives up. The device's own answer comes `late` after the request, if at all. */
const late =
  (late: number | undefined): Fault['script'] =>
  async ({ socket, reply }, clock) => {
    if (late !== undefined) clock.after(Milliseconds(late), () => socket.write(reply));
    await clock.advance(TIMEOUT);
  };

/** The 24 faults of a device, and what each must lead to. Twelve polls; polls 4 and 5 have the fault. */
const faults: readonly Fault[] = [
  {
    name: '1 reply in single bytes',
    all: true,
    script: async ({ socket, reply }) => {
      for (const byte of reply) {
        socket.write(Uint8Array.of(byte));
        await settle();
      }
    },
    result: 'ok',
    connections: 1,
  },
  {
    name: '2 ten bytes, then FIN',
    script: ({ socket, reply }) => void socket.end(reply.subarray(0, 10)),
    result: 'closed',
    connections: 3,
  },
  {
    name: '3 ten bytes, then RST',
    script: ({ socket, reply }) => void socket.write(reply.subarray(0, 10), () => socket.resetAndDestroy()),
    result: 'closed',
    connections: 3,
  },
  { name: '4 no reply', script: late(undefined), result: 'timeout', connections: 3 },
  { name: '5 reply 450 ms late', script: late(450), result: 'timeout', connections: 3 },
  { name: '6 reply 350 ms late', all: true, script: late(350), result: 'timeout', connections: 12 },
  { name: '7 exception 02', script: exception(0x83, 0x02), result: 'exception 2', connections: 1 },
  { name: '8 exception 06', script: exception(0x83, 0x06), result: 'exception 6', connections: 1 },
  { name: '9 exception 07', script: exception(0x83, 0x07), result: 'exception 7', connections: 1 },
  { name: '10 exception F0h', script: exception(0x83, 0xf0), result: 'exception 240', connections: 1 },
  { name: '11 exception with function 84h', script: exception(0x84, 0x02), result: 'protocol', connections: 3 },
  { name: '12 exception with function E4h', script: exception(0xe4, 0x02), result: 'protocol', connections: 3 },
  {
    name: '13 wrong transaction id',
    script: async (asked, clock) => {
      await changed([0, 0x7f])(asked);
      await settle();
      await clock.advance(TIMEOUT);
    },
    result: 'timeout',
    connections: 3,
  },
  {
    name: '14 duplicate reply',
    script: ({ socket, reply }) => void socket.write(concatBytes(reply, reply)),
    result: 'ok',
    connections: 1,
  },
  {
    name: '15 stray frame first',
    script: ({ socket, reply }) => {
      const stray = Uint8Array.from(reply);
      stray[0] = 0x7f;
      socket.write(concatBytes(stray, reply));
    },
    result: 'ok',
    connections: 1,
  },
  { name: '16 wrong unit', script: changed([6, 9]), result: 'protocol', connections: 3 },
  { name: '17 function 04', script: changed([7, 0x04]), result: 'protocol', connections: 3 },
  { name: '18 function 65h', script: changed([7, 0x65]), result: 'protocol', connections: 3 },
  { name: '19 protocol id 7', script: changed([3, 7]), result: 'protocol', connections: 3 },
  {
    name: '20 two registers only',
    script: ({ socket, reply }) => {
      reply[5] = 7;
      reply[8] = 4;
      socket.write(reply.subarray(0, 13));
    },
    result: 'protocol',
    connections: 3,
  },
  { name: '21 byte count says 20', script: changed([8, 20]), result: 'protocol', connections: 3 },
  { name: '22 byte count 7', script: changed([8, 7]), result: 'protocol', connections: 3 },
  { name: '23 length field 60000', script: changed([4, 0xea], [5, 0x60]), result: 'protocol', connections: 3 },
  {
    name: '24 HTTP text',
    script: ({ socket }) => void socket.write(utf8('HTTP/1.1 400 Bad Request\r\n\r\n')),
    result: 'protocol',
    connections: 3,
  },
];

for (const { name, all, script, result, connections } of faults) {
  test(`fault ${name}`, LIMIT, async () => {
    const clock = new FakeClock();
    const isFaulty = (poll: number): boolean => all === true || poll === 4 || poll === 5;
    await using peer = await ScriptedPeer.start((asked) =>
      isFaulty(asked.poll) ? script(asked, clock) : answer(asked),
    );
    await using client = clientFor(peer.port, clock);
    const results: string[] = [];
    for (let round = 0; round < 12; round++) results.push(await poll(client));
    assert.deepEqual(
      results,
      Array.from({ length: 12 }, (_, index) => (isFaulty(index + 1) ? result : 'ok')),
    );
    assert.equal(peer.connections, connections);
  });
}

test('arbitrary bytes instead of a reply end the poll, never the client', LIMIT, async () => {
  let garbage: Uint8Array | undefined;
  await using peer = await ScriptedPeer.start((asked) =>
    garbage === undefined ? answer(asked) : void asked.socket.end(garbage),
  );
  await using client = clientFor(peer.port, new FakeClock());
  const anything = fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
    garbage = bytes;
    assert.match(await poll(client), /^(closed|protocol)$/);
    garbage = undefined;
    assert.equal(await poll(client), 'ok');
  });
  await fc.assert(anything, { numRuns: 100 });
});

test('there are 24 faults', () => {
  assert.deepEqual(
    faults.map(({ name }) => Number.parseInt(name, 10)),
    Array.from({ length: 24 }, (_, index) => index + 1),
  );
});

test('every exception code keeps its number and gets a text, on one connection', LIMIT, async () => {
  let code = 0;
  await using peer = await ScriptedPeer.start((asked) => exception(0x83, code)(asked));
  await using client = clientFor(peer.port, new FakeClock());
  await client.connect();
  for (; code <= 255; code++) {
    await assert.rejects(client.read(FOUR_REGISTERS), (error: unknown) => {
      assert.ok(error instanceof ModbusError);
      assert.deepEqual(
        [error.kind, error.exceptionCode, error.code, error.fault],
        ['exception', code, 'MODBUS_EXCEPTION', 'device'],
      );
      assert.match(error.message, /4 registers from 1: exception [0-9A-F]{2}h, [a-z]/);
      return true;
    });
  }
  assert.equal(peer.connections, 1);
});

const impossible: readonly { address: number; count: number }[] = [
  { address: -1, count: 4 },
  { address: 1.5, count: 4 },
  { address: Number.NaN, count: 4 },
  { address: 65_533, count: 4 },
  { address: 1, count: 0 },
  { address: 1, count: 126 },
  { address: 1, count: 2.5 },
];

test('a request that cannot be is refused before the wire, and blocks nothing', LIMIT, async () => {
  await using peer = await ScriptedPeer.start(answer);
  await using client = clientFor(peer.port, new FakeClock());
  await client.connect();
  for (const range of impossible) {
    await assert.rejects(client.read({ functionCode: 3, ...range }), {
      kind: 'request',
      code: 'MODBUS_REQUEST_INVALID',
    });
    assert.equal(await poll(client), 'ok', JSON.stringify(range));
  }
  assert.equal(peer.connections, 1);
});

test('the largest request and the last register are fine', LIMIT, async () => {
  await using peer = await ScriptedPeer.start(answer);
  await using client = clientFor(peer.port, new FakeClock());
  await client.connect();
  assert.equal((await client.read({ functionCode: 4, address: 65_411, count: 125 })).length, 250);
});

test('half a frame does not survive the connection that it came over', LIMIT, async () => {
  const clock = new FakeClock();
  await using peer = await ScriptedPeer.start(async (asked) => {
    if (asked.poll !== 2) return answer(asked);
    asked.socket.write(asked.reply.subarray(0, 10));
    await settle();
    return clock.advance(TIMEOUT);
  });
  await using client = clientFor(peer.port, clock);
  assert.deepEqual([await poll(client), await poll(client), await poll(client)], ['ok', 'timeout', 'ok']);
});

test('a device that closes after every reply is read all the same', LIMIT, async () => {
  await using peer = await ScriptedPeer.start(({ socket, reply }) => void socket.end(reply));
  await using client = clientFor(peer.port, new FakeClock());
  for (let round = 0; round < 3; round++) {
    assert.equal(await poll(client), 'ok');
    await peerHasClosed(client);
  }
  assert.equal(peer.connections, 3);
});

/** Reads until the end of the connection has come through. */
async function peerHasClosed(client: ModbusTransport): Promise<void> {
  await assert.rejects(async () => {
    for (;;) {
      await client.read(FOUR_REGISTERS);
      await settle();
    }
  }, ModbusError);
}

test('a connection that cannot be made fails with a reason', LIMIT, async () => {
  const peer = await ScriptedPeer.start(answer);
  const { port } = peer;
  await peer[Symbol.asyncDispose]();
  await using client = clientFor(port, new FakeClock());
  await assert.rejects(client.connect(), { kind: 'connect', code: 'MODBUS_CONNECT_FAILED', message: /ECONNREFUSED/ });
});

test('without a connection nothing is read', async () => {
  await using client = clientFor(1, new FakeClock());
  await assert.rejects(client.read(FOUR_REGISTERS), { kind: 'offline' });
});

test('the wait doubles with each failure up to 30 s, and starts anew after a good reply', LIMIT, async () => {
  const clock = new FakeClock();
  let answers = false;
  await using peer = await ScriptedPeer.start((asked) => (answers ? answer(asked) : void asked.socket.end()));
  await using client = createGuardedClient({
    host: '127.0.0.1',
    port: peer.port,
    unit: 1,
    timeout: TIMEOUT,
    clock,
    log: silentLog,
    random: () => 0,
  });
  const waits: number[] = [];
  for (let failure = 0; failure < 8; failure++) {
    assert.equal(await poll(client), 'closed');
    waits.push(await waitUntilAllowed());
  }
  answers = true;
  assert.equal(await poll(client), 'ok');
  client.disconnect('for the test');
  waits.push(await waitUntilAllowed());
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 500]);

  async function waitUntilAllowed(): Promise<number> {
    for (let waited = 0; ; waited += 500) {
      try {
        await client.connect();
        return waited;
      } catch (error) {
        assert.equal(error instanceof ModbusError && error.kind, 'offline');
      }
      await clock.advance(Milliseconds(500));
    }
  }
});

test('chance takes up to half of the wait away', LIMIT, async () => {
  const clock = new FakeClock();
  await using peer = await ScriptedPeer.start(({ socket }) => void socket.end());
  const backOff = { first: Milliseconds(1_000), longest: Milliseconds(5_000) };
  const options = { host: '127.0.0.1', port: peer.port, unit: 1, timeout: TIMEOUT, backOff, clock, log: silentLog };
  await using client = createGuardedClient({ ...options, random: () => 0.5 });
  assert.equal(await poll(client), 'closed');
  await clock.advance(Milliseconds(749));
  assert.equal(await poll(client), 'offline');
  await clock.advance(Milliseconds(1));
  assert.equal(await poll(client), 'closed');
});

test('a device gets its rest between two requests', LIMIT, async () => {
  const clock = new FakeClock();
  await using peer = await ScriptedPeer.start(answer);
  const minimumInterval = Milliseconds(50);
  const options = { host: '127.0.0.1', port: peer.port, unit: 1, timeout: TIMEOUT, clock, log: silentLog };
  await using client = createGuardedClient({ ...options, minimumInterval });
  await client.connect();
  await client.read(FOUR_REGISTERS);
  let done = false;
  const second = client.read(FOUR_REGISTERS).then(() => {
    done = true;
  });
  await clock.advance(Milliseconds(49));
  assert.equal(done, false);
  await clock.advance(Milliseconds(1));
  await second;
});

test('a second request at the same time is our own mistake', LIMIT, async () => {
  await using peer = await ScriptedPeer.start(answer);
  await using client = clientFor(peer.port, new FakeClock());
  await client.connect();
  const first = client.read(FOUR_REGISTERS);
  await assert.rejects(client.read(FOUR_REGISTERS), TypeError);
  assert.equal((await first).length, 8);
});

test('an abort ends the request at once, with its reason', LIMIT, async () => {
  const abort = new AbortController();
  const reason = new Error('stop');
  await using peer = await ScriptedPeer.start(() => abort.abort(reason));
  await using client = clientFor(peer.port, new FakeClock());
  await client.connect();
  await assert.rejects(client.read(FOUR_REGISTERS, abort.signal), reason);
  await assert.rejects(client.connect(abort.signal), reason);
});

test('a connect that takes too long fails', LIMIT, async () => {
  await using peer = await ScriptedPeer.start(answer);
  const clock = new FakeClock();
  const impatient: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after(_delay, callback) {
      queueMicrotask(callback);
      return () => {};
    },
  };
  const options = { host: '127.0.0.1', port: peer.port, unit: 1, timeout: TIMEOUT, clock: impatient, log: silentLog };
  await using client = createGuardedClient(options);
  await assert.rejects(client.connect(), { kind: 'connect', message: /not within 300 ms/ });
});

test('a closed client stays closed', LIMIT, async () => {
  await using peer = await ScriptedPeer.start(answer);
  const client = clientFor(peer.port, new FakeClock());
  assert.equal(await poll(client), 'ok');
  await client[Symbol.asyncDispose]();
  assert.equal(await poll(client), 'stopped');
});
