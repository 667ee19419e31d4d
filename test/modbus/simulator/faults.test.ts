import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes, toHex } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { Milliseconds, Seconds } from '#core/time.ts';
import { wireFaults } from '#modbus/simulator/wire/wire-faults.ts';
import type { FaultName } from '#modbus/simulator.ts';
import { type FakeClock, settle } from '../../support/fake-clock.ts';
import { frameOf, hex, RawClient, readRequest } from './raw-client.ts';
import { startStill } from './simulator-under-test.ts';

const TRANSACTION = 0x0a0b;
/** The four registers of the connection type and the transformer: all zero, whatever the time. */
const REQUEST = frameOf(readRequest(50001, 4), { transaction: TRANSACTION });
const DATA = '0000000000000000';
const GOOD = `0a0b0000000b010308${DATA}`;

/** What a client sees: bytes, or that nothing comes for a while, or how the connection ends. */
type Seen = string | { readonly nothingFor: number } | { readonly ends: 'finished' | 'reset' };

const MILLISECOND = { nothingFor: 1 };

/** Of each fault, in the order of the fault list; the good reply is `GOOD`. */
const faults: Readonly<Record<keyof typeof wireFaults, readonly Seen[]>> = {
  'reply-in-single-bytes': [...hex(GOOD)].flatMap((byte) => [toHex(Uint8Array.of(byte)), MILLISECOND]),
  'half-reply-then-end': [GOOD.slice(0, 20), { ends: 'finished' }],
  'half-reply-then-reset': [GOOD.slice(0, 20), MILLISECOND, { ends: 'reset' }],
  'no-reply': [],
  'reply-450-ms-late': [{ nothingFor: 450 }, GOOD],
  'reply-350-ms-late': [{ nothingFor: 350 }, GOOD],
  'exception-02': ['0a0b00000003018302'],
  'exception-06': ['0a0b00000003018306'],
  'exception-07': ['0a0b00000003018307'],
  'exception-f0': ['0a0b000000030183f0'],
  'exception-for-function-04': ['0a0b00000003018402'],
  'exception-for-function-64': ['0a0b0000000301e402'],
  'wrong-transaction': [`0a12${GOOD.slice(4)}`],
  'reply-twice': [GOOD + GOOD],
  'stray-frame-first': [`0a12${GOOD.slice(4)}${GOOD}`],
  'wrong-unit': [`0a0b0000000b020308${DATA}`],
  'function-04': [`0a0b0000000b010408${DATA}`],
  'function-65': [`0a0b0000000b016508${DATA}`],
  'protocol-7': [`0a0b0007000b010308${DATA}`],
  'two-registers-only': ['0a0b0000000701030400000000'],
  'byte-count-20': [`0a0b0000000b010314${DATA}`],
  'byte-count-7': [`0a0b0000000b010307${DATA}`],
  'length-60000': [`0a0b0000ea60010308${DATA}`],
  'http-text': [toHex(new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'))],
};

/** A still simulator waits for its next second and for its one client to fall silent; a third wait is a delay. */
const DELAYED = 3;

async function see(expected: Seen, client: RawClient, clock: FakeClock): Promise<void> {
  if (typeof expected === 'string') {
    assert.equal(toHex(await client.bytes(expected.length / 2)), expected);
  } else if ('ends' in expected) {
    assert.equal(await client.ended, expected.ends);
  } else {
    while (clock.waiting < DELAYED) await settle();
    await clock.advance(Milliseconds(expected.nothingFor - 1));
    assert.equal(client.buffered, 0, 'too early');
    await clock.advance(Milliseconds(1));
  }
}

for (const [name, seen] of Object.entries(faults)) {
  test(`${name}: ${wireFaults[name as keyof typeof wireFaults].says}`, async () => {
    const { clock, simulator } = await startStill();
    await using _ = simulator;
    await using client = await RawClient.connect(simulator.address);
    await simulator.inject(name as FaultName, { times: 1 });
    client.send(REQUEST);
    for (const expected of seen) await see(expected, client, clock);
    if (seen.some((expected) => typeof expected === 'object' && 'ends' in expected)) return;
    client.send(REQUEST);
    assert.equal(toHex(await client.bytes(GOOD.length / 2)), GOOD, 'and the next reply is good');
  });
}

test('the list has the 24 faults of the reference', () => {
  assert.equal(Object.keys(wireFaults).length, 24);
});

/** The exception codes of the replies to `count` readings, 0 for a good one. */
async function readings(client: RawClient, count: number): Promise<readonly number[]> {
  const codes: number[] = [];
  for (let reading = 0; reading < count; reading++) {
    const reply = await client.ask(readRequest(50001, 4));
    codes.push(reply.startsWith('83') ? Number.parseInt(reply.slice(2), 16) : 0);
  }
  return codes;
}

test('a fault leaves as many readings alone as it is told, hits as many, and is over', async () => {
  const { simulator } = await startStill();
  await using _ = simulator;
  await using client = await RawClient.connect(simulator.address);
  await simulator.inject('exception-06', { after: 3, times: 2 });
  assert.deepEqual(await readings(client, 8), [0, 0, 0, 6, 6, 0, 0, 0]);
});

test('a fault without a span holds until it is cleared, a new one takes its place', async () => {
  const { simulator } = await startStill();
  await using _ = simulator;
  await using client = await RawClient.connect(simulator.address);
  await simulator.inject('exception-06');
  assert.deepEqual(await readings(client, 3), [6, 6, 6]);
  await simulator.inject('exception-07');
  assert.deepEqual(await readings(client, 2), [7, 7]);
  await simulator.clear();
  assert.deepEqual(await readings(client, 2), [0, 0]);
});

test('faults hit readings only', async () => {
  const { simulator } = await startStill();
  await using _ = simulator;
  await using client = await RawClient.connect(simulator.address);
  await simulator.inject('exception-06', { times: 1 });
  assert.equal(await client.ask(hex('06 ea66 0001')), '06ea660001');
  assert.equal(await client.ask(readRequest(2, 2)), '8302', 'a refusal is none');
  assert.deepEqual(await readings(client, 2), [6, 0]);
});

test('nothing is done that a client asked for behind a reply that ended the connection', async () => {
  const { simulator } = await startStill();
  await using _ = simulator;
  await using client = await RawClient.connect(simulator.address);
  await simulator.inject('half-reply-then-end', { times: 1 });
  client.send(concatBytes(REQUEST, frameOf(hex('06 ea66 0001'))));
  assert.equal(await client.ended, 'finished');
  await using next = await RawClient.connect(simulator.address);
  assert.equal((await next.read(211, 2)).getUint32(0), 0);
});

test('latency delays every reply by 20 to 100 ms', async () => {
  const { clock, simulator } = await startStill();
  await using _ = simulator;
  await using client = await RawClient.connect(simulator.address);
  await simulator.inject('latency');
  for (let round = 0; round < 100; round++) {
    client.send(REQUEST);
    await see({ nothingFor: 20 }, client, clock);
    await clock.advance(Milliseconds(80));
    assert.equal(toHex(await client.bytes(GOOD.length / 2)), GOOD);
  }
});

test('a meter that hangs accepts and is silent, and answers everything when it wakes', async () => {
  const { clock, simulator } = await startStill();
  await using _ = simulator;
  await using client = await RawClient.connect(simulator.address);
  await simulator.inject('hang');
  await using late = await RawClient.connect(simulator.address);
  client.send(REQUEST);
  late.send(REQUEST);
  await clock.advance(Seconds(30));
  assert.deepEqual([client.buffered, late.buffered], [0, 0]);
  await simulator.clear();
  assert.equal(toHex(await client.bytes(GOOD.length / 2)), GOOD);
  assert.equal(toHex(await late.bytes(GOOD.length / 2)), GOOD);
});

test('a meter that refuses connections keeps those it has, and accepts again at the same port', async () => {
  const { simulator } = await startStill();
  await using _ = simulator;
  await using client = await RawClient.connect(simulator.address);
  assert.deepEqual(await readings(client, 1), [0]);
  await simulator.inject('refuse-connections');
  await assert.rejects(RawClient.connect(simulator.address), { code: 'ECONNREFUSED' });
  assert.deepEqual(await readings(client, 1), [0]);
  await simulator.clear();
  await using next = await RawClient.connect(simulator.address);
  assert.deepEqual(await readings(next, 1), [0]);
});

test('write protection refuses writes and orders with F0h, and nothing else', async () => {
  const { simulator } = await startStill();
  await using _ = simulator;
  await using client = await RawClient.connect(simulator.address);
  await simulator.inject('write-protection');
  assert.equal(await client.ask(hex('06 ea64 0000')), '86f0');
  assert.equal(await client.ask(hex('10 c365 0002 04 0000 001e')), '90f0');
  assert.deepEqual(await readings(client, 1), [0]);
  await simulator.clear();
  assert.equal(await client.ask(hex('06 ea64 0000')), '06ea640000');
});

for (const [phase, offset] of [
  ['l1', 25],
  ['l2', 27],
  ['l3', 29],
] as const) {
  test(`nan-${phase} makes the phase read NaN, and the total that of the others`, async () => {
    const { clock, simulator } = await startStill();
    await using _ = simulator;
    await using client = await RawClient.connect(simulator.address);
    await simulator.inject(`nan-${phase}`);
    await clock.advance(Seconds(1));
    const registers = await client.read(1, 74);
    const powers = [25, 27, 29].map((at) => registers.getFloat32(2 * (at - 1)));
    assert.deepEqual(
      powers.map(Number.isNaN),
      [25, 27, 29].map((at) => at === offset),
    );
    const sum = powers.filter((power) => !Number.isNaN(power)).reduce((total, power) => total + power, 0);
    assert.ok(Math.abs(registers.getFloat32(2 * 64) - sum) < 0.01);
    await simulator.clear();
    await clock.advance(Seconds(1));
    assert.ok(!Number.isNaN((await client.read(offset, 2)).getFloat32(0)));
  });
}

test('a power cut resets connections, sets counters back and says so', async () => {
  const { clock, simulator } = await startStill();
  await using _ = simulator;
  await using before = await RawClient.connect(simulator.address);
  await clock.advance(Seconds(299)); // the fifth minute is full
  const saved = (await before.read(833, 4)).getFloat64(0);
  await clock.advance(Seconds(120));
  assert.ok((await before.read(833, 4)).getFloat64(0) > saved);
  await simulator.powerCut();
  assert.equal(await before.ended, 'reset');
  await using client = await RawClient.connect(simulator.address);
  assert.equal((await client.read(833, 4)).getFloat64(0), saved);
  assert.equal((await client.read(205, 2)).getUint32(0), 1 << 11);
});

test('a power cut does not make a meter that refuses connections accept them', async () => {
  const { simulator } = await startStill();
  await using _ = simulator;
  await simulator.inject('refuse-connections');
  await simulator.powerCut();
  await assert.rejects(RawClient.connect(simulator.address), { code: 'ECONNREFUSED' });
});

test('lines of text do what they say', async () => {
  const { simulator } = await startStill();
  await using _ = simulator;
  await using client = await RawClient.connect(simulator.address);
  assert.equal(await simulator.obey('fault exception-06 after 1 times 2\n'), 'fault exception-06');
  assert.deepEqual(await readings(client, 4), [0, 6, 6, 0]);
  assert.equal(await simulator.obey('fault exception-07'), 'fault exception-07');
  assert.deepEqual(await readings(client, 2), [7, 7]);
  assert.equal(await simulator.obey('clear'), 'no faults');
  assert.deepEqual(await readings(client, 1), [0]);
  assert.equal(await simulator.obey('input on'), 'input on');
  assert.equal((await client.read(209, 2)).getUint32(0), 1);
  assert.equal(await simulator.obey('power-cut'), 'restarted');
  assert.equal(await client.ended, 'reset');
});

test('help names every line and every fault', async () => {
  const { simulator } = await startStill();
  await using _ = simulator;
  const help = await simulator.obey('help');
  for (const word of ['fault NAME', 'clear', 'power-cut', 'input on|off', 'hang', ...Object.keys(wireFaults)]) {
    assert.ok(help.includes(word), word);
  }
});

const badLines = [
  { line: '', code: 'SIMULATOR_LINE_UNKNOWN' },
  { line: 'explode', code: 'SIMULATOR_LINE_UNKNOWN' },
  { line: 'input maybe', code: 'SIMULATOR_LINE_UNKNOWN' },
  { line: 'fault no-reply times 0', code: 'SIMULATOR_LINE_UNKNOWN' },
  { line: 'fault toString', code: 'SIMULATOR_FAULT_UNKNOWN' },
];

for (const { line, code } of badLines) {
  test(`the line "${line}" is refused with what would be one`, async () => {
    const { simulator } = await startStill();
    await using _ = simulator;
    await assert.rejects(
      simulator.obey(line),
      (error: unknown) => error instanceof SealmeterError && error.code === code && error.mend !== undefined,
    );
  });
}
