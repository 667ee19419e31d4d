import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromUtf8, toBase64, utf8 } from '#core/bytes.ts';
import type { XmlFailure } from '#core/xml-parser.ts';
import type { PublicKey } from '#crypto/crypto-port.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import type { SealFailure } from '#signature/seal-failure.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { verifySealed } from '#signature/xml-strict-verifier.ts';
import { makeSigningKey } from '../support/signing-keys.ts';
import { measurement, ROOT } from './xml-documents.ts';

const meter = makeSigningKey();
const other = makeSigningKey();
const content = measurement();
const sealed = await sealDocument(content, meter.signer);

const keys: ReadonlyMap<string, PublicKey> = new Map(
  [meter, other].map(({ signer, publicKey }) => [signer.keyId, publicKey]),
);
const verifyText = (text: string) => verifySealed(utf8(text), (keyName) => keys.get(keyName), nodeCrypto);

describe('the strict verifier', () => {
  it('gives back the content, the key and its name', async () => {
    const verified = await verifyText(sealed);
    assert.equal(fromUtf8(verified.bytes), content);
    assert.equal(verified.keyName, meter.signer.keyId);
    assert.equal(verified.key, meter.publicKey);
  });

  it('gives back bytes of its own', async () => {
    const document = utf8(sealed);
    const { bytes } = await verifySealed(document, () => meter.publicKey, nodeCrypto);
    document.fill(0);
    assert.equal(fromUtf8(bytes), content);
  });

  it('runs on the crypto of a browser, and waits for a key store that takes its time', async () => {
    const spki = meter.certificate.publicKey.export({ format: 'der', type: 'spki' });
    const { bytes } = await verifySealed(utf8(sealed), () => webCrypto.importPublicKey(spki), webCrypto);
    assert.equal(fromUtf8(bytes), content);
  });

  it('accepts the compatibility curve P-192 where such a key is pinned', async () => {
    const old = makeSigningKey('ecdsa-p192-sha256');
    const document = await sealDocument(content, old.signer);
    const { bytes } = await verifySealed(utf8(document), () => old.publicKey, nodeCrypto);
    assert.equal(fromUtf8(bytes), content);
  });

  it('accepts signatures whose r or s is short', async () => {
    const seen = { r: 0, s: 0 };
    for (let number = 0; seen.r === 0 || seen.s === 0; number += 1) {
      const document = await sealDocument(measurement(`${number}`), meter.signer);
      const [r, s] = integersOf(document);
      if (r > 0 && s > 0) continue;
      await verifyText(document);
      seen.r += r === 0 ? 1 : 0;
      seen.s += s === 0 ? 1 : 0;
      assert.ok(number < 10_000, 'one signature in 128 has a short r');
    }
  });

  it('reads the same from (r, n − s), which is a signature too', async () => {
    const [, value = ''] = /<SignatureValue>([^<]*)/.exec(sealed) ?? [];
    const counterpart = negateS(Buffer.from(value, 'base64'));
    assert.equal(fromUtf8((await verifyText(sealed.replace(value, toBase64(counterpart)))).bytes), content);
  });

  it('does not verify with a key of another curve, whatever its name', async () => {
    const { publicKey } = makeSigningKey('ecdsa-p384-sha384');
    await assert.rejects(
      verifySealed(utf8(sealed), () => publicKey, nodeCrypto),
      { code: 'SEAL_NOT_IN_PROFILE' },
    );
  });
});

/** Documents that mean the same to an XML reader, and other near misses. */
const variants: ReadonlyArray<{ name: string; change: (document: string) => string; code: SealFailure | XmlFailure }> =
  [
    {
      name: 'with the name of another key',
      change: replacer(meter.signer.keyId, other.signer.keyId),
      code: 'SEAL_SIGNATURE_INVALID',
    },
    {
      name: 'with the name of an unknown key',
      change: replacer(/sha256:[0-9a-f]{64}/, `sha256:${'0'.repeat(64)}`),
      code: 'SEAL_KEY_UNKNOWN',
    },
    {
      name: 'with a key name in capitals',
      change: replacer(/sha256:[0-9a-f]{64}/, (id) => id.toUpperCase()),
      code: 'SEAL_NOT_IN_PROFILE',
    },
    { name: 'without KeyInfo', change: replacer(/<KeyInfo>.*<\/KeyInfo>/, ''), code: 'SEAL_NOT_IN_PROFILE' },
    {
      name: 'with an attribute on Signature',
      change: replacer('<SignedInfo>', '<SignedInfo Id="s">'),
      code: 'SEAL_NOT_IN_PROFILE',
    },
    {
      name: 'with an empty element written short',
      change: replacer('></SignatureMethod>', '/>'),
      code: 'SEAL_NOT_IN_PROFILE',
    },
    { name: 'with single quotes', change: replacer('URI=""', "URI=''"), code: 'SEAL_NOT_IN_PROFILE' },
    {
      name: 'with white space in the Signature',
      change: replacer('<SignatureValue>', '\n<SignatureValue>'),
      code: 'SEAL_NOT_IN_PROFILE',
    },
    {
      name: 'with a prefix on the Signature',
      change: replacer('<Signature xmlns=', '<ds:Signature xmlns:ds='),
      code: 'SEAL_MISSING',
    },
    { name: 'with space in the end tag of the root', change: replacer(/>$/, ' >'), code: 'SEAL_NOT_IN_PROFILE' },
    {
      name: 'with another end tag',
      change: replacer(new RegExp(`</${ROOT}>$`), '</other>'),
      code: 'SEAL_NOT_IN_PROFILE',
    },
    { name: 'with space before the root', change: (document) => ` ${document}`, code: 'SEAL_NOT_IN_PROFILE' },
    { name: 'with the line ends of Windows', change: (document) => `${document}\r\n`, code: 'SEAL_NOT_IN_PROFILE' },
    {
      name: 'with a space more in a tag of the content',
      change: replacer('<attribute ', '<attribute  '),
      code: 'SEAL_DIGEST_MISMATCH',
    },
    { name: 'with an entity written otherwise', change: replacer('&gt;', '>'), code: 'SEAL_DIGEST_MISMATCH' },
    { name: 'with a letter composed otherwise', change: replacer('ä', 'a\u0308'), code: 'SEAL_DIGEST_MISMATCH' },
    { name: 'without its Signature', change: replacer(/<Signature .*<\/Signature>/, ''), code: 'SEAL_MISSING' },
    {
      name: 'as the Signature alone',
      change: (document) => document.slice(document.indexOf('<Signature')),
      code: 'SEAL_NOT_IN_PROFILE',
    },
  ];

describe('the strict verifier refuses a sealed document', () => {
  for (const { name, change, code } of variants) {
    it(`${name}: ${code}`, async () => {
      assert.notEqual(change(sealed), sealed);
      await assert.rejects(verifyText(change(sealed)), { code, fault: 'evidence' });
    });
  }
});

function replacer(from: string | RegExp, to: string | ((found: string) => string)): (document: string) => string {
  return (document) => document.replace(from, to as string);
}

/** The first bytes of r and of s. */
function integersOf(document: string): readonly [number, number] {
  const raw = Buffer.from(/<SignatureValue>([^<]*)/.exec(document)?.[1] ?? '', 'base64');
  return [raw[0] ?? 1, raw[32] ?? 1];
}

function negateS(raw: Uint8Array): Uint8Array {
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = BigInt(`0x${Buffer.from(raw.subarray(32)).toString('hex')}`);
  const negated = Buffer.from((n - s).toString(16).padStart(64, '0'), 'hex');
  return Buffer.concat([raw.subarray(0, 32), negated]);
}
