import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromUtf8, utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import { verifyForeign } from '#signature/xml-general-verifier.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { type KeyOf, verifySealed } from '#signature/xml-strict-verifier.ts';
import { xmlCryptoVerify } from './oracles/xml-crypto.ts';
import { xmldsigjsVerify, xmldsigjsVerifyWithoutKey } from './oracles/xmldsigjs.ts';
import { attackMeter, type Fooled } from './xml-attacks.ts';

const { meter, original, attacks } = await attackMeter();
const sealed = await sealDocument(original, meter.signer);
const spki = meter.certificate.publicKey.export({ format: 'der', type: 'spki' });
const ports = [
  { name: 'node-crypto', port: nodeCrypto, key: meter.publicKey },
  { name: 'web-crypto', port: webCrypto, key: await webCrypto.importPublicKey(spki) },
];

for (const { name, port, key } of ports) {
  const strict = (document: Uint8Array) =>
    verifySealed(document, (keyName) => (keyName === meter.signer.keyId ? key : undefined), port);
  const general = (document: Uint8Array) => verifyForeign(document, key, port);

  describe(`attacks on the strict verifier, ${name}`, () => {
    it('accepts the document that the attacks start from', async () => {
      assert.equal(fromUtf8((await strict(utf8(sealed))).bytes), original);
    });

    for (const attack of attacks) {
      it(`refuses ${attack.name}: ${attack.strict}`, async () => {
        await assert.rejects(strict(bytesOf(attack.document)), { code: attack.strict, fault: 'evidence' });
      });
    }
  });

  describe(`attacks on the general verifier, ${name}`, () => {
    it('accepts the document that the attacks start from', async () => {
      assert.equal(fromUtf8((await general(utf8(sealed))).bytes), original);
    });

    for (const attack of attacks) {
      const { general: outcome } = attack;
      if (outcome === 'original') {
        it(`gives back what was signed for ${attack.name}`, async () => {
          assert.equal(fromUtf8((await general(bytesOf(attack.document))).bytes), original);
        });
      } else {
        it(`refuses ${attack.name}: ${outcome}`, async () => {
          await assert.rejects(general(bytesOf(attack.document)), { code: outcome, fault: 'evidence' });
        });
      }
    }
  });
}

const fooled: Readonly<Record<Fooled, (xml: string) => boolean | Promise<boolean>>> = {
  'xml-crypto': (xml) => xmlCryptoVerify(meter, xml).valid,
  xmldsigjs: (xml) => xmldsigjsVerify(meter, xml),
  'xmldsigjs-without-key': xmldsigjsVerifyWithoutKey,
};

describe('the attacks are real', () => {
  for (const { name, document, fools = [] } of attacks) {
    for (const library of fools) {
      it(`${library} accepts ${name}`, async () => {
        assert.ok(typeof document === 'string' && !document.includes(original));
        assert.equal(await fooled[library](document), true);
      });
    }
  }
});

describe('every byte of a sealed document', () => {
  const document = utf8(sealed);
  const keyOf: KeyOf = (keyName) => (keyName === meter.signer.keyId ? meter.publicKey : undefined);

  for (const mask of [0x01, 0x20, 0x80]) {
    it(`is one that the strict verifier misses when its bit ${mask} flips`, async () => {
      for (let index = 0; index < document.length; index += 1) {
        const flipped = document.with(index, (document[index] ?? 0) ^ mask);
        await assert.rejects(verifySealed(flipped, keyOf, nodeCrypto), SealmeterError, `byte ${index}`);
      }
    });

    it(`gives the general verifier the signed content or nothing when its bit ${mask} flips`, async () => {
      for (let index = 0; index < document.length; index += 1) {
        const flipped = document.with(index, (document[index] ?? 0) ^ mask);
        const read = await verifyForeign(flipped, meter.publicKey, nodeCrypto).then(
          ({ bytes }) => fromUtf8(bytes),
          (error: unknown) => assert.ok(error instanceof SealmeterError, `byte ${index}: ${String(error)}`),
        );
        assert.ok(read === undefined || read === original, `byte ${index}`);
      }
    });
  }

  it('is needed: the document cut off anywhere is refused', async () => {
    for (let length = 0; length < document.length; length += 1) {
      const start = document.subarray(0, length);
      await assert.rejects(verifySealed(start, keyOf, nodeCrypto), SealmeterError);
      await assert.rejects(verifyForeign(start, meter.publicKey, nodeCrypto), SealmeterError);
    }
  });
});

function bytesOf(document: string | Uint8Array): Uint8Array {
  return typeof document === 'string' ? utf8(document) : document;
}
