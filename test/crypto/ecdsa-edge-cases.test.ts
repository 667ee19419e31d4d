import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { concatBytes, utf8 } from '#core/bytes.ts';
import { signatureAlgorithm } from '#crypto/algorithms.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import { keyForSignature, n, p, rawSignature } from './edge-signatures.ts';

const message = utf8('edge case');
const S = 0x1234_5678_9abc_def0_1234_5678_9abc_def0_1234_5678_9abc_def0_1234_5678_9abc_def0n;

/** True signatures whose numbers lie at the edges. R is the first point from `x` on, going by `step`. */
const accepted = [
  { name: 'r with 31 leading zero bytes', x: 1n, step: 1n, s: S },
  { name: 'r with one leading zero byte', x: n >> 9n, step: 1n, s: S },
  { name: 'r just below n', x: n - 1n, step: -1n, s: S },
  { name: 'x of R lies between n and p, so that r is x − n', x: n, step: 1n, s: S },
  { name: 's = 1', x: S, step: 1n, s: 1n },
  { name: 's = 2^128: leading zero bytes', x: S, step: 1n, s: 1n << 128n },
  { name: 's = n − 1', x: S, step: 1n, s: n - 1n },
  { name: 'r and s tiny', x: 1n, step: 1n, s: 3n },
  { name: 'most significant bits of r and s set', x: n - (1n << 200n), step: 1n, s: n - (1n << 199n) },
];

// r small enough that r + n still fits 32 bytes.
const tiny = keyForSignature(message, 1n, 1n, 7n);
const valid = rawSignature(tiny.r, 7n);

const refused = [
  { name: 'r = 0', signature: rawSignature(0n, 7n) },
  { name: 's = 0', signature: rawSignature(tiny.r, 0n) },
  { name: 'r = s = 0', signature: rawSignature(0n, 0n) },
  { name: 'r = n', signature: rawSignature(n, 7n) },
  { name: 's = n', signature: rawSignature(tiny.r, n) },
  { name: 'r + n, equal to r modulo n', signature: rawSignature(tiny.r + n, 7n) },
  { name: 's + n, equal to s modulo n', signature: rawSignature(tiny.r, 7n + n) },
  { name: 'r = p', signature: rawSignature(p, 7n) },
  { name: 'all ones', signature: new Uint8Array(64).fill(0xff) },
  { name: 'n − r in place of r', signature: rawSignature(n - tiny.r, 7n) },
  { name: 'r and s exchanged', signature: rawSignature(7n, tiny.r) },
  { name: 'empty', signature: new Uint8Array(0) },
  { name: 'one byte short', signature: valid.subarray(1) },
  { name: 'leading zeros of r and s cut off', signature: Uint8Array.of(Number(tiny.r), 7) },
  { name: 'one byte more', signature: concatBytes(valid, Uint8Array.of(0)) },
  { name: 'widened to 33 bytes each', signature: widened(valid) },
  { name: 'DER in place of r‖s', signature: derOf(valid) },
];

const ports = [
  { name: 'node-crypto', port: nodeCrypto },
  { name: 'web-crypto', port: webCrypto },
];

for (const { name: portName, port } of ports) {
  describe(`edge cases of ECDSA, ${portName}`, () => {
    for (const { name, x, step, s } of accepted) {
      it(`accepts ${name}`, async () => {
        const { spki, r } = keyForSignature(message, x, step, s);
        const key = await port.importPublicKey(spki);
        assert.equal(await port.verify(key, message, rawSignature(r, s)), true);
        assert.equal(await port.verify(key, utf8('another message'), rawSignature(r, s)), false);
      });
    }

    it('accepts (r, n − s) beside (r, s), which is why signature bytes identify nothing', async () => {
      const key = await port.importPublicKey(tiny.spki);
      assert.equal(await port.verify(key, message, valid), true);
      assert.equal(await port.verify(key, message, rawSignature(tiny.r, n - 7n)), true);
    });

    for (const { name, signature } of refused) {
      it(`refuses ${name}`, async () => {
        assert.equal(await port.verify(await port.importPublicKey(tiny.spki), message, signature), false);
      });
    }
  });
}

function widened(raw: Uint8Array): Uint8Array {
  const zero = Uint8Array.of(0);
  return concatBytes(zero, raw.subarray(0, 32), zero, raw.subarray(32));
}

function derOf(raw: Uint8Array): Uint8Array {
  const der = derFromRaw(raw, signatureAlgorithm('ecdsa-p256-sha256').curve);
  assert.ok(der);
  return der;
}
