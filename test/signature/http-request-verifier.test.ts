import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromBase64, toBase64, utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { addTime, type Duration, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import type { Curve } from '#crypto/algorithms.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import { contentDigest } from '#signature/content-digest.ts';
import type { HttpRequestFacts } from '#signature/http-request.ts';
import { toUnixTime } from '#signature/http-time.ts';
import { ReplayMemory } from '#signature/replay-memory.ts';
import { requestTo } from '#signature/request-signer.ts';
import { signatureFormOf } from '#signature/request-verifier.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { makeSigningKey } from '../support/signing-keys.ts';
import {
  assertRefused,
  CLIENT,
  das,
  dasKey,
  edited,
  FORMS,
  meterWith,
  signed,
  URL_WITH_QUERY,
  verified,
  withHeaders,
} from './signed-requests.ts';

const NOW = new FakeClock().now();
const at = (offset: Duration): FakeClock => new FakeClock(addTime(NOW, offset));
const put = (text: string): HttpRequestFacts =>
  requestTo('PUT', URL_WITH_QUERY, { 'content-type': 'text/plain' }, utf8(text));
const head = requestTo('HEAD', URL_WITH_QUERY);

describe('whether a request carries a signature', () => {
  const bare = requestTo('GET', URL_WITH_QUERY);

  it('is told by its headers alone', () => {
    assert.equal(signatureFormOf(bare), undefined);
    assert.equal(signatureFormOf(withHeaders(bare, { authorization: 'Bearer signature' })), undefined);
    assert.equal(signatureFormOf(withHeaders(bare, { signature: 'x' })), 'draft-cavage');
    assert.equal(signatureFormOf(withHeaders(bare, { authorization: 'Signature x' })), 'draft-cavage');
    assert.equal(signatureFormOf(withHeaders(bare, { 'signature-input': 'x' })), 'rfc9421');
    assert.equal(signatureFormOf(withHeaders(bare, { 'signature-input': 'x', signature: 'x' })), 'rfc9421');
  });

  it('must be so when it is to be verified', () => assertRefused('SIGNATURE_MISSING', bare, meterWith(at(Seconds(0)))));
});

for (const form of FORMS) {
  describe(`a signed request, ${form}`, () => {
    it('is found right', async () => {
      const request = await signed(form, at(Seconds(0)));
      const { covered, ...found } = await verified(request, meterWith(at(Seconds(1))));
      assert.deepEqual(found, { keyId: das.signer.keyId, owner: CLIENT, form, created: NOW });
      assert.ok(covered.length >= 3);
    });

    it('is found right by WebCrypto, too', async () => {
      const keys = [{ ...dasKey, publicKey: await webCrypto.importPublicKey(spkiOf(das.certificate.publicKey)) }];
      const request = await signed(form, at(Seconds(0)), put('x'));
      await verified(request, meterWith(at(Seconds(0)), { keys, crypto: webCrypto }));
    });

    describe('is fresh', () => {
      const cases: Readonly<Record<string, Duration>> = {
        'at once': Seconds(0),
        'to the end of the window': Minutes(5),
        'when the client is a minute ahead': Seconds(-60),
      };
      for (const [name, later] of Object.entries(cases)) {
        it(name, async () => {
          await verified(await signed(form, at(Seconds(0))), meterWith(at(later)));
        });
      }

      it('when it was made in the very second that the server started in', async () => {
        await verified(await signed(form, at(Milliseconds(999))), meterWith(at(Seconds(1)), { boot: NOW }));
      });
    });

    it('is refused a moment after the window: stale', async () => {
      const request = await signed(form, at(Seconds(0)));
      await assertRefused('SIGNATURE_STALE', request, meterWith(at(Milliseconds(300_001))));
    });

    it('is refused when its clock is too far ahead: from-the-future', async () => {
      const request = await signed(form, at(Seconds(0)));
      await assertRefused('SIGNATURE_FROM_FUTURE', request, meterWith(at(Milliseconds(-60_001))));
    });

    it('is refused when it may have been used before a restart: before-start', async () => {
      // Made at 09:15:00.2, which is written 09:15:00; the server that took it died, the next one starts at 09:15:00.5.
      const request = await signed(form, at(Milliseconds(200)));
      const restarted = { boot: addTime(NOW, Milliseconds(500)) };
      await assertRefused('SIGNATURE_BEFORE_START', request, meterWith(at(Milliseconds(700)), restarted));
    });

    it('is refused with a key that is not installed', async () => {
      const request = await signed(form, at(Seconds(0)));
      await assertRefused('SIGNATURE_KEY_UNKNOWN', request, meterWith(at(Seconds(0)), { keys: [] }));
    });

    it('is refused when its certificate was not valid then: key-not-valid', async () => {
      const valid = (from: Duration, to: Duration) =>
        meterWith(at(Seconds(0)), {
          keys: [{ ...dasKey, validity: { from: addTime(NOW, from), to: addTime(NOW, to) } }],
        });
      const request = await signed(form, at(Seconds(0)));
      await verified(request, valid(Seconds(0), Seconds(0)));
      await assertRefused('SIGNATURE_KEY_NOT_VALID', request, valid(Seconds(1), Seconds(9)));
      await assertRefused('SIGNATURE_KEY_NOT_VALID', request, valid(Seconds(-9), Seconds(-1)));
    });

    it('is refused when another client passes it on: key-foreign', async () => {
      const request = await signed(form, at(Seconds(0)));
      await assertRefused('SIGNATURE_KEY_FOREIGN', request, meterWith(at(Seconds(0))), 'das-2');
    });

    it('is refused when another key signed in the name of this one', async () => {
      const other = makeSigningKey();
      const signer = { ...other.signer, keyId: das.signer.keyId };
      const request = await signed(form, at(Seconds(0)), undefined, { signer });
      await assertRefused('SIGNATURE_INVALID', request, meterWith(at(Seconds(0))));
    });

    it('is refused when its body was altered', async () => {
      const request = await signed(form, at(Seconds(0)), put('period=900'));
      await assertRefused('DIGEST_MISMATCH', { ...request, body: utf8('period=901') }, meterWith(at(Seconds(0))));
    });

    it('is refused when a body was added', async () => {
      const request = await signed(form, at(Seconds(0)));
      await assertRefused('DIGEST_MISSING', { ...request, body: utf8('x') }, meterWith(at(Seconds(0))));
    });

    it('is refused when a body was added together with a digest that nobody signed', async () => {
      const request = await signed(form, at(Seconds(0)));
      const digested = withHeaders(request, { 'content-digest': await contentDigest(utf8('x'), nodeCrypto) });
      await assertRefused('DIGEST_MISSING', { ...digested, body: utf8('x') }, meterWith(at(Seconds(0))));
    });

    it('is refused when its body was altered and its digest, too', async () => {
      const altered = await signed(form, at(Seconds(0)), put('period=901'), { signer: makeSigningKey().signer });
      const request = await signed(form, at(Seconds(0)), put('period=900'));
      const header = form === 'rfc9421' ? 'content-digest' : 'digest';
      const headers = { [header]: altered.headers.get(header)?.[0] ?? assert.fail('no digest') };
      const forged = { ...withHeaders(request, headers), body: utf8('period=901') };
      await assertRefused('SIGNATURE_INVALID', forged, meterWith(at(Seconds(0))));
    });

    it('is refused when it is replayed', async () => {
      const policy = meterWith(at(Seconds(0)));
      const request = await signed(form, at(Seconds(0)), put('x'));
      await verified(request, policy);
      await assertRefused('SIGNATURE_REPLAYED', request, policy);
    });

    it('is refused when it is replayed at the very end of the window', async () => {
      const replay = new ReplayMemory();
      const request = await signed(form, at(Seconds(0)), put('x'));
      await verified(request, meterWith(at(Seconds(0)), { replay }));
      await assertRefused('SIGNATURE_REPLAYED', request, meterWith(at(Minutes(5)), { replay }));
      await assertRefused('SIGNATURE_STALE', request, meterWith(at(Seconds(301)), { replay }));
    });

    it('is refused when the wall clock is set back to replay it', async () => {
      const replay = new ReplayMemory();
      const request = await signed(form, at(Seconds(0)), put('x'));
      await verified(request, meterWith(at(Seconds(0)), { replay }));
      await verified(await signed(form, at(Minutes(10)), put('x')), meterWith(at(Minutes(10)), { replay }));
      await assertRefused('SIGNATURE_STALE', request, meterWith(at(Seconds(0)), { replay }));
    });

    it('is taken once of two that come at the same time', async () => {
      const policy = meterWith(at(Seconds(0)));
      const request = await signed(form, at(Seconds(0)), put('x'));
      const outcomes = await Promise.allSettled([verified(request, policy), verified(request, policy)]);
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    });

    it('is refused when its twin (r, n−s) is replayed, which verifies as well', async () => {
      const policy = meterWith(at(Seconds(0)));
      const request = await signed(form, at(Seconds(0)), put('x'));
      const twin = withRawSignature(request, form, (raw) => withNegatedS(raw, das.signer.algorithm.curve));
      assert.notDeepEqual(twin, request);
      await verified(twin, meterWith(at(Seconds(0))));
      await verified(request, policy);
      await assertRefused('SIGNATURE_REPLAYED', twin, policy);
    });

    it('does not use up what it would be remembered by, when it does not verify', async () => {
      const policy = meterWith(at(Seconds(0)));
      const request = await signed(form, at(Seconds(0)), put('x'));
      const forged = withRawSignature(request, form, (raw) => raw.with(63, (raw[63] ?? 0) ^ 1));
      await assertRefused('SIGNATURE_INVALID', forged, policy);
      await assertRefused('DIGEST_MISMATCH', { ...request, body: utf8('y') }, policy);
      assert.equal(policy.replay.size, 0);
      await verified(request, policy);
    });

    it('is refused when no more can be remembered', async () => {
      const policy = meterWith(at(Seconds(0)), { replay: new ReplayMemory({ total: 1, perKey: 1 }) });
      await verified(await signed(form, at(Seconds(0)), put('x')), policy);
      await assertRefused('SIGNATURE_REPLAY_MEMORY_FULL', await signed(form, at(Seconds(1)), put('x')), policy);
    });

    it('is remembered no longer than it says that it lives', async () => {
      const clock = new FakeClock(NOW);
      const policy = meterWith(clock);
      await verified(await signed(form, clock, put('x')), policy);
      await clock.advance(Seconds(301));
      await verified(await signed(form, clock, put('x')), policy);
      assert.equal(policy.replay.size, 1);
    });
  });
}

describe('a draft-cavage request for reading', () => {
  for (const request of [requestTo('GET', URL_WITH_QUERY), head]) {
    it(`may be repeated by the same client: ${request.method}`, async () => {
      const policy = meterWith(at(Seconds(0)));
      const once = await signed('draft-cavage', at(Seconds(0)), request);
      const again = await signed('draft-cavage', at(Milliseconds(900)), request);
      await verified(once, policy);
      await verified(once, policy);
      await verified(again, policy);
      assert.equal(policy.replay.size, 1);
    });
  }

  it('may not be repeated by the next owner of the key', async () => {
    const replay = new ReplayMemory();
    const request = await signed('draft-cavage', at(Seconds(0)));
    await verified(request, meterWith(at(Seconds(0)), { replay }));
    const handedOn = meterWith(at(Seconds(0)), { replay, keys: [{ ...dasKey, owner: 'das-2' }] });
    await assertRefused('SIGNATURE_REPLAYED', request, handedOn, 'das-2');
  });
});

describe('a draft-cavage request for writing', () => {
  it('is a replay when the same text is signed again, though the signature is another', async () => {
    const policy = meterWith(at(Seconds(0)));
    const once = await signed('draft-cavage', at(Seconds(0)), put('x'));
    const again = await signed('draft-cavage', at(Seconds(0)), put('x'));
    assert.notDeepEqual(again, once);
    await verified(once, policy);
    await assertRefused('SIGNATURE_REPLAYED', again, policy);
  });

  const uncovered: Readonly<Record<string, string>> = {
    'created-uncovered-to-shorten-the-memory': `created=${toUnixTime(NOW) - 299}`,
    'expires-uncovered-to-shorten-the-memory': `expires=${toUnixTime(NOW) + 1}`,
  };
  for (const [name, parameter] of Object.entries(uncovered)) {
    it(`is a replay with ${name}, when that is left out again`, async () => {
      const replay = new ReplayMemory();
      const request = await signed('draft-cavage', at(Seconds(0)), put('x'));
      const shortened = edited(request, 'signature', ',headers', `,${parameter},headers`);
      await verified(shortened, meterWith(at(Seconds(0)), { replay }));
      await assertRefused('SIGNATURE_REPLAYED', request, meterWith(at(Seconds(10)), { replay }));
    });
  }

  it('is a replay in the other encoding, too', async () => {
    const policy = meterWith(at(Seconds(0)));
    const once = await signed('draft-cavage', at(Seconds(0)), put('x'));
    const inDer = withRawSignature(once, 'draft-cavage', (raw) => derOf(raw));
    await verified(inDer, meterWith(at(Seconds(0))));
    await verified(once, policy);
    await assertRefused('SIGNATURE_REPLAYED', inDer, policy);
  });
});

describe('an RFC 9421 nonce', () => {
  const sameNonce = { random: (count: number) => new Uint8Array(count) };

  it('is good for one request, even for reading', async () => {
    const policy = meterWith(at(Seconds(0)));
    await verified(await signed('rfc9421', at(Seconds(0)), undefined, sameNonce), policy);
    const elsewhere = requestTo('GET', new URL('https://meter.example:8443/cosem'));
    await assertRefused('SIGNATURE_REPLAYED', await signed('rfc9421', at(Seconds(1)), elsewhere, sameNonce), policy);
  });

  it('is a matter of each key', async () => {
    const other = makeSigningKey();
    const otherKey = { ...dasKey, keyId: other.signer.keyId, publicKey: other.publicKey };
    const policy = meterWith(at(Seconds(0)), { keys: [dasKey, otherKey] });
    await verified(await signed('rfc9421', at(Seconds(0)), undefined, sameNonce), policy);
    await verified(await signed('rfc9421', at(Seconds(0)), undefined, { ...sameNonce, signer: other.signer }), policy);
  });
});

describe('a key on P-192', () => {
  it('has no name in RFC 9421', async () => {
    const old = makeSigningKey('ecdsa-p192-sha256');
    const keys = [{ ...dasKey, publicKey: old.publicKey }];
    const request = edited(await signed('rfc9421', at(Seconds(0))), 'signature-input', /;alg="[^"]*"/, '');
    await assertRefused('SIGNATURE_ALGORITHM', request, meterWith(at(Seconds(0)), { keys }));
  });
});

/** What a request carries, character by character. */
interface Place {
  readonly what: string;
  readonly text: string;
  readonly replaced: (text: string) => HttpRequestFacts;
}

describe('more than 2,000 requests with one character changed', () => {
  const clock = at(Seconds(0));
  const requests: Readonly<Record<string, () => Promise<HttpRequestFacts>>> = {
    'draft-cavage, r‖s': () => signed('draft-cavage', clock),
    'draft-cavage, DER': () => signed('draft-cavage', clock, undefined, { cavageEncoding: 'der' }),
    rfc9421: () => signed('rfc9421', clock),
  };
  for (const [name, sign] of Object.entries(requests)) {
    it(`are all refused: ${name}`, async () => {
      const mutants = everyMutation(await sign());
      assert.ok(mutants.length >= 2_000, `only ${mutants.length}`);
      for (const { what, request } of mutants) {
        await assert.rejects(verified(request, meterWith(clock)), SealmeterError, `${what} was accepted`);
      }
    });
  }
});

/** Every character of the request line and the headers with each of its lower seven bits changed. */
function everyMutation(request: HttpRequestFacts): readonly { what: string; request: HttpRequestFacts }[] {
  const places: readonly Place[] = [
    { what: 'method', text: request.method, replaced: (method) => ({ ...request, method }) },
    { what: 'target', text: request.target, replaced: (target) => ({ ...request, target }) },
    ...[...request.headers].map(([what, [text = '']]) => ({
      what,
      text,
      replaced: (value: string) => withHeaders(request, { [what]: value }),
    })),
  ];
  return places.flatMap(({ what, text, replaced }) =>
    Array.from(text, (character, index) =>
      Array.from({ length: 7 }, (_, bit) => {
        const changed = text.slice(0, index) + flipped(character, bit) + text.slice(index + 1);
        return { what: `${what}: ${changed}`, request: replaced(changed), changed };
      }),
    )
      .flat()
      // The case of a host name means nothing to an authority. @see RFC 9421 § 2.2.3
      .filter(({ changed }) => what !== 'host' || changed.toLowerCase() !== text.toLowerCase()),
  );
}

const flipped = (character: string, bit: number): string => String.fromCharCode(character.charCodeAt(0) ^ (1 << bit));

const spkiOf = (key: { export(options: { format: 'der'; type: 'spki' }): Buffer }): Uint8Array =>
  key.export({ format: 'der', type: 'spki' });

const derOf = (raw: Uint8Array): Uint8Array =>
  derFromRaw(raw, das.signer.algorithm.curve) ?? assert.fail('not a signature');

/** The same request with another text of its signature. */
function withRawSignature(
  request: HttpRequestFacts,
  form: SignatureForm,
  change: (raw: Uint8Array) => Uint8Array,
): HttpRequestFacts {
  const pattern = form === 'rfc9421' ? /(?<=:).*(?=:)/ : /(?<=signature=").*(?=")/;
  const before = pattern.exec(request.headers.get('signature')?.[0] ?? '')?.[0] ?? '';
  const raw = fromBase64(before) ?? assert.fail('not base64');
  return edited(request, 'signature', pattern, toBase64(change(raw)));
}

/** (r, s) to (r, n−s). @see the malleability of ECDSA: both verify over the same data */
function withNegatedS(raw: Uint8Array, { fieldSize, order }: Curve): Uint8Array {
  const s = BigInt(`0x${Buffer.from(raw.subarray(fieldSize)).toString('hex')}`);
  const n = BigInt(`0x${Buffer.from(order).toString('hex')}`);
  const negated = (n - s).toString(16).padStart(2 * fieldSize, '0');
  return Uint8Array.from([...raw.subarray(0, fieldSize), ...Buffer.from(negated, 'hex')]);
}
