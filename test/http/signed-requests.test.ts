import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Minutes, Seconds } from '#core/time.ts';
import { ReplayMemory } from '#signature/replay-memory.ts';
import type { RequestRefusalCode } from '#signature/request-refusals.ts';
import { METER_ID } from '../support/example-meter.ts';
import { makeSigningKey } from '../support/signing-keys.ts';
import { ask, askSigned, assertProblem, assertSealed, type RequestHeaders } from './support/ask.ts';
import {
  certificateNamed,
  dasKey,
  type ExampleService,
  exampleClient,
  exampleService,
  peerIs,
  signatureHeaders,
} from './support/example-service.ts';

const VALUE = `/cosem/ldevs/${METER_ID}/objects/3-0100010800ff/attributes/2`;
const OTHER_VALUE = `/cosem/ldevs/${METER_ID}/objects/3-0100200700ff/attributes/2`;

/** Headers with another text in one of them. Fails where there is nothing to change, which would prove nothing. */
function edited(headers: RequestHeaders, name: string, from: string | RegExp, to: string): RequestHeaders {
  const before = headers[name] ?? '';
  const after = before.replace(from, to);
  assert.notEqual(after, before, `${name} has no ${String(from)}`);
  return { ...headers, [name]: after };
}

interface Attack {
  readonly code: RequestRefusalCode;
  /** The headers of a request for {@link VALUE}. */
  readonly headers: (service: ExampleService) => Promise<RequestHeaders>;
}

const attacks: Readonly<Record<string, Attack>> = {
  'signature-invalid': {
    code: 'SIGNATURE_INVALID',
    headers: async (service) => edited(await signatureHeaders(VALUE, service), 'Signature', /:..../, ':AAAA'),
  },
  'signature-of-another-resource': {
    code: 'SIGNATURE_INVALID',
    headers: (service) => signatureHeaders(OTHER_VALUE, service),
  },
  'signature-of-another-method': {
    code: 'SIGNATURE_INVALID',
    headers: (service) => signatureHeaders(VALUE, service, 'draft-cavage', { method: 'HEAD' }),
  },
  'signature-stale': {
    code: 'SIGNATURE_STALE',
    headers: async (service) => {
      const headers = await signatureHeaders(VALUE, service);
      await service.clock.advance(Minutes(6));
      return headers;
    },
  },
  'signature-from-the-future': {
    code: 'SIGNATURE_FROM_FUTURE',
    headers: async (service) => {
      const ahead = exampleService();
      await ahead.clock.advance(Minutes(6));
      return signatureHeaders(VALUE, { ...service, clock: ahead.clock });
    },
  },
  'signature-replayed': {
    code: 'SIGNATURE_REPLAYED',
    headers: async (service) => {
      const headers = await signatureHeaders(VALUE, service);
      assertSealed(await ask(service, VALUE, headers));
      return headers;
    },
  },
  'unknown-key': {
    code: 'SIGNATURE_KEY_UNKNOWN',
    headers: (service) => signatureHeaders(VALUE, service, 'rfc9421', { signer: makeSigningKey().signer }),
  },
  'missing-required-component': {
    code: 'SIGNATURE_COMPONENT_MISSING',
    headers: async (service) => edited(await signatureHeaders(VALUE, service), 'Signature-Input', ' "@authority"', ''),
  },
  'duplicate-parameters': {
    code: 'SIGNATURE_PARAMETER_DUPLICATE',
    headers: async (service) =>
      edited(await signatureHeaders(VALUE, service, 'draft-cavage'), 'Signature', /$/, ',algorithm="ecdsa-sha256"'),
  },
  'unreadable-signature': {
    code: 'SIGNATURE_MALFORMED',
    headers: async () => ({ Host: 'meter.example', Signature: 'nonsense' }),
  },
  'two-signatures': {
    code: 'SIGNATURE_AMBIGUOUS',
    headers: async (service) => ({ ...(await signatureHeaders(VALUE, service)), Authorization: 'Signature keyId="x"' }),
  },
};

describe('a wrong signature gets 401, the failed check by name, and no measurement', () => {
  for (const [name, { code, headers }] of Object.entries(attacks)) {
    it(name, async () => {
      const service = exampleService();
      const answer = await ask(service, VALUE, await headers(service));
      const problem = assertProblem(answer, 401, code);
      assert.ok(problem.detail !== undefined && problem.mend !== '');
      assert.match(answer.headers['www-authenticate'] ?? '', /^Signature /);
      // A service that stands: the next right request is answered.
      await service.clock.advance(Seconds(1));
      assertSealed(await askSigned(service, VALUE));
    });
  }

  it('key-of-another-client', async () => {
    const other = makeSigningKey();
    const service = exampleService({
      clients: [
        exampleClient('das', 'administrator', certificateNamed('d'), dasKey),
        exampleClient('shop', 'supplier', certificateNamed('5'), other),
      ],
      peerOf: peerIs(certificateNamed('5')),
    });
    assertProblem(await askSigned(service, VALUE), 401, 'SIGNATURE_KEY_FOREIGN');
  });

  it('signed-before-the-meter-started', async () => {
    const before = exampleService();
    const headers = await signatureHeaders(VALUE, before);
    await before.clock.advance(Seconds(2));
    const restarted = exampleService({ clock: before.clock, boot: before.clock.now() });
    assertProblem(await ask(restarted, VALUE, headers), 401, 'SIGNATURE_BEFORE_START');
  });
});

describe('the replay memory', () => {
  it('that is full refuses rather than forgets: 429, and when to come again', async () => {
    const service = exampleService();
    const signatures = { ...service.parts.signatures, replay: new ReplayMemory({ total: 1, perKey: 1 }) };
    const small = exampleService({ signatures, clock: service.clock });
    assertSealed(await askSigned(small, VALUE));
    const answer = await askSigned(small, VALUE);
    assertProblem(answer, 429, 'SIGNATURE_REPLAY_MEMORY_FULL');
    assert.equal(answer.headers['retry-after'], '60');
  });

  it('lets the same client repeat a draft-cavage GET within its second', async () => {
    const service = exampleService();
    const headers = await signatureHeaders(VALUE, service, 'draft-cavage');
    assertSealed(await ask(service, VALUE, headers));
    assertSealed(await ask(service, VALUE, headers));
  });
});

it('a bad signature does not use up the nonce of the right one', async () => {
  const service = exampleService();
  const right = await signatureHeaders(VALUE, service);
  const wrong = edited(right, 'Signature', /:..../, ':AAAA');
  assertProblem(await ask(service, VALUE, wrong), 401, 'SIGNATURE_INVALID');
  assertSealed(await ask(service, VALUE, right));
});
