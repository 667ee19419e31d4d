import { toBase64 } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import type { CryptoPort } from '#crypto/crypto-port.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import type { Signer } from '#crypto/signer.ts';
import { cavage, cavageRequestTarget, cavageSigningString } from './cavage.ts';
import { bodyDigest, contentDigest } from './content-digest.ts';
import { bodyOf, type HttpRequestFacts, requireRequestLine, soleHeader, wireOctets } from './http-request.ts';
import { formatHttpDate, toUnixTime } from './http-time.ts';
import { rfc9421, rfc9421ValueOf, signatureBase } from './rfc9421.ts';
import { readComponents, type SignatureForm } from './signature-format.ts';

// No `node:` import here: a browser signs requests too.

export interface RequestSigning {
  readonly form: SignatureForm;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly crypto: Pick<CryptoPort, 'digest'>;
  /** So many octets that nobody can guess. */
  readonly random: (count: number) => Uint8Array;
  /** How draft-cavage has the signature: r‖s as in -06, the default, or DER as many of its servers want it. */
  readonly cavageEncoding?: 'raw' | 'der' | undefined;
}

/** Headers to send with the request, by name. */
export type SignedHeaders = Readonly<Record<string, string>>;

/**
 * Signs a request, which must have its Host header. Nothing that is covered may change afterwards.
 * A body is covered by its digest, with its Content-Type where it has one.
 */
export async function signRequest(request: HttpRequestFacts, signing: RequestSigning): Promise<SignedHeaders> {
  requireRequestLine(request);
  return signing.form === 'rfc9421' ? signRfc9421(request, signing) : signCavage(request, signing);
}

/** The facts of a request that a client is about to send. `headers` by lower-case name. */
export function requestTo(
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>> = {},
  body?: Uint8Array,
): HttpRequestFacts {
  const all = { host: url.host, ...headers };
  return {
    method,
    target: url.pathname + url.search,
    headers: new Map(Object.entries(all).map(([name, value]) => [name, [value]])),
    body,
  };
}

const LABEL = 'sig1';
const NONCE_LENGTH = 16;

async function signRfc9421(request: HttpRequestFacts, signing: RequestSigning): Promise<SignedHeaders> {
  const { signer, clock, crypto, random } = signing;
  const body = bodyOf(request);
  const added = body === undefined ? {} : { 'Content-Digest': await contentDigest(body, crypto) };
  const complete = withHeaders(request, added);
  const names = [...rfc9421.required(request), ...bodyHeaders(complete, 'content-digest')];
  const covered = readComponents(names, (name) => rfc9421ValueOf(name, complete));
  const parameters = [
    `(${names.map((name) => `"${name}"`).join(' ')})`,
    `created=${toUnixTime(clock.now())}`,
    `keyid="${signer.keyId}"`,
    `alg="${rfc9421NameOf(signer)}"`,
    `nonce="${toBase64(random(NONCE_LENGTH))}"`,
  ].join(';');
  const signature = await signer.sign(wireOctets(signatureBase(covered, parameters)));
  return {
    ...added,
    'Signature-Input': `${LABEL}=${parameters}`,
    Signature: `${LABEL}=:${toBase64(signature)}:`,
  };
}

async function signCavage(request: HttpRequestFacts, signing: RequestSigning): Promise<SignedHeaders> {
  const { signer, clock, crypto } = signing;
  const body = bodyOf(request);
  const added = {
    Date: formatHttpDate(clock.now()),
    ...(body === undefined ? {} : { Digest: await bodyDigest(body, crypto) }),
  };
  const complete = withHeaders(request, added);
  const names = [...cavage.required(request), 'date', ...bodyHeaders(complete, 'digest')];
  const covered = readComponents(names, (name) =>
    name === '(request-target)' ? cavageRequestTarget(complete) : soleHeader(complete, name),
  );
  const raw = await signer.sign(wireOctets(cavageSigningString(covered)));
  const signature = signing.cavageEncoding === 'der' ? derFromRaw(raw, signer.algorithm.curve) : raw;
  if (signature === undefined) throw new TypeError('the signer made no signature');
  const parameters = [
    `keyId="${signer.keyId}"`,
    `algorithm="${signer.algorithm.cavage}"`,
    `headers="${names.join(' ')}"`,
    `signature="${toBase64(signature)}"`,
  ];
  return { ...added, Signature: parameters.join(',') };
}

function rfc9421NameOf({ algorithm }: Signer): string {
  if (algorithm.rfc9421 !== undefined) return algorithm.rfc9421;
  throw new SealmeterError(
    'configuration',
    'SIGNATURE_FORM_UNSUPPORTED',
    `RFC 9421 has no algorithm for a key on ${algorithm.curve.name}`,
    { mend: 'sign as draft-cavage, or use a key on P-256' },
  );
}

/** The headers to be covered for the sake of the body. */
const bodyHeaders = (request: HttpRequestFacts, digestHeader: string): readonly string[] =>
  bodyOf(request) === undefined ? [] : [digestHeader, 'content-type'].filter((name) => request.headers.has(name));

function withHeaders(request: HttpRequestFacts, added: SignedHeaders): HttpRequestFacts {
  const lowerCase = Object.entries(added).map(([name, value]) => [name.toLowerCase(), [value]] as const);
  return { ...request, headers: new Map([...request.headers, ...lowerCase]) };
}
