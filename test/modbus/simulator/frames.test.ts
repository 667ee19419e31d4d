import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { concatBytes, toHex } from '#core/bytes.ts';
import { type Frame, FrameCutter, FramingError, writeFrame } from '#modbus/simulator/wire/frames.ts';
import { hex } from './raw-client.ts';

const frames = fc.array(
  fc.record(
    {
      transaction: fc.nat(0xffff),
      unit: fc.nat(0xff),
      pdu: fc.uint8Array({ minLength: 1, maxLength: 253 }),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 8 },
);

function cutAll(chunks: readonly Uint8Array[]): readonly Frame[] {
  const cutter = new FrameCutter();
  return chunks.flatMap((chunk) => [...cutter.cut(chunk)]);
}

const inPieces = (bytes: Uint8Array, size: number): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

test('however a stream of frames is split, the same frames come out', () => {
  fc.assert(
    fc.property(frames, fc.integer({ min: 1, max: 600 }), (sent, size) => {
      const stream = concatBytes(...sent.map(writeFrame));
      assert.deepEqual(cutAll(inPieces(stream, size)), sent);
    }),
  );
});

test('a frame is laid out as the implementation guide shows it', () => {
  const frame = { transaction: 0x1501, unit: 0xff, pdu: hex('03 0004 0003') };
  assert.equal(toHex(writeFrame(frame)), '150100000006ff0300040003');
});

const brokenHeaders = [
  { name: 'protocol-id', header: '0001 0001 0006 01', reason: /protocol id 1/ },
  { name: 'length-without-a-function-code', header: '0001 0000 0001 01', reason: /length 1/ },
  { name: 'length-beyond-a-frame', header: '0001 0000 00ff 01', reason: /length 255/ },
];

for (const { name, header, reason } of brokenHeaders) {
  test(`a header with a wrong ${name} loses the framing as soon as it is there`, () => {
    const good = writeFrame({ transaction: 7, unit: 1, pdu: hex('03') });
    const cutter = new FrameCutter();
    const seen: number[] = [];
    assert.throws(
      () => {
        for (const { transaction } of cutter.cut(concatBytes(good, hex(header)))) seen.push(transaction);
      },
      (error: unknown) => error instanceof FramingError && reason.test(error.message),
    );
    assert.deepEqual(seen, [7], 'the frame before it counts');
  });
}
