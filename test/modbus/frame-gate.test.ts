import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { concatBytes, fromHex } from '#core/bytes.ts';
import { FrameGate, type Reply } from '#modbus/client/frame-gate.ts';
import { ModbusError } from '#modbus/transport.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', '')) ?? assert.fail(`${hex} is not hex`);

/** Transaction 7, unit 1, FC03, two registers from 1. */
const REQUEST = bytes('0007 0000 0006 01 03 0001 0002');
const REPLY = bytes('0007 0000 0007 01 03 04 43660000');
const FOREIGN = bytes('0006 0000 0007 01 03 04 43660000');

function waitingGate(): FrameGate {
  const gate = new FrameGate();
  gate.expect(REQUEST);
  return gate;
}

/** What a gate makes of chunks: its replies, or the refusal. */
function pass(chunks: readonly Uint8Array[]): { replies: Reply[]; refused: boolean } {
  const gate = waitingGate();
  const replies: Reply[] = [];
  try {
    for (const chunk of chunks) replies.push(...[gate.push(chunk)].filter((reply) => reply !== undefined));
  } catch (error) {
    assert.ok(error instanceof ModbusError && error.kind === 'protocol', String(error));
    return { replies, refused: true };
  }
  return { replies, refused: false };
}

const refused: readonly { name: string; frame: string }[] = [
  { name: 'protocol id', frame: '0007 0007 0007 01 03 04 43660000' },
  { name: 'length too small', frame: '0007 0000 0002 01 03' },
  { name: 'length too large', frame: '0007 0000 00ff 01 03 04' },
  { name: 'unit', frame: '0007 0000 0007 02 03 04 43660000' },
  { name: 'function', frame: '0007 0000 0007 01 04 04 43660000' },
  { name: 'exception of another function', frame: '0007 0000 0003 01 84 02' },
  { name: 'exception with a tail', frame: '0007 0000 0004 01 83 02 00' },
  { name: 'fewer registers', frame: '0007 0000 0005 01 03 02 4366' },
  { name: 'more registers', frame: '0007 0000 0009 01 03 06 436600000000' },
  { name: 'byte count above the length', frame: '0007 0000 0007 01 03 06 43660000' },
  { name: 'length above the byte count', frame: '0007 0000 0009 01 03 04 436600000000' },
];

for (const { name, frame } of refused) {
  test(`refused: ${name}`, () => {
    assert.deepEqual(pass([bytes(frame)]), { replies: [], refused: true });
  });
}

test('a header that cannot be is refused before the rest has come', () => {
  assert.equal(pass([bytes('0007 0000 ea60')]).refused, true);
});

test('a reply passes as it came', () => {
  assert.deepEqual(pass([REPLY]), { replies: [{ kind: 'registers', frame: REPLY }], refused: false });
});

test('an exception passes with its code', () => {
  const exception = bytes('0007 0000 0003 01 83 f0');
  assert.deepEqual(pass([exception]).replies, [{ kind: 'exception', frame: exception, code: 0xf0 }]);
});

test('sixteen foreign frames are overlooked, one more is too many', () => {
  const foreign = Array.from({ length: 16 }, () => FOREIGN);
  assert.equal(pass([...foreign, REPLY]).replies.length, 1);
  assert.equal(pass([...foreign, FOREIGN]).refused, true);
});

test('foreign frames are counted anew after a good reply', () => {
  const gate = new FrameGate();
  for (let round = 0; round < 3; round++) {
    gate.expect(REQUEST);
    assert.equal(gate.push(concatBytes(...Array.from({ length: 16 }, () => FOREIGN))), undefined);
    assert.equal(gate.push(REPLY)?.kind, 'registers');
  }
});

test('a second reply to the same request answers nothing', () => {
  assert.equal(pass([REPLY, REPLY]).replies.length, 1);
});

/** Bytes, cut into chunks at arbitrary places. */
const chunked = (whole: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array[]> =>
  fc.tuple(whole, fc.array(fc.nat({ max: 300 }))).map(([all, places]) => {
    const cuts = [...places.map((place) => Math.min(place, all.length)), 0, all.length].sort((a, b) => a - b);
    return cuts.slice(1).map((cut, index) => all.slice(cuts[index], cut));
  });

test('a reply passes in whatever pieces it comes', () => {
  fc.assert(
    fc.property(chunked(fc.constant(concatBytes(FOREIGN, REPLY, FOREIGN))), (chunks) => {
      assert.deepEqual(pass(chunks), { replies: [{ kind: 'registers', frame: REPLY }], refused: false });
    }),
  );
});

test('arbitrary bytes are refused or waited for, never believed', () => {
  fc.assert(
    fc.property(chunked(fc.uint8Array({ maxLength: 600 })), (chunks) => {
      assert.deepEqual(pass(chunks).replies, []);
    }),
    { numRuns: 1_000 },
  );
});

test('what passes is the size that was asked for, whatever is changed in a reply', () => {
  fc.assert(
    fc.property(fc.nat({ max: REPLY.length - 1 }), fc.nat({ max: 255 }), (position, byte) => {
      const changed = Uint8Array.from(REPLY);
      changed[position] = byte;
      for (const { kind, frame } of pass([changed]).replies) {
        assert.equal(kind, 'registers');
        assert.deepEqual(frame.subarray(0, 9), REPLY.subarray(0, 9));
        assert.equal(frame.length, REPLY.length);
      }
    }),
    { numRuns: 3_000 },
  );
});

/** Writing 1 to 60006, and two registers from 62010. */
const WRITES = [
  { request: '0007 0000 0006 01 06 EA66 0001', reply: '0007 0000 0006 01 06 EA66 0001' },
  { request: '0007 0000 000B 01 10 F23A 0002 04 41424344', reply: '0007 0000 0006 01 10 F23A 0002' },
];

for (const { request, reply } of WRITES) {
  test(`the confirmation of a write passes as it came: ${reply}`, () => {
    const gate = new FrameGate();
    gate.expect(bytes(request));
    assert.deepEqual(gate.push(bytes(reply)), { kind: 'written', frame: bytes(reply) });
  });

  test(`what confirms another write is refused: ${reply}`, () => {
    for (const position of [7, 8, 9, 10, 11]) {
      const gate = new FrameGate();
      gate.expect(bytes(request));
      const other = bytes(reply).with(position, 0x55);
      assert.throws(() => gate.push(other), { code: 'MODBUS_PROTOCOL_VIOLATED' });
    }
  });
}
