import { type HttpRequestFacts, soleHeader, wireOctets } from './http-request.ts';
import { requestRefusal } from './request-refusals.ts';
import { type Component, readComponents, requireModestLength, type SignatureFormat } from './signature-format.ts';
import { type ParameterTypes, SignatureParameters } from './signature-parameters.ts';
import { type Complaint, type Item, type Member, parseDictionary } from './structured-fields.ts';

// No `node:` import here: a browser signs requests too.
//
// Signature-Input: sig1=("@method" "@authority" "@path");created=1795166100;keyid="sha256:…";nonce="…"
// Signature: sig1=:<base64 of r‖s>:
//
// signs   "@method": GET
//         "@authority": meter.example
//         "@path": /cosem
//         "@signature-params": ("@method" "@authority" "@path");created=1795166100;keyid="sha256:…";nonce="…"
//
// A strict profile: one label, component names without parameters, none twice, only the parameters below.
// @see RFC 9421

/** § 2.3. `tag` names the application a signature is for; we have agreed on none, so one with a tag is not for us. */
const PARAMETERS: ParameterTypes = new Map([
  ['created', 'time'],
  ['expires', 'time'],
  ['nonce', 'text'],
  ['alg', 'text'],
  ['keyid', 'text'],
]);

/** Unit: characters. 16 random bytes in base64 are 24. */
const MAX_NONCE_LENGTH = 128;

/** The meter is reached over TLS alone: this is its scheme, and its port is left out of an authority. */
const SCHEME = 'https';
const DEFAULT_PORT = ':443';

/** § 2.2, those without parameters. Paths and queries count as they were on the wire, never decoded or normalised. */
const DERIVED_COMPONENTS: ReadonlyMap<string, (request: HttpRequestFacts) => string | undefined> = new Map([
  ['@method', ({ method }) => method],
  ['@authority', authorityOf],
  ['@path', ({ target }) => splitTarget(target).path],
  ['@query', ({ target }) => splitTarget(target).query ?? '?'],
  ['@scheme', () => SCHEME],
  ['@request-target', ({ target }) => target],
  ['@target-uri', targetUriOf],
]);

const REQUIRED = ['@method', '@authority', '@path'];
const REQUIRED_WITH_QUERY = [...REQUIRED, '@query'];

export const rfc9421: SignatureFormat = {
  digestHeaders: ['content-digest'],
  required: ({ target }) => (splitTarget(target).query === undefined ? REQUIRED : REQUIRED_WITH_QUERY),
  mayRepeat: () => false,

  read(request) {
    const [label, input] = soleMember(request, 'signature-input');
    const [signatureLabel, { value: signature }] = soleMember(request, 'signature');
    if (label !== signatureLabel) malformed(`Signature-Input has "${label}", Signature "${signatureLabel}"`);
    if (!(signature instanceof Uint8Array)) malformed('Signature is not a byte sequence');
    const parameters = new SignatureParameters(input.parameters, PARAMETERS);
    const names = componentNames(input);
    const covered = readComponents(names, (name) => rfc9421ValueOf(name, request));
    const created = parameters.requiredTime('created');
    return {
      keyId: parameters.requiredText('keyid'),
      algorithm: parameters.text('alg'),
      covered: names,
      created,
      times: [created],
      expires: parameters.time('expires'),
      signed: wireOctets(signatureBase(covered, input.text)),
      once: wireOctets(nonceIn(parameters)),
      signature,
    };
  },

  hash: (algorithm, { publicKey: { algorithm: own } }) =>
    own.rfc9421 !== undefined && (algorithm === undefined || algorithm === own.rfc9421) ? own.hash : undefined,

  rawSignature: (signature) => signature,
};

/** The text that is signed; `parameters` is the member of Signature-Input. @see RFC 9421 § 2.5 */
export function signatureBase(covered: readonly Component[], parameters: string): string {
  let lines = '';
  for (const { name, value } of covered) lines += `"${name}": ${value}\n`;
  return `${lines}"@signature-params": ${parameters}`;
}

/** The value of a derived component or a header; `undefined` where the request has none. */
export function rfc9421ValueOf(name: string, request: HttpRequestFacts): string | undefined {
  const derived = DERIVED_COMPONENTS.get(name);
  return derived === undefined ? soleHeader(request, name) : derived(request);
}

const complaint: Complaint = (problem, detail) =>
  requestRefusal(problem === 'duplicate' ? 'SIGNATURE_PARAMETER_DUPLICATE' : 'SIGNATURE_MALFORMED', detail);

function soleMember(request: HttpRequestFacts, header: string): readonly [label: string, member: Member] {
  const text = soleHeader(request, header) ?? malformed(`there is no "${header}"`);
  requireModestLength(text);
  const [first, ...others] = parseDictionary(text, complaint);
  if (first === undefined || others.length > 0) throw requestRefusal('SIGNATURE_AMBIGUOUS', `labels in "${header}"`);
  return first;
}

function componentNames({ items }: Member): readonly string[] {
  return items?.map(bareName) ?? malformed('Signature-Input is not a list of components');
}

function bareName({ value, parameters }: Item): string {
  if (typeof value !== 'string') malformed('a component is not named by a string');
  if (parameters.size > 0) throw requestRefusal('SIGNATURE_COMPONENT_UNKNOWN', `"${value}" with parameters`);
  return value;
}

function nonceIn(parameters: SignatureParameters): string {
  const nonce = parameters.requiredText('nonce');
  if (nonce === '' || nonce.length > MAX_NONCE_LENGTH) malformed(`nonce of ${nonce.length} characters`);
  return nonce;
}

/** § 2.2.3: lower case, without the scheme's own port. */
function authorityOf(request: HttpRequestFacts): string | undefined {
  const host = soleHeader(request, 'host')?.toLowerCase();
  return host?.endsWith(DEFAULT_PORT) ? host.slice(0, -DEFAULT_PORT.length) : host;
}

function targetUriOf(request: HttpRequestFacts): string | undefined {
  const authority = authorityOf(request);
  const { path } = splitTarget(request.target);
  return authority === undefined || path === undefined ? undefined : `${SCHEME}://${authority}${request.target}`;
}

interface SplitTarget {
  /** `undefined` for a target that is not a path: `*`, or a whole URI. */
  readonly path: string | undefined;
  /** With its question mark. */
  readonly query: string | undefined;
}

function splitTarget(target: string): SplitTarget {
  const mark = target.indexOf('?');
  return {
    path: target.startsWith('/') ? target.slice(0, mark === -1 ? undefined : mark) : undefined,
    query: mark === -1 ? undefined : target.slice(mark),
  };
}

function malformed(detail: string): never {
  throw requestRefusal('SIGNATURE_MALFORMED', detail);
}
