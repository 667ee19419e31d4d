import type { Clock } from '#core/clock.ts';
import { addTime, type Duration, formatInstant, type Instant, Minutes, Seconds } from '#core/time.ts';
import type { HashName } from '#crypto/algorithms.ts';
import type { CryptoPort } from '#crypto/crypto-port.ts';
import { cavage, signedInAuthorization } from './cavage.ts';
import { requireBodyBound } from './content-digest.ts';
import { type HttpRequestFacts, requireRequestLine } from './http-request.ts';
import type { Recollection, ReplayMemory } from './replay-memory.ts';
import { type RequestRefusalCode, requestRefusal } from './request-refusals.ts';
import { rfc9421 } from './rfc9421.ts';
import type { SignatureClaim, SignatureForm, SignatureFormat } from './signature-format.ts';
import type { SignatureKey } from './signature-key.ts';

// No `node:` import here.

export const FRESHNESS_WINDOW: Duration = Minutes(5);
export const CLOCK_SKEW: Duration = Seconds(60);

export interface RequestPolicy {
  readonly keyOf: (keyId: string) => SignatureKey | undefined;
  readonly crypto: CryptoPort;
  readonly clock: Clock;
  /** How old a signature may be; {@link FRESHNESS_WINDOW} unless configured. */
  readonly window: Duration;
  /** How far a client's clock may be ahead; {@link CLOCK_SKEW} unless configured. */
  readonly skew: Duration;
  readonly replay: ReplayMemory;
  /**
   * Since when `replay` remembers. What was signed before may have been used before, and is refused. Signatures name
   * whole seconds: to refuse nobody, start at a whole second and open the door then.
   */
  readonly boot: Instant;
}

/** A signature that was found right in every respect. */
export interface VerifiedRequest {
  readonly keyId: string;
  /** The client whose key signed, and who is at the other end of the connection. */
  readonly owner: string;
  readonly form: SignatureForm;
  /** When the signature was made, by what it covers. */
  readonly created: Instant;
  /** The names of what is signed. Whoever acts upon a header must find it here. */
  readonly covered: readonly string[];
}

/** Unit: octets, those of a SHA-256. */
const LENGTH_OF_MARK = 32;

const FORMATS: Readonly<Record<SignatureForm, SignatureFormat>> = { rfc9421, 'draft-cavage': cavage };

/**
 * The form of the signature that a request carries; `undefined` where it carries none.
 * Both forms at once are refused, although a client may mean well: it must be plain which one was checked.
 * @throws SealmeterError `SIGNATURE_AMBIGUOUS`
 */
export function signatureFormOf(request: HttpRequestFacts): SignatureForm | undefined {
  const inAuthorization = signedInAuthorization(request);
  const inSignature = request.headers.has('signature');
  const hasInput = request.headers.has('signature-input');
  if (inAuthorization && (inSignature || hasInput)) throw requestRefusal('SIGNATURE_AMBIGUOUS');
  if (hasInput) return 'rfc9421';
  return inAuthorization || inSignature ? 'draft-cavage' : undefined;
}

/**
 * Checks the signature of a request, which must be there, in every respect.
 * @param clientId whom the TLS certificate identifies
 * @throws SealmeterError (client) with a code of `request-refusals.ts` that names the failed check
 */
export async function verifyRequest(
  request: HttpRequestFacts,
  policy: RequestPolicy,
  clientId: string,
): Promise<VerifiedRequest> {
  const form = signatureFormOf(request);
  if (form === undefined) throw requestRefusal('SIGNATURE_MISSING');
  const format = FORMATS[form];

  requireRequestLine(request);
  const claim = format.read(request);
  requireCoverage(claim, format.required(request));
  const key = requireKey(claim, policy, clientId);
  const hash = requireAlgorithm(claim, key, format);
  const now = policy.clock.now();
  const created = requireFresh(claim, policy, now);
  requireValidKey(key, created);
  const raw = format.rawSignature(claim.signature, key.publicKey.algorithm.curve);
  if (raw === undefined || !(await policy.crypto.verify(key.publicKey, claim.signed, raw, hash))) {
    throw requestRefusal('SIGNATURE_INVALID');
  }
  await requireBodyBound(request, claim.covered, format.digestHeaders, policy.crypto);
  // Only now, so that nobody fills the memory, or uses up another's nonce, with what does not verify. And for the whole
  // window after the covered time: an `expires` or `created` that is not covered may be gone when it comes again.
  const mark = isShort(claim.once) ? claim.once : await policy.crypto.digest('sha-256', claim.once);
  const until = addTime(created, policy.window);
  const use = { keyId: key.keyId, mark, owner: key.owner, until, mayRepeat: format.mayRepeat(request) };
  requireFirstUse(policy.replay.remember(use, now));
  return { keyId: key.keyId, owner: key.owner, form, created, covered: claim.covered };
}

/** A nonce stands for itself, unless it is longer than the digest that would stand for it. */
const isShort = (once: Uint8Array): boolean => once.length <= LENGTH_OF_MARK;

function requireCoverage({ covered }: SignatureClaim, required: readonly string[]): void {
  const missing = required.find((name) => !covered.includes(name));
  if (missing !== undefined) throw requestRefusal('SIGNATURE_COMPONENT_MISSING', `"${missing}"`);
}

function requireKey({ keyId }: SignatureClaim, { keyOf }: RequestPolicy, clientId: string): SignatureKey {
  const key = keyOf(keyId);
  if (key === undefined) throw requestRefusal('SIGNATURE_KEY_UNKNOWN', `"${keyId}"`);
  if (key.owner !== clientId) throw requestRefusal('SIGNATURE_KEY_FOREIGN', `you are "${clientId}"`);
  return key;
}

function requireAlgorithm({ algorithm }: SignatureClaim, key: SignatureKey, format: SignatureFormat): HashName {
  const hash = format.hash(algorithm, key);
  if (hash !== undefined) return hash;
  const own = key.publicKey.algorithm.id;
  throw requestRefusal('SIGNATURE_ALGORITHM', `"${algorithm ?? 'none'}" for a key of ${own}`);
}

/** Returns when the signature was made. */
function requireFresh(
  { created, times, expires }: SignatureClaim,
  { window, skew, boot }: RequestPolicy,
  now: Instant,
): Instant {
  const against = (time: Instant): string => `${formatInstant(time)}, and it is ${formatInstant(now)} here`;
  if (created === undefined) throw requestRefusal('SIGNATURE_COMPONENT_MISSING', 'a time');
  if (expires !== undefined && expires < now) throw requestRefusal('SIGNATURE_EXPIRED', against(expires));
  for (const time of times) {
    if (time > addTime(now, skew)) throw requestRefusal('SIGNATURE_FROM_FUTURE', against(time));
    if (addTime(time, window) < now) throw requestRefusal('SIGNATURE_STALE', against(time));
    if (time < boot) throw requestRefusal('SIGNATURE_BEFORE_START', against(time));
  }
  return created;
}

function requireValidKey({ validity }: SignatureKey, created: Instant): void {
  if (validity === undefined) return;
  const { from, to } = validity;
  if (created >= from && created <= to) return;
  const period = `valid from ${formatInstant(from)} to ${formatInstant(to)}`;
  throw requestRefusal('SIGNATURE_KEY_NOT_VALID', `${period}, and signed at ${formatInstant(created)}`);
}

const CODE_OF_RECOLLECTION: Readonly<Record<Recollection, RequestRefusalCode | undefined>> = {
  first: undefined,
  repeated: undefined,
  replayed: 'SIGNATURE_REPLAYED',
  forgotten: 'SIGNATURE_STALE',
  full: 'SIGNATURE_REPLAY_MEMORY_FULL',
};

function requireFirstUse(recollection: Recollection): void {
  const code = CODE_OF_RECOLLECTION[recollection];
  if (code !== undefined) throw requestRefusal(code);
}
