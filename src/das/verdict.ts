import { reasonOf, SealmeterError } from '#core/errors.ts';
import { addTime, type Duration, formatInstant, type Instant, Seconds, timeBetween } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { CryptoPort, PublicKey } from '#crypto/crypto-port.ts';
import type { Reading } from '#representation/reading.ts';
import type { ObjectAddress, ResourceAddress } from '#representation/resource-uri.ts';
import { readSealedDocument } from '#representation/sealed-document.ts';
import type { VerifiedSeal } from '#signature/verified-document.ts';
import { verifySealed } from '#signature/xml-strict-verifier.ts';

// No `node:` import here: a browser judges documents too.

/** What is checked of a document, in this order. */
const CHECKS = [
  'seal',
  'content',
  'certificate',
  'chain',
  'revocation',
  'meter',
  'resource',
  'sequence',
  'time',
] as const;
/** What is checked of captures besides: whether one follows from the other. */
type Check = (typeof CHECKS)[number] | 'hash-chain';

export interface Mark {
  readonly check: Check;
  /** `unchecked`: an earlier check failed, or nobody said what to compare with. */
  readonly outcome: 'passed' | 'failed' | 'unchecked';
  /** What was found, as a sentence. */
  readonly finding: string;
  /** The stable code of a failure. */
  readonly code?: string;
}

export interface Verdict {
  /** Whether no check failed and the seal passed. */
  readonly proven: boolean;
  readonly marks: readonly Mark[];
  /** What the document says; there only if its seal passed, and it can be read. */
  readonly reading: Reading | undefined;
  /** SHA-256 of what was signed, in base64; there only if the seal passed. Sealed anew, the same content has the same. */
  readonly digest: string | undefined;
  /** Whose key has sealed it; there only if the seal passed. */
  readonly certificate: PinnedCertificate | undefined;
}

/**
 * A signature certificate that was installed beforehand: the only source of trust. A meter may have several, one after the
 * other; each document is judged by the one that it names.
 */
export interface PinnedCertificate {
  readonly id: CertificateId;
  readonly subject: string;
  readonly publicKey: PublicKey;
  readonly notBefore: Instant;
  /** Its last second, the whole of which it is valid in. @see RFC 5280 § 4.1.2.5 */
  readonly notAfter: Instant;
  /** Trusted from then on, where that is later than its validity begins. */
  readonly from?: Instant;
  /** Trusted until then, where that is earlier than its validity ends: when it was replaced, for example. */
  readonly until?: Instant;
}

/**
 * Finds out whether a certificate had been revoked when it signed, and says what it found; `undefined` where nobody tells and
 * that is let pass. A port, since it takes a network: `signature-trust.ts` makes one.
 * @throws SealmeterError where it had, and where nobody tells
 */
export type AskRevocation = (certificate: CertificateId, signedAt: Instant) => Promise<string | undefined>;

/** What the reader expects; what is left out is not checked. */
export interface Expectation {
  readonly meterId?: string;
  readonly address?: ResourceAddress;
  readonly revocation?: AskRevocation;
  /** Finds whether the certificate led to a root that is trusted, at the time of the reading. */
  readonly chain?: (certificate: PinnedCertificate, at: Instant) => ChainFinding;
  /** The newest reading of the meter that is known. A sample's number never comes again and never goes back. */
  readonly newest?: KnownReading;
  readonly arrival?: Arrival;
}

export interface ChainFinding {
  readonly valid: boolean;
  /** As a sentence. */
  readonly finding: string;
}

export interface KnownReading {
  readonly sequenceNumber: bigint;
  /** As the verdict has it. */
  readonly digest: string;
}

/** When a document came, by the reader's own clock. */
interface Arrival {
  readonly at: Instant;
  /** How far the clocks of meter and reader may be apart. */
  readonly tolerance: Duration;
  /** How old a reading that was asked for as the present one may be; older ones are fine where it is left out. */
  readonly oldest?: Duration;
}

/** Judges one sealed document. Never throws for what a document may contain. */
export async function judge(
  document: Uint8Array,
  pinned: readonly PinnedCertificate[],
  crypto: CryptoPort,
  expected: Expectation = {},
): Promise<Verdict> {
  const find = (id: CertificateId): PinnedCertificate | undefined =>
    pinned.find((certificate) => certificate.id === id);
  let seal: VerifiedSeal;
  try {
    seal = await verifySealed(document, (id) => find(id)?.publicKey, crypto);
  } catch (error) {
    return verdict([failed('seal', error)]);
  }
  const { digest } = seal;
  const certificate = find(seal.keyName);
  const sealed = passed('seal', `signed by ${certificate?.subject ?? ''} (${seal.keyName})`);
  let reading: Reading;
  try {
    reading = readSealedDocument(seal.bytes);
  } catch (error) {
    return verdict([sealed, failed('content', error)], { reading: undefined, digest, certificate });
  }
  const content = passed(
    'content',
    `${reading.meterId}, number ${reading.sequenceNumber}, ${formatInstant(reading.at)}`,
  );
  return verdict(
    [
      sealed,
      content,
      judgeCertificate(certificate, reading, pinned),
      judgeChain(certificate, reading, expected),
      await judgeRevocation(seal.keyName, reading, expected),
      judgeMeter(reading, expected),
      judgeResource(reading, expected),
      judgeSequence({ ...reading, digest }, expected),
      judgeTime(reading, expected),
    ],
    { reading, digest, certificate },
  );
}

type Said = Omit<Verdict, 'proven' | 'marks'>;

const NOTHING: Said = { reading: undefined, digest: undefined, certificate: undefined };

function verdict(marks: readonly Mark[], said: Said = NOTHING): Verdict {
  const missing = CHECKS.filter((check) => marks.every((mark) => mark.check !== check));
  const all = [...marks, ...missing.map((check) => unchecked(check, 'an earlier check failed'))];
  return { proven: all.every(({ outcome }) => outcome !== 'failed'), marks: all, ...said };
}

/**
 * A document stays good when its certificate expires or is replaced: what counts is the time that it was sealed at. Where
 * the certificate was not valid then, the finding names those that were.
 */
function judgeCertificate(
  certificate: PinnedCertificate | undefined,
  { at }: Reading,
  pinned: readonly PinnedCertificate[],
): Mark {
  if (certificate === undefined) return unchecked('certificate', 'the key was not pinned by a certificate');
  const period = periodInWords(certificate);
  if (isValidAt(certificate, at)) return passed('certificate', `${period}, so at the time of the reading`);
  const others = pinned.filter((other) => isValidAt(other, at)).map(({ id, subject }) => `${subject} (${id})`);
  const then = others.length === 0 ? 'no installed one was valid then' : `valid then: ${others.join(', ')}`;
  const finding = `${period}, but not at the time of the reading, ${formatInstant(at)}; ${then}`;
  return refused('certificate', 'SEAL_OUTSIDE_VALIDITY', finding);
}

function judgeChain(certificate: PinnedCertificate | undefined, { at }: Reading, { chain }: Expectation): Mark {
  if (chain === undefined) return unchecked('chain', 'nobody said which roots to trust; the certificate was pinned');
  if (certificate === undefined) return unchecked('chain', 'the key was not pinned by a certificate');
  const { valid, finding } = chain(certificate, at);
  return valid ? passed('chain', finding) : refused('chain', 'SEAL_CHAIN_INVALID', finding);
}

/** Validity and trust together: trust never reaches beyond validity. */
function periodOf({ notBefore, notAfter, from = notBefore, until = notAfter }: PinnedCertificate) {
  return { from: from > notBefore ? from : notBefore, to: until < notAfter ? until : notAfter };
}

const periods = new WeakMap<PinnedCertificate, string>();

/** Found out once for each certificate: it stands in the verdict of every document. */
function periodInWords(certificate: PinnedCertificate): string {
  const known = periods.get(certificate);
  if (known !== undefined) return known;
  const { from, to } = periodOf(certificate);
  const words = `valid from ${formatInstant(from)} to ${formatInstant(to)}`;
  periods.set(certificate, words);
  return words;
}

function isValidAt(certificate: PinnedCertificate, at: Instant): boolean {
  const { from, to } = periodOf(certificate);
  return at >= from && at < addTime(to, Seconds(1));
}

async function judgeRevocation(keyName: CertificateId, { at }: Reading, { revocation }: Expectation): Promise<Mark> {
  if (revocation === undefined) return unchecked('revocation', 'nobody was asked whether the certificate is revoked');
  try {
    const finding = await revocation(keyName, at);
    if (finding !== undefined) return passed('revocation', finding);
    return unchecked('revocation', 'nobody says whether the certificate is revoked, and that is let pass');
  } catch (error) {
    return failed('revocation', error);
  }
}

function judgeMeter({ meterId }: Reading, expected: Expectation): Mark {
  if (expected.meterId === undefined)
    return unchecked('meter', `the document says ${meterId}; nobody said which to expect`);
  if (meterId === expected.meterId) return passed('meter', `${meterId}, as expected`);
  return refused('meter', 'DOCUMENT_OF_OTHER_METER', `the document is of ${meterId}, not of ${expected.meterId}`);
}

function judgeResource(reading: Reading, { address }: Expectation): Mark {
  if (address === undefined) return unchecked('resource', 'nobody said which one was asked for');
  if (holds(reading, address)) return passed('resource', 'the document is about what was asked for');
  return refused('resource', 'DOCUMENT_OF_OTHER_RESOURCE', 'the document is about something else than was asked for');
}

/** Whether a reading answers a question about the address. An emptier selection of it does too. */
function holds({ content, meterId }: Reading, address: ResourceAddress): boolean {
  switch (address.kind) {
    case 'cosem':
    case 'ldevs':
    case 'containers':
      return content.kind === address.kind;
    case 'container':
      return content.kind === 'container' && content.id === address.container;
    case 'ldev':
    case 'objects':
    case 'live':
    // Whether these are the objects that it names, only whoever made the container knows.
    case 'ldev-container':
      return content.kind === 'objects' && meterId === address.ldev;
    case 'ldev-containers':
      return content.kind === 'containers' && meterId === address.ldev;
    default:
      return content.kind === 'objects' && meterId === address.ldev && holdsObject(content.objects, address);
  }
}

type AddressInObject = Extract<ResourceAddress, ObjectAddress>;
type Objects = Extract<Reading['content'], { readonly kind: 'objects' }>['objects'];

function holdsObject(objects: Objects, address: AddressInObject): boolean {
  const [object, ...others] = objects;
  if (object === undefined || !others.every((other) => isMeaning(other, object))) return false;
  if (object.classId !== address.classId || object.logicalName !== address.obis) return false;
  switch (address.kind) {
    case 'attribute':
      return object.attributes?.attributes.some(({ id }) => id === address.attribute) ?? false;
    case 'method':
      return object.methods?.methods.some(({ id }) => id === address.method) ?? false;
    default:
      return true;
  }
}

const PROFILE_GENERIC = 7;
const VALUE = 2;

/** A buffer brings along what gives meaning to its columns: scaler and unit of other objects, never their values. */
const isMeaning = ({ attributes, methods }: Objects[number], { classId }: Objects[number]): boolean =>
  classId === PROFILE_GENERIC &&
  methods === undefined &&
  attributes?.attributes.every(({ id }) => id !== VALUE) === true;

/** A meter that seals the same reading twice makes two documents of it, whose content is the same. */
function judgeSequence({ sequenceNumber, digest }: KnownReading, { newest }: Expectation): Mark {
  if (newest === undefined) return unchecked('sequence', 'nobody said which number came before');
  if (sequenceNumber > newest.sequenceNumber) {
    return passed('sequence', `number ${sequenceNumber} follows ${newest.sequenceNumber}`);
  }
  if (sequenceNumber < newest.sequenceNumber) {
    const finding = `number ${sequenceNumber} comes after number ${newest.sequenceNumber}`;
    return refused('sequence', 'NUMBER_WENT_BACK', finding);
  }
  if (digest === newest.digest) return passed('sequence', `number ${sequenceNumber} is the newest that is known`);
  return refused('sequence', 'NUMBER_REPEATED', `number ${sequenceNumber} was there before, with other content`);
}

function judgeTime({ at }: Reading, { arrival }: Expectation): Mark {
  if (arrival === undefined) return unchecked('time', 'nobody said when the document came');
  const age = timeBetween(at, arrival.at);
  const told = `read at ${formatInstant(at)}, came at ${formatInstant(arrival.at)}`;
  if (age + arrival.tolerance < 0) return refused('time', 'READING_FROM_FUTURE', told);
  if (arrival.oldest !== undefined && age > arrival.oldest) return refused('time', 'READING_STALE', told);
  return passed('time', told);
}

const passed = (check: Check, finding: string): Mark => ({ check, outcome: 'passed', finding });
const unchecked = (check: Check, finding: string): Mark => ({ check, outcome: 'unchecked', finding });

const refused = (check: Check, code: string, finding: string): Mark => ({ check, outcome: 'failed', finding, code });

function failed(check: Check, error: unknown): Mark {
  if (!(error instanceof SealmeterError)) throw error;
  return refused(check, error.code, reasonOf(error));
}
