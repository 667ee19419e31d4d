import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SealmeterError } from '#core/errors.ts';
import { Milliseconds } from '#core/time.ts';
import type { HttpRequestFacts } from '#signature/http-request.ts';
import { toUnixTime } from '#signature/http-time.ts';
import { type RequestRefusalCode, requestRefusals } from '#signature/request-refusals.ts';
import { requestTo } from '#signature/request-signer.ts';
import { FakeClock } from '../support/fake-clock.ts';
import {
  assertRefused,
  dasKey,
  edited,
  meterWith,
  signed,
  signedCavage,
  twice,
  URL_WITH_QUERY,
  verified,
  withHeaders,
  withoutHeader,
} from './signed-requests.ts';

const clock = new FakeClock();
const created = toUnixTime(clock.now());
const genuine = await signed('draft-cavage', clock);
const signature = (from: string | RegExp, to: string): HttpRequestFacts => edited(genuine, 'signature', from, to);

describe('a draft-cavage signature', () => {
  it('verifies in Authorization as it does alone', async () => {
    const text = genuine.headers.get('signature')?.[0];
    for (const scheme of ['Signature', 'signature', 'SIGNATURE']) {
      const inAuthorization = withHeaders(withoutHeader(genuine, 'signature'), { authorization: `${scheme} ${text}` });
      const { form } = await verified(inAuthorization, meterWith(clock));
      assert.equal(form, 'draft-cavage');
    }
  });

  it('verifies with blanks between its parameters', async () => {
    await verified(signature(/",/g, '" ,\t'), meterWith(clock));
  });

  it('verifies beside an Authorization of another scheme', async () => {
    await verified(withHeaders(genuine, { authorization: 'Basic YTpi' }), meterWith(clock));
  });

  it('covers a header with an empty value', async () => {
    const request = withHeaders(requestTo('GET', URL_WITH_QUERY), { 'x-empty': '' });
    const names = ['(request-target)', 'host', '(created)', 'x-empty'];
    await verified(await signedCavage(request, names, { created }), meterWith(clock));
  });

  it('covers octets that are not ASCII, as they came', async () => {
    const request = withHeaders(requestTo('GET', URL_WITH_QUERY), {
      'x-name': Buffer.from('Zähler à').toString('latin1'),
    });
    const names = ['(request-target)', 'host', '(created)', 'x-name'];
    await verified(await signedCavage(request, names, { created }), meterWith(clock));
  });

  it('may have (created) beside ecdsa-sha256, which can mean one thing only', async () => {
    const request = await signedCavage(requestTo('GET', URL_WITH_QUERY), ['(request-target)', 'host', '(created)'], {
      algorithm: 'ecdsa-sha256',
      created,
    });
    assert.equal((await verified(request, meterWith(clock))).created, clock.now());
  });

  it('may expire later', async () => {
    await verified(signature(',headers', `,expires=${created},headers`), meterWith(clock));
  });

  const refusals: Readonly<Record<string, readonly [RequestRefusalCode, HttpRequestFacts]>> = {
    'parameter-duplicate': ['SIGNATURE_PARAMETER_DUPLICATE', signature(',headers', ',keyId="x",headers')],
    'parameter-duplicate-at-the-end': ['SIGNATURE_PARAMETER_DUPLICATE', signature(/$/, ',algorithm="hs2019"')],
    'headers-parameter-duplicate': ['SIGNATURE_PARAMETER_DUPLICATE', signature(/$/, ',headers="date"')],
    'parameter-unknown': ['SIGNATURE_PARAMETER_UNKNOWN', signature(',headers', ',opaque="x",headers')],
    'parameter-in-other-case': ['SIGNATURE_PARAMETER_UNKNOWN', signature('keyId', 'keyid')],
    'expires-misspelt': ['SIGNATURE_PARAMETER_UNKNOWN', signature(',headers', ',expired=1,headers')],
    'key-id-missing': ['SIGNATURE_PARAMETER_MISSING', signature(/keyId="[^"]*",/, '')],
    'headers-missing': ['SIGNATURE_PARAMETER_MISSING', signature(/headers="[^"]*",/, '')],
    'signature-missing': ['SIGNATURE_PARAMETER_MISSING', signature(/,signature="[^"]*"/, '')],
    'header-empty': ['SIGNATURE_MALFORMED', withHeaders(genuine, { signature: '' })],
    'authorization-empty': [
      'SIGNATURE_MALFORMED',
      withHeaders(withoutHeader(genuine, 'signature'), { authorization: 'Signature' }),
    ],
    'comma-at-the-end': ['SIGNATURE_MALFORMED', signature(/$/, ',')],
    'comma-twice': ['SIGNATURE_MALFORMED', signature(',headers', ',,headers')],
    'quote-missing': ['SIGNATURE_MALFORMED', signature(/"$/, '')],
    'quotes-missing': ['SIGNATURE_MALFORMED', signature('"ecdsa-sha256"', 'ecdsa-sha256')],
    'backslash-in-a-value': ['SIGNATURE_MALFORMED', signature('host', '\\host')],
    'blank-before-equals': ['SIGNATURE_MALFORMED', signature('keyId=', 'keyId =')],
    'text-after-the-end': ['SIGNATURE_MALFORMED', signature(/$/, ' x')],
    'created-in-quotes': ['SIGNATURE_MALFORMED', signature(',headers', `,created="${created}",headers`)],
    'created-with-leading-zero': ['SIGNATURE_MALFORMED', signature(',headers', `,created=0${created},headers`)],
    'created-negative': ['SIGNATURE_MALFORMED', signature(',headers', ',created=-1,headers')],
    'created-with-a-fraction': ['SIGNATURE_MALFORMED', signature(',headers', `,created=${created}.5,headers`)],
    'key-id-as-a-number': ['SIGNATURE_MALFORMED', signature(/keyId="[^"]*"/, 'keyId=1')],
    'signature-not-base64': ['SIGNATURE_MALFORMED', signature('signature="', 'signature="*')],
    'signature-not-padded': ['SIGNATURE_MALFORMED', signature(/=*"$/, '"')],
    'signature-with-stray-bits': ['SIGNATURE_MALFORMED', signature(/.=="$/, 'x=="')],
    'signature-in-base64url': ['SIGNATURE_MALFORMED', signature('signature="', 'signature="____')],
    'signature-too-long': ['SIGNATURE_TOO_LARGE', signature('keyId="', `keyId="${'x'.repeat(2_048)}`)],
    'too-many-covered': [
      'SIGNATURE_TOO_LARGE',
      signature('host date', ['host', 'date', ...Array.from({ length: 14 }, (_, index) => `x-${index}`)].join(' ')),
    ],
    'covered-twice': ['SIGNATURE_COMPONENT_DUPLICATE', signature('host date', 'host date host')],
    'covered-empty': ['SIGNATURE_COMPONENT_UNKNOWN', signature(/headers="[^"]*"/, 'headers=""')],
    'covered-with-two-blanks': ['SIGNATURE_COMPONENT_UNKNOWN', signature('host date', 'host  date')],
    'covered-in-capitals': ['SIGNATURE_COMPONENT_UNKNOWN', signature('host date', 'Host date')],
    'covered-but-not-sent': ['SIGNATURE_COMPONENT_UNKNOWN', signature('host date', 'host date digest')],
    'covered-by-unknown-pseudo-header': ['SIGNATURE_COMPONENT_UNKNOWN', signature('host date', 'host date (keyid)')],
    'covered-created-without-created': ['SIGNATURE_COMPONENT_UNKNOWN', signature('host date', 'host date (created)')],
    'covered-expires-without-expires': ['SIGNATURE_COMPONENT_UNKNOWN', signature('host date', 'host date (expires)')],
    'covered-date-stripped': ['SIGNATURE_COMPONENT_UNKNOWN', withoutHeader(genuine, 'date')],
    'request-target-not-covered': ['SIGNATURE_COMPONENT_MISSING', signature('(request-target) ', '')],
    'host-not-covered': ['SIGNATURE_COMPONENT_MISSING', signature(' host', '')],
    'date-not-covered': ['SIGNATURE_COMPONENT_MISSING', signature(' date', '')],
    'created-not-covered-for-want-of-a-date': [
      'SIGNATURE_COMPONENT_MISSING',
      edited(signature(' date', ''), 'signature', ',headers', `,created=${created},headers`),
    ],
    'date-alone-covered': ['SIGNATURE_COMPONENT_MISSING', signature(/headers="[^"]*"/, 'headers="date"')],
    'signature-header-twice': ['SIGNATURE_HEADER_REPEATED', twice(genuine, 'signature')],
    'authorization-header-twice': [
      'SIGNATURE_HEADER_REPEATED',
      twice(withHeaders(genuine, { authorization: 'Basic YTpi' }), 'authorization'),
    ],
    'host-twice': ['SIGNATURE_HEADER_REPEATED', twice(genuine, 'host')],
    'date-twice': ['SIGNATURE_HEADER_REPEATED', twice(genuine, 'date')],
    'date-of-rfc-850': ['SIGNATURE_MALFORMED', withHeaders(genuine, { date: 'Friday, 20-Nov-26 09:15:00 GMT' })],
    'line-feed-in-a-header': ['SIGNATURE_MALFORMED', withHeaders(genuine, { host: 'meter.example\ndate: x' })],
    'line-feed-in-the-target': ['SIGNATURE_MALFORMED', { ...genuine, target: '/cosem\nhost: x' }],
    'blank-in-the-method': ['SIGNATURE_MALFORMED', { ...genuine, method: 'GET /x' }],
    'method-in-lower-case': ['SIGNATURE_MALFORMED', { ...genuine, method: 'get' }],
    'signature-in-two-carriers': [
      'SIGNATURE_AMBIGUOUS',
      withHeaders(genuine, { authorization: 'Signature keyId="x"' }),
    ],
    'expires-in-the-past': ['SIGNATURE_EXPIRED', signature(',headers', `,expires=${created - 1},headers`)],
    'created-uncovered-and-stale': ['SIGNATURE_STALE', signature(',headers', `,created=${created - 301},headers`)],
    'created-uncovered-and-future': [
      'SIGNATURE_FROM_FUTURE',
      signature(',headers', `,created=${created + 61},headers`),
    ],
    'method-changed': ['SIGNATURE_INVALID', { ...genuine, method: 'HEAD' }],
    'target-changed': ['SIGNATURE_INVALID', { ...genuine, target: '/cosem' }],
    'query-changed': ['SIGNATURE_INVALID', { ...genuine, target: genuine.target.replace('depth=1', 'depth=2') }],
    'query-in-another-spelling': ['SIGNATURE_INVALID', { ...genuine, target: genuine.target.replace('q.', 'q%2e') }],
    'host-changed': ['SIGNATURE_INVALID', withHeaders(genuine, { host: 'other.example' })],
    'covered-in-another-order': ['SIGNATURE_INVALID', signature('host date', 'date host')],
    'signature-empty': ['SIGNATURE_INVALID', signature(/signature="[^"]*"/, 'signature=""')],
    'signature-of-zeros': ['SIGNATURE_INVALID', signature(/signature="[^"]*"/, `signature="${'A'.repeat(86)}=="`)],
  };
  for (const [name, [code, request]] of Object.entries(refusals)) {
    it(`is refused with ${name}: ${code}`, () => assertRefused(code, request, meterWith(clock)));
  }

  it('is refused when the date is covered but moved', async () => {
    const moved = withHeaders(genuine, { date: 'Fri, 20 Nov 2026 09:15:01 GMT' });
    await assertRefused('SIGNATURE_INVALID', moved, meterWith(clock));
  });

  it('is refused when (expires) is covered and moved', async () => {
    const names = ['(request-target)', 'host', '(created)', '(expires)'];
    const request = await signedCavage(requestTo('GET', URL_WITH_QUERY), names, { created, expires: created + 10 });
    const policy = meterWith(clock);
    await assertRefused(
      'SIGNATURE_INVALID',
      edited(request, 'signature', /expires=\d+/, `expires=${created + 99}`),
      policy,
    );
    await verified(request, policy);
    const later = new FakeClock();
    await later.advance(Milliseconds(10_001));
    await assertRefused('SIGNATURE_EXPIRED', request, meterWith(later));
  });
});

describe('the algorithm of a draft-cavage signature', () => {
  for (const algorithm of ['hs2019', 'rsa-sha256', 'hmac-sha256', 'ecdsa-sha1', 'ecdsa-sha384', 'ECDSA-SHA256', '']) {
    it(`is not "${algorithm}" for a key on P-256`, () =>
      assertRefused('SIGNATURE_ALGORITHM', signature('ecdsa-sha256', algorithm), meterWith(clock)));
  }

  it('may be left to the key', async () => {
    await verified(signature('algorithm="ecdsa-sha256",', ''), meterWith(clock));
  });

  it('may be hs2019 where the key is configured so, with the hash that is configured', async () => {
    const renamed = signature('ecdsa-sha256', 'hs2019');
    await verified(renamed, meterWith(clock, { keys: [{ ...dasKey, allowHs2019: 'sha-256' }] }));
    const otherHash = meterWith(clock, { keys: [{ ...dasKey, allowHs2019: 'sha-512' }] });
    await assertRefused('SIGNATURE_INVALID', renamed, otherHash);
  });
});

describe('any other text in place of a draft-cavage signature', () => {
  const known = new Set(Object.keys(requestRefusals));
  const pieces = fc.constantFrom(
    'keyId="k"',
    'algorithm="hs2019"',
    'created=1',
    'expires=1',
    'headers="(request-target) host date"',
    'headers=""',
    'signature="AAAA"',
    ',',
    ' ',
    '"',
    '=',
    '\\',
    'x',
    '1',
  );
  const anyText = fc.oneof(
    fc.string(),
    fc.array(pieces).map((list) => list.join('')),
    fc.array(pieces).map((list) => list.join(',')),
  );

  it('is refused by a known code, and by nothing worse', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.boolean(), async (text, inAuthorization) => {
        const request = inAuthorization
          ? withHeaders(withoutHeader(genuine, 'signature'), { authorization: `Signature ${text}` })
          : withHeaders(genuine, { signature: text });
        await assert.rejects(verified(request, meterWith(clock)), (error) => {
          assert.ok(error instanceof SealmeterError && known.has(error.code), String(error));
          return true;
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
