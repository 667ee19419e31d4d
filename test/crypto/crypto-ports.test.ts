import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, it } from 'node:test';

import { concatBytes, toHex, utf8 } from '#core/bytes.ts';
import { type SignatureAlgorithm, signatureAlgorithm, signatureAlgorithms } from '#crypto/algorithms.ts';
import { nodeCrypto, pooledCrypto } from '#crypto/node-crypto.ts';
import { webCrypto } from '#crypto/web-crypto.ts';

const ports = [
  { name: 'node-crypto', port: nodeCrypto, other: webCrypto, algorithms: signatureAlgorithms },
  { name: 'node-crypto in the thread pool', port: pooledCrypto, other: webCrypto, algorithms: signatureAlgorithms },
  {
    name: 'web-crypto',
    port: webCrypto,
    other: nodeCrypto,
    algorithms: signatureAlgorithms.filter(({ curve }) => curve.name !== 'P-192'),
  },
];

/** SHA-2 of "abc". @see FIPS 180-4, examples of the Secure Hash Standard at NIST's site */
const digestsOfAbc = {
  'sha-256': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  'sha-384': 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  'sha-512':
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
} as const;

const p256 = signatureAlgorithm('ecdsa-p256-sha256');
const message = utf8('what the meter said');

for (const { name, port, other, algorithms } of ports) {
  describe(`crypto port ${name}`, () => {
    for (const hash of ['sha-256', 'sha-384', 'sha-512'] as const) {
      it(`digests with ${hash}`, async () => {
        assert.equal(toHex(await port.digest(hash, utf8('abc'))), digestsOfAbc[hash]);
      });
    }

    for (const algorithm of algorithms) {
      it(`verifies ${algorithm.id}`, async () => {
        const { privateKey, spki } = keyPair(algorithm);
        const key = await port.importPublicKey(spki);
        const signature = rawSign(message, privateKey, algorithm.hash);
        assert.equal(key.algorithm, algorithm);
        assert.equal(await port.verify(key, message, signature), true);
        assert.equal(await port.verify(key, concatBytes(message, message), signature), false);
        assert.equal(await port.verify(key, message, signature.with(5, (signature[5] ?? 0) ^ 1)), false);
        assert.equal(await port.verify(await port.importPublicKey(keyPair(algorithm).spki), message, signature), false);
      });
    }

    it('verifies with the hash that a protocol decides', async () => {
      const { privateKey, spki } = keyPair(p256);
      const key = await port.importPublicKey(spki);
      const signature = rawSign(message, privateKey, 'sha-512');
      assert.equal(await port.verify(key, message, signature, 'sha-512'), true);
      assert.equal(await port.verify(key, message, signature), false);
    });

    it('reads a key that stands inside a larger buffer, and data likewise', async () => {
      const { privateKey, spki } = keyPair(p256);
      const key = await port.importPublicKey(inside(spki));
      assert.equal(await port.verify(key, inside(message), inside(rawSign(message, privateKey, 'sha-256'))), true);
    });

    const { spki } = keyPair(p256);
    const refused: ReadonlyArray<{ what: string; key: Uint8Array }> = [
      { what: 'nothing', key: new Uint8Array(0) },
      { what: 'an RSA key', key: spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey) },
      { what: 'an Ed25519 key', key: spkiOf(generateKeyPairSync('ed25519').publicKey) },
      { what: 'a key on secp256k1', key: spkiOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey) },
      { what: 'a point that is not on the curve', key: spki.with(90, (spki[90] ?? 0) ^ 1) },
      { what: 'the point (0, 0)', key: concatBytes(spki.subarray(0, -64), new Uint8Array(64)) },
      { what: 'a compressed point', key: compressed(spki) },
      { what: 'a byte after the key', key: concatBytes(spki, Uint8Array.of(0)) },
      { what: 'a key cut off', key: spki.subarray(0, -1) },
    ];
    for (const { what, key } of refused) {
      it(`refuses to import ${what}`, async () => {
        await assert.rejects(async () => port.importPublicKey(key), { code: 'KEY_UNSUPPORTED', fault: 'evidence' });
      });
    }

    it('refuses a key of the other port', async () => {
      const key = await other.importPublicKey(keyPair(p256).spki);
      await assert.rejects(async () => port.verify(key, message, new Uint8Array(64)), TypeError);
    });
  });
}

describe('crypto port web-crypto', () => {
  it('refuses P-192, which browsers do not have', async () => {
    const { spki } = keyPair(signatureAlgorithm('ecdsa-p192-sha256'));
    await assert.rejects(webCrypto.importPublicKey(spki), { code: 'KEY_UNSUPPORTED' });
  });
});

function keyPair({ curve }: SignatureAlgorithm): { privateKey: KeyObject; spki: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve.openssl });
  return { privateKey, spki: spkiOf(publicKey) };
}

/** OpenSSL's own r‖s, so that our conversion is not its own witness. */
function rawSign(data: Uint8Array, key: KeyObject, hash: string): Uint8Array {
  return sign(hash.replace('-', ''), data, { key, dsaEncoding: 'ieee-p1363' });
}

function spkiOf(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'spki' });
}

function inside(bytes: Uint8Array): Uint8Array {
  return concatBytes(utf8('before'), bytes, utf8('after')).subarray(6, 6 + bytes.length);
}

/** The same key with its point as 02|03 ‖ x. @see SEC 1 § 2.3.3 */
function compressed(spki: Uint8Array): Uint8Array {
  const header = concatBytes(spki.subarray(0, 25), Uint8Array.of(2 + ((spki.at(-1) ?? 0) & 1)));
  const shorter = header.with(1, (header[1] ?? 0) - 32).with(24, (spki[24] ?? 0) - 32);
  return concatBytes(shorter, spki.subarray(27, 59));
}
