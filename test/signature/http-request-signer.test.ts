import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { describe, it } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { type SignatureAlgorithmId, signatureAlgorithms } from '#crypto/algorithms.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import { cavage } from '#signature/cavage.ts';
import { requestTo, signRequest } from '#signature/request-signer.ts';
import { rfc9421 } from '#signature/rfc9421.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { makeSigningKey } from '../support/signing-keys.ts';
import {
  das,
  dasKey,
  FORMS,
  isRefusal,
  meterWith,
  signed,
  signingOf,
  URL_WITH_QUERY,
  verified,
  withHeaders,
  withoutHeader,
} from './signed-requests.ts';

const clock = new FakeClock();
const zeros = (count: number): Uint8Array => new Uint8Array(count);
const get = requestTo('GET', URL_WITH_QUERY);
const put = requestTo('PUT', URL_WITH_QUERY, { 'content-type': 'text/plain' }, utf8('{"hello": "world"}'));
const DIGEST = 'X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=';

describe('a request to a URL', () => {
  it('has target and host as they go on the wire', () => {
    assert.equal(get.target, '/cosem/ldevs/1sie0012345678.sm?q.depth=1');
    assert.deepEqual(get.headers.get('host'), ['meter.example:8443']);
    const plain = requestTo('GET', new URL('https://METER.example:443'));
    assert.equal(plain.target, '/');
    assert.deepEqual(plain.headers.get('host'), ['meter.example']);
  });
});

describe('the signer of RFC 9421', () => {
  it('writes these headers', async () => {
    const { Signature = '', ...rest } = await signRequest(get, { ...signingOf('rfc9421', clock), random: zeros });
    assert.deepEqual(rest, {
      'Signature-Input':
        'sig1=("@method" "@authority" "@path" "@query");created=1795166100;' +
        `keyid="${das.signer.keyId}";alg="ecdsa-p256-sha256";nonce="AAAAAAAAAAAAAAAAAAAAAA=="`,
    });
    assert.match(Signature, /^sig1=:[A-Za-z0-9+/]{86}==:$/);
  });

  it('leaves the query out where there is none', async () => {
    const headers = await signRequest(
      requestTo('GET', new URL('https://meter.example/cosem')),
      signingOf('rfc9421', clock),
    );
    assert.match(headers['Signature-Input'] ?? '', /^sig1=\("@method" "@authority" "@path"\);/);
  });

  it('binds a body, and says what it is', async () => {
    const headers = await signRequest(put, signingOf('rfc9421', clock));
    assert.equal(headers['Content-Digest'], `sha-256=:${DIGEST}:`);
    assert.match(headers['Signature-Input'] ?? '', /"@query" "content-digest" "content-type"\)/);
  });

  it('asks for 16 octets that nobody can guess', async () => {
    const asked: number[] = [];
    const random = (count: number): Uint8Array => {
      asked.push(count);
      return new Uint8Array(count);
    };
    await signRequest(get, signingOf('rfc9421', clock, { random }));
    assert.deepEqual(asked, [16]);
  });

  it('cannot sign with a key on P-192', async () => {
    const { signer } = makeSigningKey('ecdsa-p192-sha256');
    await assert.rejects(signRequest(get, signingOf('rfc9421', clock, { signer })), (error) => {
      assert.ok(error instanceof SealmeterError);
      assert.deepEqual([error.fault, error.code], ['configuration', 'SIGNATURE_FORM_UNSUPPORTED']);
      return true;
    });
  });
});

describe('the signer of draft-cavage', () => {
  it('writes these headers', async () => {
    const { Signature = '', ...rest } = await signRequest(get, signingOf('draft-cavage', clock));
    assert.deepEqual(rest, { Date: 'Fri, 20 Nov 2026 09:15:00 GMT' });
    const start = `keyId="${das.signer.keyId}",algorithm="ecdsa-sha256",headers="(request-target) host date",signature="`;
    assert.ok(Signature.startsWith(start));
    assert.match(Signature.slice(start.length), /^[A-Za-z0-9+/]{86}=="$/);
  });

  it('binds a body, and says what it is', async () => {
    const headers = await signRequest(put, signingOf('draft-cavage', clock));
    assert.equal(headers['Digest'], `SHA-256=${DIGEST}`);
    assert.match(headers['Signature'] ?? '', /headers="\(request-target\) host date digest content-type"/);
  });

  it('writes DER on request, as OpenSSL verifies it', async () => {
    const request = await signed('draft-cavage', clock, get, { cavageEncoding: 'der' });
    const claim = cavage.read(request);
    assert.ok(verify('sha256', claim.signed, das.certificate.publicKey, claim.signature));
  });

  it('puts its own Date in the place of another', async () => {
    const dated = withHeaders(get, { date: 'Sun, 05 Jan 2014 21:31:40 GMT' });
    await verified(await signed('draft-cavage', clock, dated), meterWith(clock));
  });
});

for (const form of FORMS) {
  describe(`what our signer signs as ${form}`, () => {
    for (const { id, rfc9421: name } of signatureAlgorithms) {
      if (form === 'rfc9421' && name === undefined) continue;
      it(`verifies with ${id}`, async () => {
        const { signer, publicKey } = makeSigningKey(id as SignatureAlgorithmId);
        const policy = meterWith(clock, { keys: [{ ...dasKey, keyId: signer.keyId, publicKey }] });
        for (const request of [get, put]) {
          const { owner } = await verified(await signed(form, clock, request, { signer }), policy);
          assert.equal(owner, dasKey.owner);
        }
      });
    }

    it('is signed in a browser, too', async () => {
      await verified(await signed(form, clock, put, { crypto: webCrypto }), meterWith(clock));
    });

    it('waits for a signer that takes its time', async () => {
      const slow = { ...das.signer, sign: async (data: Uint8Array) => das.signer.sign(data) };
      await verified(await signed(form, clock, get, { signer: slow }), meterWith(clock));
    });

    it('needs a Host', async () => {
      const hostless = withoutHeader(get, 'host');
      await assert.rejects(signRequest(hostless, signingOf(form, clock)), isRefusal('SIGNATURE_COMPONENT_UNKNOWN'));
    });

    it('needs a request line that HTTP has', async () => {
      const forged = { ...get, target: '/cosem\nhost: x' };
      await assert.rejects(signRequest(forged, signingOf(form, clock)), isRefusal('SIGNATURE_MALFORMED'));
    });

    it('covers what the meter demands of a request without a body, and no more than a date beside', async () => {
      const format = { rfc9421, 'draft-cavage': cavage }[form];
      const request = await signed(form, clock, get);
      const time = form === 'rfc9421' ? [] : ['date'];
      assert.deepEqual(format.read(request).covered, [...format.required(request), ...time]);
    });
  });
}
