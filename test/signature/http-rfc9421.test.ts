import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SealmeterError } from '#core/errors.ts';
import { Milliseconds } from '#core/time.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import type { HttpRequestFacts } from '#signature/http-request.ts';
import { toUnixTime } from '#signature/http-time.ts';
import { type RequestRefusalCode, requestRefusals } from '#signature/request-refusals.ts';
import { requestTo } from '#signature/request-signer.ts';
import { rfc9421ValueOf } from '#signature/rfc9421.ts';
import { FakeClock } from '../support/fake-clock.ts';
import {
  assertRefused,
  das,
  edited,
  meterWith,
  signed,
  signedRfc9421,
  twice,
  URL_WITH_QUERY,
  verified,
  withHeaders,
  withoutHeader,
} from './signed-requests.ts';

const clock = new FakeClock();
const created = toUnixTime(clock.now());
const genuine = await signed('rfc9421', clock);
const input = (from: string | RegExp, to: string): HttpRequestFacts => edited(genuine, 'signature-input', from, to);
const signature = (from: string | RegExp, to: string): HttpRequestFacts => edited(genuine, 'signature', from, to);

const plain = requestTo('GET', URL_WITH_QUERY);
const COMPONENTS = '("@method" "@authority" "@path" "@query")';
const PARAMETERS = `;created=${created};keyid="${das.signer.keyId}";nonce="n"`;
const withoutQuery = await signedRfc9421(
  { ...plain, target: '/cosem' },
  `("@method" "@authority" "@path")${PARAMETERS}`,
);

describe('an RFC 9421 signature', () => {
  it('needs to cover no query where the request has none, but may', async () => {
    await verified(withoutQuery, meterWith(clock));
    const coveringNone = await signedRfc9421({ ...plain, target: '/cosem' }, `${COMPONENTS}${PARAMETERS}`);
    await verified(coveringNone, meterWith(clock));
  });

  it('may have any label', async () => {
    await verified(edited(input('sig1', '*x-1.y'), 'signature', 'sig1', '*x-1.y'), meterWith(clock));
  });

  it('may expire later, and then does', async () => {
    const request = await signedRfc9421(plain, `${COMPONENTS}${PARAMETERS};expires=${created + 10}`);
    await verified(request, meterWith(clock));
    const later = new FakeClock();
    await later.advance(Milliseconds(10_001));
    await assertRefused('SIGNATURE_EXPIRED', request, meterWith(later));
  });

  it('may leave the algorithm to the key', async () => {
    await verified(await signedRfc9421(plain, `${COMPONENTS}${PARAMETERS}`), meterWith(clock));
  });

  it('may have a nonce with quotes and backslashes in it', async () => {
    const quoted = PARAMETERS.replace('nonce="n"', 'nonce="a\\"b\\\\c"');
    await verified(await signedRfc9421(plain, `${COMPONENTS}${quoted}`), meterWith(clock));
  });

  const refusals: Readonly<Record<string, readonly [RequestRefusalCode, HttpRequestFacts]>> = {
    'signature-input-alone': ['SIGNATURE_MALFORMED', withoutHeader(genuine, 'signature')],
    'signature-input-empty': ['SIGNATURE_MALFORMED', withHeaders(genuine, { 'signature-input': '' })],
    'signature-not-a-byte-sequence': ['SIGNATURE_MALFORMED', withHeaders(genuine, { signature: 'sig1="x"' })],
    'signature-not-base64': ['SIGNATURE_MALFORMED', signature(/=:.(.*)$/, '=:*$1')],
    'components-not-a-list': ['SIGNATURE_MALFORMED', input(/\(.*\)/, '"@method"')],
    'components-not-strings': ['SIGNATURE_MALFORMED', input('"@method"', '1')],
    'components-with-two-blanks': ['SIGNATURE_MALFORMED', input('" "', '"  "')],
    'parameters-after-blanks': ['SIGNATURE_MALFORMED', input(';keyid', '; keyid')],
    'labels-that-differ': ['SIGNATURE_MALFORMED', signature('sig1', 'sig2')],
    'created-as-text': ['SIGNATURE_MALFORMED', input(/created=\d+/, 'created="now"')],
    'created-as-a-decimal': ['SIGNATURE_MALFORMED', input(/created=\d+/, `created=${created}.5`)],
    'created-negative': ['SIGNATURE_MALFORMED', input(/created=\d+/, 'created=-1')],
    'created-beyond-all-calendars': ['SIGNATURE_MALFORMED', input(/created=\d+/, 'created=999999999999999')],
    'created-without-a-value': ['SIGNATURE_MALFORMED', input(/created=\d+/, 'created')],
    'key-id-as-a-token': ['SIGNATURE_MALFORMED', input(/keyid="[^"]*"/, 'keyid=das')],
    'nonce-as-bytes': ['SIGNATURE_MALFORMED', input(/nonce="[^"]*"/, 'nonce=:AAAA:')],
    'nonce-empty': ['SIGNATURE_MALFORMED', input(/nonce="[^"]*"/, 'nonce=""')],
    'nonce-too-long': ['SIGNATURE_MALFORMED', input(/nonce="[^"]*"/, `nonce="${'x'.repeat(129)}"`)],
    'parameter-duplicate': ['SIGNATURE_PARAMETER_DUPLICATE', input(';keyid', `;created=${created};keyid`)],
    'label-duplicate': ['SIGNATURE_PARAMETER_DUPLICATE', input(/^(.*)$/, '$1, $1')],
    'parameter-unknown': ['SIGNATURE_PARAMETER_UNKNOWN', input(';keyid', ';x=1;keyid')],
    'tag-of-another-application': ['SIGNATURE_PARAMETER_UNKNOWN', input(/$/, ';tag="payments"')],
    'created-missing': ['SIGNATURE_PARAMETER_MISSING', input(/;created=\d+/, '')],
    'key-id-missing': ['SIGNATURE_PARAMETER_MISSING', input(/;keyid="[^"]*"/, '')],
    'nonce-missing': ['SIGNATURE_PARAMETER_MISSING', input(/;nonce="[^"]*"/, '')],
    'two-labels': ['SIGNATURE_AMBIGUOUS', input(/^sig1(.*)$/, 'sig1$1, sig2$1')],
    'two-signatures-for-one-input': ['SIGNATURE_AMBIGUOUS', signature(/^sig1(.*)$/, 'sig1$1, sig2$1')],
    'both-forms-at-once': ['SIGNATURE_AMBIGUOUS', withHeaders(genuine, { authorization: 'Signature keyId="x"' })],
    'draft-cavage-in-place-of-the-signature': [
      'SIGNATURE_MALFORMED',
      withHeaders(genuine, { signature: 'keyId="x",signature="AAAA"' }),
    ],
    'signature-input-too-long': ['SIGNATURE_TOO_LARGE', input('keyid="', `keyid="${'x'.repeat(2_048)}`)],
    'too-many-covered': [
      'SIGNATURE_TOO_LARGE',
      input('"@path"', Array.from({ length: 16 }, (_, index) => `"x-${index}"`).join(' ')),
    ],
    'covered-twice': ['SIGNATURE_COMPONENT_DUPLICATE', input('"@path"', '"@path" "@path"')],
    'covered-with-req': ['SIGNATURE_COMPONENT_UNKNOWN', input('"@method"', '"@method";req')],
    'covered-with-a-key': ['SIGNATURE_COMPONENT_UNKNOWN', input('"@path"', '"@path" "content-digest";key="sha-256"')],
    'covered-in-capitals': ['SIGNATURE_COMPONENT_UNKNOWN', input('"@path"', '"@path" "Host"')],
    'covered-but-not-sent': ['SIGNATURE_COMPONENT_UNKNOWN', input('"@path"', '"@path" "date"')],
    'covered-query-parameter': ['SIGNATURE_COMPONENT_UNKNOWN', input('"@query"', '"@query-param";name="q.depth"')],
    'covered-status-of-a-request': ['SIGNATURE_COMPONENT_UNKNOWN', input('"@path"', '"@path" "@status"')],
    'covered-signature-params': ['SIGNATURE_COMPONENT_UNKNOWN', input('"@path"', '"@path" "@signature-params"')],
    'host-stripped': ['SIGNATURE_COMPONENT_UNKNOWN', withoutHeader(genuine, 'host')],
    'target-of-an-asterisk': ['SIGNATURE_COMPONENT_UNKNOWN', { ...genuine, target: '*' }],
    'target-in-absolute-form': [
      'SIGNATURE_COMPONENT_UNKNOWN',
      { ...genuine, target: `https://meter.example:8443${genuine.target}` },
    ],
    'method-not-covered': ['SIGNATURE_COMPONENT_MISSING', input('"@method" ', '')],
    'authority-not-covered': ['SIGNATURE_COMPONENT_MISSING', input('"@authority" ', '')],
    'path-not-covered': ['SIGNATURE_COMPONENT_MISSING', input('"@path" ', '')],
    'query-not-covered': ['SIGNATURE_COMPONENT_MISSING', input(' "@query"', '')],
    'nothing-covered': ['SIGNATURE_COMPONENT_MISSING', input(/\(.*\)/, '()')],
    'query-added': ['SIGNATURE_COMPONENT_MISSING', { ...withoutQuery, target: '/cosem?' }],
    'algorithm-of-another-curve': ['SIGNATURE_ALGORITHM', input('ecdsa-p256-sha256', 'ecdsa-p384-sha384')],
    'algorithm-of-another-kind': ['SIGNATURE_ALGORITHM', input('ecdsa-p256-sha256', 'hmac-sha256')],
    'algorithm-in-the-words-of-draft-cavage': ['SIGNATURE_ALGORITHM', input('ecdsa-p256-sha256', 'ecdsa-sha256')],
    'signature-input-header-twice': ['SIGNATURE_HEADER_REPEATED', twice(genuine, 'signature-input')],
    'signature-header-twice': ['SIGNATURE_HEADER_REPEATED', twice(genuine, 'signature')],
    'host-twice': ['SIGNATURE_HEADER_REPEATED', twice(genuine, 'host')],
    'line-feed-in-a-header': ['SIGNATURE_MALFORMED', withHeaders(genuine, { host: 'meter.example\n"@path": /' })],
    'line-feed-in-the-target': ['SIGNATURE_MALFORMED', { ...genuine, target: '/cosem\n"@query": ?' }],
    'method-changed': ['SIGNATURE_INVALID', { ...genuine, method: 'HEAD' }],
    'path-changed': ['SIGNATURE_INVALID', { ...genuine, target: genuine.target.replace('sm?', 'sn?') }],
    'path-in-another-spelling': [
      'SIGNATURE_INVALID',
      { ...genuine, target: genuine.target.replace('cosem', '%63osem') },
    ],
    'query-changed': ['SIGNATURE_INVALID', { ...genuine, target: genuine.target.replace('depth=1', 'depth=2') }],
    'host-changed': ['SIGNATURE_INVALID', withHeaders(genuine, { host: 'other.example:8443' })],
    'port-changed': ['SIGNATURE_INVALID', withHeaders(genuine, { host: 'meter.example:8444' })],
    'nonce-changed': ['SIGNATURE_INVALID', input(/nonce="[^"]*"/, 'nonce="other"')],
    'created-changed': ['SIGNATURE_INVALID', input(/created=\d+/, `created=${created - 1}`)],
    'expires-added': ['SIGNATURE_INVALID', input(/$/, `;expires=${created + 60}`)],
    'algorithm-removed': ['SIGNATURE_INVALID', input(/;alg="[^"]*"/, '')],
    'signature-empty': ['SIGNATURE_INVALID', signature(/:.*:/, '::')],
    'signature-of-zeros': ['SIGNATURE_INVALID', signature(/:.*:/, `:${'A'.repeat(86)}==:`)],
  };
  for (const [name, [code, request]] of Object.entries(refusals)) {
    it(`is refused with ${name}: ${code}`, () => assertRefused(code, request, meterWith(clock)));
  }

  it('is refused in DER, which RFC 9421 does not have', async () => {
    const raw = Buffer.from(/:(.*):/.exec(genuine.headers.get('signature')?.[0] ?? '')?.[1] ?? '', 'base64');
    const der = derFromRaw(raw, das.signer.algorithm.curve) ?? assert.fail('no signature');
    const request = signature(/:.*:/, `:${Buffer.from(der).toString('base64')}:`);
    await assertRefused('SIGNATURE_INVALID', request, meterWith(clock));
  });
});

describe('the authority of a request', () => {
  const authorityOf = (host: string): string | undefined =>
    rfc9421ValueOf('@authority', { method: 'GET', target: '/', headers: new Map([['host', [host]]]) });

  for (const [host, authority] of Object.entries({
    'Meter.EXAMPLE': 'meter.example',
    'meter.example:443': 'meter.example',
    'meter.example:8443': 'meter.example:8443',
    'meter.example:80': 'meter.example:80',
    ' meter.example\t': 'meter.example',
    '[2001:DB8::1]:443': '[2001:db8::1]',
    '[2001:db8::443]': '[2001:db8::443]',
  })) {
    it(`is "${authority}" for Host "${host}"`, () => assert.equal(authorityOf(host), authority));
  }

  it('makes a signature hold for any way to write the same host', async () => {
    await verified(withHeaders(genuine, { host: 'METER.example:8443' }), meterWith(clock));
  });
});

describe('any other text in place of an RFC 9421 signature', () => {
  const known = new Set(Object.keys(requestRefusals));
  const pieces = fc.constantFrom(
    'sig1=',
    '(',
    ')',
    '"@method"',
    '"@authority"',
    '"@path"',
    '"@query"',
    '"date"',
    ' ',
    ';created=',
    '1795166100',
    ';keyid="k"',
    ';nonce="n"',
    ';req',
    ':AAAA:',
    ', ',
    'sig2=',
    '"',
    ';',
  );
  const anyText = fc.oneof(
    fc.string(),
    fc.array(pieces).map((list) => list.join('')),
  );

  it('is refused by a known code, and by nothing worse', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('signature', 'signature-input'), anyText, async (header, text) => {
        await assert.rejects(verified(withHeaders(genuine, { [header]: text }), meterWith(clock)), (error) => {
          assert.ok(error instanceof SealmeterError && known.has(error.code), String(error));
          return true;
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
