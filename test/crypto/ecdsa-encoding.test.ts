import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { concatBytes, fromHex, toHex } from '#core/bytes.ts';
import { type Curve, signatureAlgorithm, signatureAlgorithms } from '#crypto/algorithms.ts';
import { derFromRaw, isRawSignature, rawFromDer } from '#crypto/ecdsa-encoding.ts';

const { curve: p256 } = signatureAlgorithm('ecdsa-p256-sha256');
const N = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
const word = (number: string): string => number.padStart(64, '0');

/** The same signature in both encodings. */
const pairs = [
  { name: 'r = s = 1', raw: word('1') + word('1'), der: '3006020101020101' },
  { name: '0x7f needs no sign byte, 0x80 does', raw: word('7f') + word('80'), der: '300702017f02020080' },
  { name: 'a zero byte inside stays', raw: word('0100') + word('8000'), der: '3009020201000203008000' },
  {
    name: 'the longest',
    raw: 'ff'.repeat(3) + 'fe'.repeat(29) + 'fe'.repeat(32),
    der: `3046022100${'ff'.repeat(3)}${'fe'.repeat(29)}022100${'fe'.repeat(32)}`,
  },
];

const refusedDer = [
  { name: 'nothing', der: '' },
  { name: 'a tag alone', der: '30' },
  { name: 'an empty sequence', der: '3000' },
  { name: 'r alone', der: '3003020101' },
  { name: 'three integers', der: '3009020101020101020101' },
  { name: 'a SET', der: '3106020101020101' },
  { name: 'an OCTET STRING for r', der: '3006040101020101' },
  { name: 'r = 0', der: '3006020100020101' },
  { name: 's = 0', der: '3006020101020100' },
  { name: 'an empty r', der: '30050200020101' },
  { name: 'an empty s', der: '30050201010200' },
  { name: 'a negative r', der: '3006020181020101' },
  { name: 'a negative s', der: '30060201010201ff' },
  { name: 'a leading zero that r does not need', der: '300702020001020101' },
  { name: 'a leading zero that s does not need', der: '300702010102020001' },
  { name: 'r = n', der: `3026022100${N}020101` },
  { name: 's = n', der: `3026020101022100${N}` },
  { name: 'r of 33 significant bytes', der: `3026022101${'00'.repeat(32)}020101` },
  { name: 'the length in the long form', der: '308106020101020101' },
  { name: 'the length of r in the long form', der: '300702810101020101' },
  { name: 'the indefinite form', der: '30800201010201010000' },
  { name: 'a byte after the sequence', der: '300602010102010100' },
  { name: 'a byte after s inside the sequence', der: '300702010102010100' },
  { name: 's longer than the sequence', der: '3006020101020201' },
  { name: 'the sequence cut off', der: '30060201010201' },
  { name: 'the sequence said to be shorter', der: '3005020101020101' },
];

const refusedRaw = [
  { name: 'nothing', raw: '' },
  { name: 'r = 0', raw: word('0') + word('1') },
  { name: 's = 0', raw: word('1') + word('0') },
  { name: 'r = n', raw: N + word('1') },
  { name: 's = n', raw: word('1') + N },
  { name: 'r above n', raw: 'ff'.repeat(32) + word('1') },
  { name: '63 bytes', raw: (word('1') + word('1')).slice(2) },
  { name: '65 bytes', raw: `00${word('1')}${word('1')}` },
];

describe('ECDSA signatures as r‖s and as DER', () => {
  for (const { name, raw, der } of pairs) {
    it(`translates both ways: ${name}`, () => {
      assert.equal(toHex(rawFromDer(bytes(der), p256) ?? bytes('')), raw);
      assert.equal(toHex(derFromRaw(bytes(raw), p256) ?? bytes('')), der);
    });
  }

  for (const { name, der } of refusedDer) {
    it(`refuses DER: ${name}`, () => assert.equal(rawFromDer(bytes(der), p256), undefined));
  }

  for (const { name, raw } of refusedRaw) {
    it(`refuses r‖s: ${name}`, () => {
      assert.equal(isRawSignature(bytes(raw), p256), false);
      assert.equal(derFromRaw(bytes(raw), p256), undefined);
    });
  }

  for (const { id, curve } of signatureAlgorithms) {
    it(`returns to where it began, ${id}`, () => {
      fc.assert(
        fc.property(numberBelowOrder(curve), numberBelowOrder(curve), (r, s) => {
          const raw = concatBytes(r, s);
          const der = derFromRaw(raw, curve);
          assert.ok(der);
          assert.deepEqual(rawFromDer(der, curve), raw);
        }),
      );
    });

    it(`reads no DER that it would not write, ${id}`, () => {
      const der = derFromRaw(
        concatBytes(
          curve.order.map((byte, index) => (index === 0 ? 0x7f : byte)),
          one(curve),
        ),
        curve,
      );
      assert.ok(der);
      fc.assert(
        fc.property(fc.nat(der.length - 1), fc.nat(255), (index, byte) => {
          const changed = der.with(index, byte);
          const raw = rawFromDer(changed, curve);
          if (raw !== undefined) assert.deepEqual(derFromRaw(raw, curve), changed);
        }),
      );
    });
  }

  it('reads arbitrary bytes without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (der) => {
        const raw = rawFromDer(der, p256);
        assert.ok(raw === undefined || raw.length === 64);
      }),
    );
  });
});

/** 0 < number < n, with many leading zero bytes as likely as none. */
function numberBelowOrder(curve: Curve): fc.Arbitrary<Uint8Array> {
  return fc
    .uint8Array({ minLength: 1, maxLength: curve.fieldSize })
    .map((digits) => concatBytes(new Uint8Array(curve.fieldSize - digits.length), digits))
    .filter((number) => isRawSignature(concatBytes(number, one(curve)), curve));
}

function one(curve: Curve): Uint8Array {
  return new Uint8Array(curve.fieldSize).with(curve.fieldSize - 1, 1);
}

function bytes(hex: string): Uint8Array {
  const value = fromHex(hex);
  assert.ok(value, `"${hex}" is not hex`);
  return value;
}
