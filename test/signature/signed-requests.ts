import assert from 'node:assert/strict';
import { SealmeterError } from '#core/errors.ts';
import { Instant, Milliseconds } from '#core/time.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import type { HttpRequestFacts } from '#signature/http-request.ts';
import { ReplayMemory } from '#signature/replay-memory.ts';
import type { RequestRefusalCode } from '#signature/request-refusals.ts';
import { type RequestSigning, requestTo, type SignedHeaders, signRequest } from '#signature/request-signer.ts';
import {
  CLOCK_SKEW,
  FRESHNESS_WINDOW,
  type RequestPolicy,
  type VerifiedRequest,
  verifyRequest,
} from '#signature/request-verifier.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import type { SignatureKey } from '#signature/signature-key.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { makeSigningKey } from '../support/signing-keys.ts';

export const FORMS: readonly SignatureForm[] = ['draft-cavage', 'rfc9421'];

export const CLIENT = 'das-1';

/** The key of the client {@link CLIENT}. */
export const das = makeSigningKey();

export const dasKey: SignatureKey = {
  keyId: das.signer.keyId,
  publicKey: das.publicKey,
  owner: CLIENT,
  allowHs2019: false,
};

export const URL_WITH_QUERY = new URL('https://meter.example:8443/cosem/ldevs/1sie0012345678.sm?q.depth=1');

/** Octets that differ from call to call, and from run to run never. */
export function countingRandom(): (count: number) => Uint8Array {
  let calls = 0;
  return (count) => {
    calls += 1;
    return new Uint8Array(count).fill(calls);
  };
}

/** A meter that knows some keys, with a fresh replay memory, started an hour ago. */
export function meterWith(
  clock: FakeClock,
  { keys = [dasKey], ...policy }: Partial<RequestPolicy> & { readonly keys?: readonly SignatureKey[] } = {},
): RequestPolicy {
  return {
    keyOf: (keyId) => keys.find((key) => key.keyId === keyId),
    crypto: nodeCrypto,
    clock,
    window: FRESHNESS_WINDOW,
    skew: CLOCK_SKEW,
    replay: new ReplayMemory(),
    boot: Instant(clock.now() - 3_600_000),
    ...policy,
  };
}

export const signingOf = (
  form: SignatureForm,
  clock: FakeClock,
  other: Partial<RequestSigning> = {},
): RequestSigning => ({
  form,
  signer: das.signer,
  clock,
  crypto: nodeCrypto,
  random: countingRandom(),
  ...other,
});

/** A request as it arrives: with these headers instead of, or beside, those that it had. */
export function withHeaders(request: HttpRequestFacts, headers: SignedHeaders): HttpRequestFacts {
  const arrived = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]] as const);
  return { ...request, headers: new Map([...request.headers, ...arrived]) };
}

export function withoutHeader(request: HttpRequestFacts, name: string): HttpRequestFacts {
  return { ...request, headers: new Map([...request.headers].filter(([other]) => other !== name)) };
}

/** A request signed by the client as our own signer does it. */
export async function signed(
  form: SignatureForm,
  clock: FakeClock,
  request: HttpRequestFacts = requestTo('GET', URL_WITH_QUERY),
  other: Partial<RequestSigning> = {},
): Promise<HttpRequestFacts> {
  return withHeaders(request, await signRequest(request, signingOf(form, clock, other)));
}

/** Changes the text of one header. Fails the test if there is nothing to change, which would prove nothing. */
export function edited(request: HttpRequestFacts, name: string, from: string | RegExp, to: string): HttpRequestFacts {
  const before = request.headers.get(name)?.[0] ?? '';
  const after = before.replace(from, to);
  assert.notEqual(after, before, `${name} has no ${String(from)}`);
  return withHeaders(request, { [name]: after });
}

export const verified = (request: HttpRequestFacts, policy: RequestPolicy, client = CLIENT): Promise<VerifiedRequest> =>
  verifyRequest(request, policy, client);

export async function assertRefused(
  code: RequestRefusalCode,
  request: HttpRequestFacts,
  policy: RequestPolicy,
  client = CLIENT,
): Promise<void> {
  await assert.rejects(verifyRequest(request, policy, client), isRefusal(code));
}

/** For `assert.rejects` and `assert.throws`: the client's fault, this code, and a mend. */
export const isRefusal =
  (code: RequestRefusalCode) =>
  (error: unknown): true => {
    assert.ok(error instanceof SealmeterError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.fault, 'client');
    assert.ok(error.mend !== undefined && error.mend !== '');
    return true;
  };

export const aWhileAfter = (instant: Instant, milliseconds: number): Instant =>
  Instant(instant + Milliseconds(milliseconds));
