import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ByteReader,
  ByteWriter,
  concatBytes,
  equalBytes,
  fromBase64,
  fromHex,
  fromUtf8,
  toBase64,
  toHex,
  utf8,
} from '#core/bytes.ts';

test('hex, base64 and UTF-8 give back what they took', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: 'grapheme' }), (bytes, text) => {
      assert.deepEqual(fromHex(toHex(bytes)), bytes);
      assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
      assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
      assert.equal(fromUtf8(utf8(text)), text);
    }),
  );
});

test('base64 is written of many bytes as of few', () => {
  for (const length of [3071, 3072, 3073, 100_000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => index % 251);
    assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
  }
});

test('base64 has one spelling', () => {
  for (const text of ['QQ', 'QQ=', 'QR==', 'Q Q=', 'QQ==\n', '-_==', 'QUJ=']) assert.equal(fromBase64(text), undefined);
});

test('broken hex and broken UTF-8 are nothing', () => {
  assert.equal(fromHex('abc'), undefined);
  assert.equal(fromHex('zz'), undefined);
  assert.equal(fromUtf8(Uint8Array.of(0xc0, 0x80)), undefined);
});

test('a byte order mark stays visible', () => {
  assert.equal(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41)), '\ufeffA');
});

test('bytes are compared whole', () => {
  assert.ok(equalBytes(Uint8Array.of(1, 2), concatBytes(Uint8Array.of(1), Uint8Array.of(2))));
  assert.ok(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)));
  assert.ok(!equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1)));
});

test('a cursor reads what a cursor wrote, and no further', () => {
  const bytes = new ByteWriter().uint8(1).uint16(0x0203).uint32(0x04050607).bytes(Uint8Array.of(8, 9)).done();
  assert.equal(toHex(bytes), '010203040506070809');
  const reader = new ByteReader(bytes);
  assert.equal(reader.uint8(), 1);
  assert.equal(reader.uint16(), 0x0203);
  assert.equal(reader.uint32(), 0x04050607);
  assert.deepEqual(reader.bytes(2), Uint8Array.of(8, 9));
  assert.equal(reader.remaining, 0);
  assert.throws(() => reader.uint8(), { code: 'BYTES_TRUNCATED' });
});

test('what a cursor read stays when the buffer is used again', () => {
  const buffer = Buffer.from([1, 2]);
  const copy = new ByteReader(buffer).bytes(2);
  buffer.fill(0);
  assert.deepEqual(copy, Uint8Array.of(1, 2));
});

test('a cursor reads the numbers of a meter', () => {
  assert.equal(new ByteReader(Uint8Array.of(0x43, 0x66, 0, 0)).float32(), 230);
  assert.equal(new ByteReader(Buffer.from('41E561A9EDDE6E39', 'hex')).float64(), 2869776238.950955);
  assert.equal(new ByteReader(Buffer.from('00000000000000ff', 'hex')).uint64(), 255n);
});
