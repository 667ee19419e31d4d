import { reasonOf, SealmeterError } from '#core/errors.ts';
import { formatInstant, type Instant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { CryptoPort, PublicKey } from '#crypto/crypto-port.ts';
import type { Reading } from '#representation/reading.ts';
import type { ObjectAddress, ResourceAddress } from '#representation/resource-uri.ts';
import { readSealedDocument } from '#representation/sealed-document.ts';
import type { VerifiedSeal } from '#signature/verified-document.ts';
import { verifySealed } from '#signature/xml-strict-verifier.ts';

// No `node:` import here: a browser judges documents too.

/** What is checked of a document, in this order. */
type Check = 'seal' | 'content' | 'certificate' | 'meter' | 'resource';

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
  /** What the document says; there only if its seal passed. */
  readonly reading: Reading | undefined;
}

/** A signature certificate that was installed beforehand: the only source of trust. */
export interface PinnedCertificate {
  readonly id: CertificateId;
  readonly subject: string;
  readonly publicKey: PublicKey;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

/** What the reader expects; what is left out is not compared. */
export interface Expectation {
  readonly meterId?: string;
  readonly address?: ResourceAddress;
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
    return verdict([failed('seal', error)], undefined);
  }
  const sealed = passed('seal', `signed by ${find(seal.keyName)?.subject ?? ''} (${seal.keyName})`);
  let reading: Reading;
  try {
    reading = readSealedDocument(seal.bytes);
  } catch (error) {
    return verdict([sealed, failed('content', error)], undefined);
  }
  const content = passed(
    'content',
    `${reading.meterId}, number ${reading.sequenceNumber}, ${formatInstant(reading.at)}`,
  );
  return verdict(
    [
      sealed,
      content,
      judgeCertificate(find(seal.keyName), reading),
      judgeMeter(reading, expected),
      judgeResource(reading, expected),
    ],
    reading,
  );
}

function verdict(marks: readonly Mark[], reading: Reading | undefined): Verdict {
  const missing = CHECKS.filter((check) => marks.every((mark) => mark.check !== check));
  const all = [...marks, ...missing.map((check) => unchecked(check, 'an earlier check failed'))];
  return { proven: all.every(({ outcome }) => outcome !== 'failed'), marks: all, reading };
}

const CHECKS: readonly Check[] = ['seal', 'content', 'certificate', 'meter', 'resource'];

/** A document stays good when its certificate expires: what counts is the time that it was sealed at. */
function judgeCertificate(certificate: PinnedCertificate | undefined, { at }: Reading): Mark {
  if (certificate === undefined) return unchecked('certificate', 'the key was not pinned by a certificate');
  const { notBefore, notAfter } = certificate;
  const period = `valid from ${formatInstant(notBefore)} to ${formatInstant(notAfter)}`;
  if (at >= notBefore && at <= notAfter) return passed('certificate', `${period}, so at the time of the reading`);
  return {
    check: 'certificate',
    outcome: 'failed',
    finding: `${period}, but not at the time of the reading, ${formatInstant(at)}`,
    code: 'SEAL_OUTSIDE_VALIDITY',
  };
}

function judgeMeter({ meterId }: Reading, expected: Expectation): Mark {
  if (expected.meterId === undefined)
    return unchecked('meter', `the document says ${meterId}; nobody said which to expect`);
  if (meterId === expected.meterId) return passed('meter', `${meterId}, as expected`);
  return {
    check: 'meter',
    outcome: 'failed',
    finding: `the document is of ${meterId}, not of ${expected.meterId}`,
    code: 'DOCUMENT_OF_OTHER_METER',
  };
}

function judgeResource(reading: Reading, { address }: Expectation): Mark {
  if (address === undefined) return unchecked('resource', 'nobody said which one was asked for');
  if (holds(reading, address)) return passed('resource', 'the document is about what was asked for');
  return {
    check: 'resource',
    outcome: 'failed',
    finding: 'the document is about something else than was asked for',
    code: 'DOCUMENT_OF_OTHER_RESOURCE',
  };
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
  if (object === undefined || others.length > 0) return false;
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

const passed = (check: Check, finding: string): Mark => ({ check, outcome: 'passed', finding });
const unchecked = (check: Check, finding: string): Mark => ({ check, outcome: 'unchecked', finding });

function failed(check: Check, error: unknown): Mark {
  if (!(error instanceof SealmeterError)) throw error;
  return { check, outcome: 'failed', finding: reasonOf(error), code: error.code };
}
