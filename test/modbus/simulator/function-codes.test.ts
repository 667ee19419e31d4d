import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fromUtf8, toHex, utf8 } from '#core/bytes.ts';
import { answer } from '#modbus/simulator/wire/function-codes.ts';
import { Bench } from './meter.ts';
import { hex } from './raw-client.ts';

const ask = (request: string): string => toHex(answer(hex(request), new Bench().meter));

/** One row per clause: what goes in, what comes out. Refusals are the function code + 80h and the exception code. */
const exchanges = [
  { name: 'no function code', request: '', reply: '8001' },
  { name: 'function 01', request: '01 0000 0001', reply: '8101' },
  { name: 'function 05', request: '05 0000 ff00', reply: '8501' },
  { name: 'function 08', request: '08 0000 1234', reply: '8801' },
  { name: 'function 17h', request: '17 0001 0002 0001 0001 02 0000', reply: '9701' },
  { name: 'function 64h', request: '64', reply: 'e401' },
  { name: 'function 83h', request: '83 0001 0002', reply: '8301' },

  { name: '03 without a count', request: '03 0001', reply: '8303' },
  { name: '03 with a byte too many', request: '03 0001 0002 00', reply: '8303' },
  { name: '03 for 0 registers', request: '03 0001 0000', reply: '8303' },
  { name: '03 for 126 registers', request: '03 0001 007e', reply: '8303' },
  { name: '03 for 126 registers of nothing', request: '03 ff00 007e', reply: '8303' },
  { name: '03 from inside a value', request: '03 0002 0002', reply: '8302' },
  { name: '03 to inside a value', request: '03 0001 0003', reply: '8302' },
  { name: '03 over a hole', request: '03 00cb 0020', reply: '8302' },
  { name: '03 at 0, where a client lands that subtracts 1', request: '03 0000 0002', reply: '8302' },
  { name: '03 beyond the last register', request: '03 ffff 0002', reply: '8302' },
  { name: '03 of an order', request: '03 ea62 0001', reply: '8302' },
  { name: '03 of the connection type', request: '03 c351 0002', reply: '0304 00000000' },
  { name: '04 of the demand period', request: '04 0205 0002', reply: '0404 00000384' },
  { name: '04 for 126 registers', request: '04 0001 007e', reply: '8403' },

  { name: '02 for 0 bits', request: '02 0000 0000', reply: '8203' },
  { name: '02 for 2001 bits', request: '02 0000 07d1', reply: '8203' },
  { name: '02 over undefined bits', request: '02 0000 0007', reply: '8202' },
  { name: '02 of the six limits', request: '02 0000 0006', reply: '0201 00' },
  { name: '02 of the output', request: '02 012c 0001', reply: '0201 00' },

  { name: '06 with three bytes', request: '06 ea62 00', reply: '8603' },
  { name: '06 to a measured value', request: '06 0001 0000', reply: '8602' },
  { name: '06 with an impossible value', request: '06 ea66 0002', reply: '8603' },
  { name: '06 to the other tariff', request: '06 ea66 0001', reply: '06 ea660001' },

  { name: '10h without a byte count', request: '10 c365 0002', reply: '9003' },
  { name: '10h for 0 registers', request: '10 c365 0000 00', reply: '9003' },
  { name: '10h for 124 registers', request: `10 c365 007c f8 ${'00'.repeat(248)}`, reply: '9003' },
  { name: '10h with a wrong byte count', request: '10 c365 0002 03 0000 000f', reply: '9003' },
  { name: '10h with fewer bytes than it says', request: '10 c365 0002 04 0000', reply: '9003' },
  { name: '10h that ends inside a value', request: '10 c365 0001 02 0000', reply: '9002' },
  { name: '10h to a measured value', request: '10 0001 0002 04 4366 0000', reply: '9002' },
  { name: '10h to parts of the texts', request: `10 fa1c 0010 20 ${'20'.repeat(32)}`, reply: '9002' },
  { name: '10h of a period of 61 min', request: '10 c365 0002 04 0000 003d', reply: '9003' },
  { name: '10h of a period of 30 min', request: '10 c365 0002 04 0000 001e', reply: '10 c3650002' },
  { name: '10h of all texts', request: `10 fa1c 0059 b2 ${'41'.repeat(178)}`, reply: '10 fa1c0059' },

  { name: '2Bh of another encapsulated interface', request: '2b 0d 00 00', reply: 'ab01' },
  { name: '2Bh too short', request: '2b 0e 01', reply: 'ab03' },
  { name: '2Bh of category 0', request: '2b 0e 00 00', reply: 'ab03' },
  { name: '2Bh of category 5', request: '2b 0e 05 00', reply: 'ab03' },
  { name: '2Bh of object 3', request: '2b 0e 04 03', reply: 'ab02' },
  { name: '2Bh of object 0', request: '2b 0e 04 00', reply: `2b0e0481000001000a${toHex(utf8('SIEMENS AG'))}` },
];

for (const { name, request, reply } of exchanges) {
  test(`${name}: ${reply.slice(0, 24)}`, () => assert.equal(ask(request), reply.replaceAll(' ', '')));
}

test('bits are packed from the lowest of the first byte', () => {
  const bits = '1011001110'.split('').map((bit, offset) => [offset, () => bit === '1'] as const);
  const device = { registers: new Map(), bits: new Map(bits) };
  assert.equal(toHex(answer(hex('02 0000 000a'), device)), '0202cd01');
  assert.equal(toHex(answer(hex('02 0002 0003'), device)), '020103');
});

test('a meter without bits, orders, writing or identification does not know their functions', () => {
  const device = { registers: new Map() };
  for (const request of ['02 0000 0001', '03 0000 0001', '06 0000 0001', '10 0000 0001 02 0000', '2b 0e 01 00']) {
    assert.match(toHex(answer(hex(request), device)), /^[89a].01$/, request);
  }
});

test('2Bh streams manufacturer, device name and firmware, from whichever object', () => {
  const objectsOf = (category: number, from: number) => {
    const reply = answer(Uint8Array.of(0x2b, 0x0e, category, from), new Bench().meter);
    assert.equal(toHex(reply.subarray(0, 6)), toHex(Uint8Array.of(0x2b, 0x0e, category, 0x81, 0, 0)));
    const objects: [number | undefined, string | undefined][] = [];
    for (let at = 7; at < reply.length; at += 2 + (reply[at + 1] ?? 0)) {
      objects.push([reply[at], fromUtf8(reply.subarray(at + 2, at + 2 + (reply[at + 1] ?? 0)))]);
    }
    assert.equal(objects.length, reply[6]);
    return objects;
  };
  const all = [
    [0, 'SIEMENS AG'],
    [1, 'SENTRON PAC3200'],
    [2, 'V2.0.2/V1.2.0'],
  ];
  assert.deepEqual(objectsOf(1, 0), all);
  assert.deepEqual(objectsOf(3, 0), all, 'a higher category has no more');
  assert.deepEqual(objectsOf(1, 1), all.slice(1));
  assert.deepEqual(objectsOf(1, 9), all, 'an unknown object is the first');
});

test('whatever a PDU says, the answer is a reply or an exception to its function, and no longer than a PDU', () => {
  const { meter } = new Bench();
  const requests = fc.oneof(
    fc.uint8Array({ maxLength: 253 }),
    fc
      .tuple(fc.constantFrom(2, 3, 4, 6, 0x10, 0x2b), fc.uint8Array({ maxLength: 252 }))
      .map(([functionCode, body]) => Uint8Array.of(functionCode, ...body)),
    fc
      .tuple(fc.constantFrom(2, 3, 4), fc.nat(0xffff), fc.nat(130))
      .map(([functionCode, at, count]) => Uint8Array.of(functionCode, at >> 8, at & 0xff, 0, count)),
  );
  fc.assert(
    fc.property(requests, (request) => {
      const reply = answer(request, meter);
      const [functionCode = 0] = request;
      const isException = reply.length === 2 && reply[0] === (functionCode | 0x80);
      assert.ok(isException || reply[0] === functionCode, `${toHex(request)} got ${toHex(reply)}`);
      assert.ok(reply.length <= 253);
    }),
    { numRuns: 2_000 },
  );
});
