import assert from 'node:assert/strict';
import { toBase64 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { Instant } from '#core/time.ts';
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
import { rfc9421ValueOf, signatureBase } from '#signature/rfc9421.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import type { SignatureKey } from '#signature/signature-key.ts';
import type { FakeClock } from '../support/fake-clock.ts';
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

let drawn = 0;

/** Octets that differ from call to call, and never from run to run. */
function countingRandom(count: number): Uint8Array {
  drawn += 1;
  return Uint8Array.from({ length: count }, (_, index) => drawn >>> (8 * Math.min(index, 3)));
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
  random: countingRandom,
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

/** The same request, but one of its headers came twice. */
export function twice(request: HttpRequestFacts, name: string): HttpRequestFacts {
  const values = request.headers.get(name) ?? assert.fail(`there is no ${name}`);
  return { ...request, headers: new Map([...request.headers, [name, [...values, ...values]]]) };
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

/** A draft-cavage signature of any coverage and parameters, for what our own signer would never make. */
export async function signedCavage(
  request: HttpRequestFacts,
  names: readonly string[],
  parameters: { readonly algorithm?: string; readonly created?: number; readonly expires?: number } = {},
): Promise<HttpRequestFacts> {
  const pseudoHeaders: Readonly<Record<string, string | undefined>> = {
    '(request-target)': `${request.method.toLowerCase()} ${request.target}`,
    '(created)': String(parameters.created),
    '(expires)': String(parameters.expires),
  };
  const lines = names.map((name) => `${name}: ${pseudoHeaders[name] ?? request.headers.get(name)?.[0]}`);
  const signature = await das.signer.sign(Buffer.from(lines.join('\n'), 'latin1'));
  const written = Object.entries({ keyId: das.signer.keyId, ...parameters, headers: names.join(' ') });
  const text = [...written, ['signature', toBase64(signature)] as const]
    .map(([name, value]) => `${name}=${typeof value === 'number' ? value : `"${value}"`}`)
    .join(',');
  return withHeaders(request, { Signature: text });
}

/** An RFC 9421 signature of any coverage and parameters: `input` is the member of Signature-Input. */
export async function signedRfc9421(request: HttpRequestFacts, input: string): Promise<HttpRequestFacts> {
  const names = [...(/^\(([^)]*)\)/.exec(input)?.[1] ?? '').matchAll(/"([^"]*)"/g)].map(([, name = '']) => name);
  const covered = names.map((name) => ({ name, value: rfc9421ValueOf(name, request) ?? '' }));
  const signature = await das.signer.sign(Buffer.from(signatureBase(covered, input), 'latin1'));
  return withHeaders(request, { 'Signature-Input': `sig1=${input}`, Signature: `sig1=:${toBase64(signature)}:` });
}
