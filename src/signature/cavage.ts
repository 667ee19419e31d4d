import { fromBase64 } from '#core/bytes.ts';
import type { Instant } from '#core/time.ts';
import { rawFromDer } from '#crypto/ecdsa-encoding.ts';
import { type HttpRequestFacts, soleHeader, wireOctets } from './http-request.ts';
import { parseHttpDate, toUnixTime } from './http-time.ts';
import { requestRefusal } from './request-refusals.ts';
import { type Component, readComponents, requireModestLength, type SignatureFormat } from './signature-format.ts';
import { type ParameterTypes, SignatureParameters } from './signature-parameters.ts';

// No `node:` import here: a browser signs requests too.
//
// Signature: keyId="sha256:…",algorithm="ecdsa-sha256",headers="(request-target) host date",signature="MEUCIQ…"
// Authorization: Signature keyId="…",…                                           the same in another carrier
//
// signs   (request-target): get /cosem?q.depth=1
//         host: meter.example
//         date: Fri, 20 Nov 2026 09:15:00 GMT
//
// @see draft-cavage-http-signatures-06 (ecdsa-sha256, r‖s) and -12 ((created), (expires), hs2019, DER)

/** -12 § 2.2 has others ignored. A misspelt `expires` would be ignored, too; so they are refused. */
const PARAMETERS: ParameterTypes = new Map([
  ['keyId', 'text'],
  ['algorithm', 'text'],
  ['created', 'time'],
  ['expires', 'time'],
  ['headers', 'text'],
  ['signature', 'text'],
]);

/** A name with a quoted string, or with an integer in its only spelling, and what separates it from the next. */
const PARAMETER = /[\t ]*([A-Za-z]+)=(?:"([\x20\x21\x23-\x5b\x5d-\x7e]*)"|(0|[1-9][0-9]{0,11}))[\t ]*(,|$)/gy;

const AUTHORIZATION_SCHEME = /^signature(?: +|$)/i;

/** What is covered beside headers. No header has such a name: parentheses are not allowed in one. */
const PSEUDO_HEADERS = new Map<
  string,
  (request: HttpRequestFacts, parameters: SignatureParameters) => string | undefined
>([
  ['(request-target)', cavageRequestTarget],
  ['(created)', (_, parameters) => unixText(parameters.time('created'))],
  ['(expires)', (_, parameters) => unixText(parameters.time('expires'))],
]);

const REQUIRED = ['(request-target)', 'host'];

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export const cavage: SignatureFormat = {
  digestHeaders: ['digest', 'content-digest'],
  required: () => REQUIRED,
  // A `date` has whole seconds only, so two honest requests of one second are the same text. Reading twice harms nobody.
  mayRepeat: ({ method }) => SAFE_METHODS.has(method),

  read(request) {
    const parameters = readParameters(carriedSignature(request));
    // Left out, `headers` would mean `date` (-06) or `(created)` (-12): never enough.
    const names = parameters.requiredText('headers').split(' ');
    const covered = readComponents(names, (name) => valueOf(name, request, parameters));
    const signed = wireOctets(cavageSigningString(covered));
    const date = dateIn(covered);
    const created = parameters.time('created');
    return {
      keyId: parameters.requiredText('keyId'),
      algorithm: parameters.text('algorithm'),
      covered: names,
      // -12 § 2.3 forbids `(created)` beside an algorithm `ecdsa-…`, lest an old verifier take it for a header. We take
      // it for what it is in either case, so it may stand for `date` whatever the algorithm is called.
      created: date ?? (names.includes('(created)') ? created : undefined),
      times: [date, created].filter((time) => time !== undefined),
      expires: parameters.time('expires'),
      signed,
      once: signed,
      signature: fromBase64(parameters.requiredText('signature')) ?? malformed('"signature" is not base64'),
    };
  },

  hash(algorithm, { publicKey, allowHs2019 }) {
    if (algorithm === 'hs2019') return allowHs2019 === false ? undefined : allowHs2019;
    const { cavage: name, hash } = publicKey.algorithm;
    return algorithm === undefined || algorithm === name ? hash : undefined;
  },

  // DER of the length of r‖s would need r and s to be three octets short each: no client meets that once in a lifetime.
  rawSignature: (signature, curve) =>
    signature.length === 2 * curve.fieldSize ? signature : rawFromDer(signature, curve),
};

/** Whether the request says `Authorization: Signature …`. */
export const signedInAuthorization = (request: HttpRequestFacts): boolean =>
  AUTHORIZATION_SCHEME.test(soleHeader(request, 'authorization') ?? '');

/** The value of `(request-target)`. */
export function cavageRequestTarget({ method, target }: HttpRequestFacts): string {
  return `${method.toLowerCase()} ${target}`;
}

/** The text that is signed. @see draft-cavage-http-signatures-12 § 2.3 */
export const cavageSigningString = (covered: readonly Component[]): string =>
  covered.map(({ name, value }) => `${name}: ${value}`).join('\n');

function carriedSignature(request: HttpRequestFacts): string {
  const text = signedInAuthorization(request)
    ? soleHeader(request, 'authorization')?.replace(AUTHORIZATION_SCHEME, '')
    : soleHeader(request, 'signature');
  if (text === undefined) throw requestRefusal('SIGNATURE_MISSING');
  requireModestLength(text);
  return text;
}

function readParameters(text: string): SignatureParameters {
  const values = new Map<string, string | number>();
  let separator: string | undefined;
  for (const [, name = '', quoted, digits, separatorAfter] of text.matchAll(PARAMETER)) {
    if (values.has(name)) throw requestRefusal('SIGNATURE_PARAMETER_DUPLICATE', `"${name}"`);
    values.set(name, quoted ?? Number(digits));
    separator = separatorAfter;
  }
  // Each match starts where the one before ended, so the last one without a comma has reached the end of the text.
  if (separator !== '') malformed('the parameters are not a list of name="value"');
  return new SignatureParameters(values, PARAMETERS);
}

function valueOf(name: string, request: HttpRequestFacts, parameters: SignatureParameters): string | undefined {
  const pseudoHeader = PSEUDO_HEADERS.get(name);
  return pseudoHeader === undefined ? soleHeader(request, name) : pseudoHeader(request, parameters);
}

function dateIn(covered: readonly Component[]): Instant | undefined {
  const date = covered.find(({ name }) => name === 'date')?.value;
  return date === undefined ? undefined : (parseHttpDate(date) ?? malformed(`"${date}" is not an HTTP date`));
}

const unixText = (time: Instant | undefined): string | undefined =>
  time === undefined ? undefined : String(toUnixTime(time));

function malformed(detail: string): never {
  throw requestRefusal('SIGNATURE_MALFORMED', detail);
}
