import assert from 'node:assert/strict';
import { createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { describe, it } from 'node:test';
import { fromBase64, utf8 } from '#core/bytes.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { cavage } from '#signature/cavage.ts';
import { requireBodyBound } from '#signature/content-digest.ts';
import type { HttpRequestFacts } from '#signature/http-request.ts';
import { rfc9421ValueOf, signatureBase } from '#signature/rfc9421.ts';
import { readComponents } from '#signature/signature-format.ts';
import { parseDictionary } from '#signature/structured-fields.ts';
import vectors from '../vectors/http-signatures.json' with { type: 'json' };
import { withHeaders } from './signed-requests.ts';

interface MessageVector {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

describe('the published examples of draft-cavage', () => {
  const request = requestOf(vectors.cavage.request);

  for (const { source, key, header, signed } of vectors.cavage.signatures) {
    for (const [carrier, headers] of Object.entries({
      Signature: { Signature: header },
      Authorization: { Authorization: `Signature ${header}` },
    })) {
      it(`${source}, in ${carrier}`, () => {
        const claim = cavage.read(withHeaders(request, headers));
        assert.equal(Buffer.from(claim.signed).toString('latin1'), signed.join('\n'));
        assert.ok(verify('sha256', claim.signed, publicKeyOf(key), claim.signature));
      });
    }
  }

  it('bind their body', async () => {
    await requireBodyBound(request, ['digest'], ['digest'], nodeCrypto);
  });
});

describe('the published examples of RFC 9421', () => {
  const request = requestOf(vectors.rfc9421.request);

  for (const { source, key, label, input, signature, base } of vectors.rfc9421.requestSignatures) {
    it(source, () => {
      const member = parseDictionary(`${label}=${input}`, (_, detail) => new Error(detail)).get(label);
      const names = member?.items?.map(({ value }) => String(value)) ?? [];
      const covered = readComponents(names, (name) => rfc9421ValueOf(name, request));
      const built = signatureBase(covered, member?.text ?? '');
      assert.equal(built, base.join('\n'));
      assert.ok(isSignedBy(key, utf8(built), bytesOf(signature)));
    });
  }

  it(vectors.rfc9421.responseSignature.source, async () => {
    const { components, input, key, signature, body } = vectors.rfc9421.responseSignature;
    const publicKey = nodeCrypto.importPublicKey(bytesOf(keyNamed(key).spki ?? ''));
    assert.ok(nodeCrypto.verify(publicKey, utf8(signatureBase(components, input)), bytesOf(signature)));
    const digests = new Map(components.map(({ name, value }) => [name, [value]]));
    const message = { method: 'GET', target: '/', headers: digests, body: utf8(body) };
    await requireBodyBound(message, ['content-digest'], ['content-digest'], nodeCrypto);
  });

  it('bind their body', async () => {
    await requireBodyBound(request, ['content-digest'], ['content-digest'], nodeCrypto);
  });

  for (const { source, component, value, ...line } of vectors.rfc9421.derivedComponents) {
    it(`${source} ${component} of ${line.target}`, () => {
      const message = { ...line, headers: new Map([['host', ['www.example.com']]]) };
      assert.equal(rfc9421ValueOf(component, message), value);
    });
  }
});

function requestOf({ method, target, headers, body }: MessageVector): HttpRequestFacts {
  return {
    method,
    target,
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
    body: utf8(body),
  };
}

interface KeyVector {
  readonly kind: string;
  readonly spki?: string;
  readonly secret?: string;
}

function keyNamed(name: string): KeyVector {
  const key = new Map<string, KeyVector>(Object.entries(vectors.keys)).get(name);
  if (key === undefined) throw new TypeError(`no key "${name}" among the vectors`);
  return key;
}

const publicKeyOf = (name: string): KeyObject =>
  createPublicKey({ key: Buffer.from(keyNamed(name).spki ?? '', 'base64'), format: 'der', type: 'spki' });

function isSignedBy(name: string, data: Uint8Array, signature: Uint8Array): boolean {
  const { secret } = keyNamed(name);
  return secret === undefined
    ? verify(null, data, publicKeyOf(name), signature)
    : createHmac('sha256', Buffer.from(secret, 'base64')).update(data).digest().equals(signature);
}

function bytesOf(base64: string): Uint8Array {
  const bytes = fromBase64(base64);
  if (bytes === undefined) throw new TypeError(`"${base64}" is not base64`);
  return bytes;
}
