import { toHex } from '#core/bytes.ts';
import { formatInstant, Minutes, parseInstant } from '#core/time.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import { type DocumentValue, documentValues } from '#das/document-values.ts';
import type { TextKey } from '#das/page/language/texts.ts';
import type { Claim } from '#das/page/route.ts';
import type { KnownCertificate } from '#das/pin-certificate.ts';
import { judge, type Mark, type Verdict } from '#das/verdict.ts';
import type { Reading } from '#representation/reading.ts';
import type { SeenDocument } from './remembered.ts';

/** What the page checks beside what the verifier does: whether the DAS has told the truth about a document. */
type PageCheck = Mark['check'] | 'bytes' | 'moment' | 'value' | 'memory' | 'fresh';

/** A finding that the page has words for in each language. */
export interface Finding {
  readonly key: Extract<TextKey, `finding.${string}`>;
  readonly values?: Readonly<Record<string, string>>;
  /** Milliseconds, where an age belongs into the text. */
  readonly age?: number;
}

export interface PageMark {
  readonly check: PageCheck;
  readonly outcome: Mark['outcome'];
  readonly finding?: Finding;
  /** In the verifier's own words, which are English. */
  readonly technical?: string;
  readonly code?: string;
}

/** What was found out about a document in this browser. */
export interface Examination {
  readonly proven: boolean;
  readonly marks: readonly PageMark[];
  /** What the document says; there only if its seal passed. */
  readonly reading: Reading | undefined;
  readonly values: readonly DocumentValue[];
  readonly certificate: KnownCertificate | undefined;
}

export interface Question {
  /** The SHA-256 that the document was asked for by. */
  readonly document?: string;
  readonly claims: readonly Claim[];
  readonly certificates: readonly KnownCertificate[];
  /** Ids of the certificates that this browser relies on; `undefined` where it keeps none. */
  readonly remembered?: ReadonlySet<string>;
  /** Where the document is said to be the newest: the time now, and the proven document with the highest number. */
  readonly newest?: { readonly now: number; readonly highest: SeenDocument | undefined };
}

/** Checks of the verifier that need nothing but the document and its certificate. The DAS makes the others, and says so. */
const VERIFIED_HERE: ReadonlySet<Mark['check']> = new Set(['seal', 'content', 'certificate', 'meter']);

/** Verifies a document in this browser, and compares it with what was shown. */
export async function examine(bytes: Uint8Array, question: Question): Promise<Examination> {
  const { claims, certificates, remembered, newest } = question;
  const meter = claims.find((claim) => claim.meter !== undefined)?.meter;
  const verdict = await judge(bytes, certificates, webCrypto, meter === undefined ? {} : { meterId: meter });
  const values = verdict.reading === undefined ? [] : documentValues(verdict.reading);
  const certificate = certificates.find(({ id }) => id === verdict.certificate?.id);
  const marks = [
    ...(await judgeBytes(bytes, question.document)),
    ...verdict.marks.filter(({ check }) => VERIFIED_HERE.has(check)).map(pageMarkOf),
    ...judgeMoment(verdict, claims),
    ...judgeValues(verdict, values, claims),
    ...(remembered === undefined || verdict.reading === undefined ? [] : [judgeMemory(certificate, remembered)]),
    ...(newest === undefined || verdict.reading === undefined ? [] : [judgeFresh(verdict.reading, newest)]),
  ];
  const proven = verdict.reading !== undefined && marks.every(({ outcome }) => outcome !== 'failed');
  return { proven, marks, reading: verdict.reading, values, certificate };
}

async function judgeBytes(bytes: Uint8Array, document: string | undefined): Promise<readonly PageMark[]> {
  if (document === undefined) return [];
  const digest = toHex(await webCrypto.digest('sha-256', bytes));
  const technical = `SHA-256 ${digest}`;
  if (digest === document) return [{ check: 'bytes', outcome: 'passed', technical }];
  return [{ check: 'bytes', outcome: 'failed', finding: { key: 'finding.other-bytes' }, technical }];
}

/** The failures that the page has words for, by the verifier's codes. */
const FINDINGS: Readonly<Record<string, Finding['key']>> = {
  SEAL_KEY_UNKNOWN: 'finding.key-unknown',
  SEAL_SIGNATURE_INVALID: 'finding.seal-broken',
  SEAL_DIGEST_MISMATCH: 'finding.seal-broken',
  SEAL_OUTSIDE_VALIDITY: 'finding.outside-validity',
  DOCUMENT_OF_OTHER_METER: 'finding.other-meter',
  DOCUMENT_OF_OTHER_RESOURCE: 'finding.other-resource',
};

function pageMarkOf({ check, outcome, finding, code }: Mark): PageMark {
  const key = code === undefined ? undefined : (FINDINGS[code] ?? 'finding.not-ours');
  return {
    check,
    outcome,
    technical: finding,
    ...(key === undefined ? {} : { finding: { key } }),
    ...(code === undefined ? {} : { code }),
  };
}

/** Number and time of the document against what was shown. */
function judgeMoment({ reading }: Verdict, claims: readonly Claim[]): readonly PageMark[] {
  const claim = claims.find(({ number, at }) => number !== undefined || at !== undefined);
  if (claim === undefined) return [];
  if (reading === undefined) return [{ check: 'moment', outcome: 'unchecked' }];
  const number = reading.sequenceNumber.toString();
  const at = formatInstant(reading.at);
  const sameNumber = claim.number === undefined || claim.number === number;
  const sameTime = claim.at === undefined || parseInstant(claim.at) === reading.at;
  if (sameNumber && sameTime) return [{ check: 'moment', outcome: 'passed', technical: `${number}, ${at}` }];
  const values = { number, at, shownNumber: claim.number ?? number, shownAt: claim.at ?? at };
  return [{ check: 'moment', outcome: 'failed', finding: { key: 'finding.other-moment', values } }];
}

const withUnit = (value: string | undefined, unit: string): string =>
  value === undefined ? '–' : `${value} ${unit}`.trim();

/** Every value that was shown against the sealed ones; the first that differs is named. */
function judgeValues(
  { reading }: Verdict,
  values: readonly DocumentValue[],
  claims: readonly Claim[],
): readonly PageMark[] {
  const shown = claims.filter(({ value }) => value !== undefined);
  if (shown.length === 0) return [];
  if (reading === undefined) return [{ check: 'value', outcome: 'unchecked' }];
  for (const claim of shown) {
    const finding = compareValue(claim, values);
    if (finding !== undefined) return [{ check: 'value', outcome: 'failed', finding }];
  }
  const [only] = shown;
  const technical =
    shown.length === 1 && only !== undefined ? withUnit(only.value, only.unit ?? '') : `${shown.length}`;
  return [{ check: 'value', outcome: 'passed', technical }];
}

function compareValue(claim: Claim, values: readonly DocumentValue[]): Finding | undefined {
  const sealed = values.find(
    ({ object, attribute }) => object === claim.object && attribute === (claim.attribute ?? attribute),
  );
  if (sealed === undefined) return { key: 'finding.value-absent' };
  const unit = claim.unit ?? sealed.unit;
  if (sealed.value === claim.value && sealed.unit === unit) return undefined;
  const texts = { value: withUnit(sealed.value, sealed.unit), shown: withUnit(claim.value, unit) };
  return { key: 'finding.other-value', values: texts };
}

function judgeMemory(certificate: KnownCertificate | undefined, remembered: ReadonlySet<string>): PageMark {
  if (certificate !== undefined && remembered.has(certificate.id)) {
    return { check: 'memory', outcome: 'passed', technical: certificate.id };
  }
  return { check: 'memory', outcome: 'failed', finding: { key: 'finding.forgotten' } };
}

/** Longer than any pause between two samples: what is older is no reading of now, though it may be a true one. */
const OLD = Minutes(2);

function judgeFresh({ at, sequenceNumber }: Reading, { now, highest }: NonNullable<Question['newest']>): PageMark {
  // Another window of this browser may be a few samples ahead: that is no lie.
  if (highest !== undefined && sequenceNumber < BigInt(highest.number) && highest.at - at > OLD) {
    const values = { before: highest.number, number: sequenceNumber.toString() };
    return { check: 'fresh', outcome: 'failed', finding: { key: 'finding.went-back', values } };
  }
  if (now - at <= OLD) return { check: 'fresh', outcome: 'passed', technical: formatInstant(at) };
  // Nobody has lied: a meter that is silent has no newer one.
  return { check: 'fresh', outcome: 'unchecked', finding: { key: 'finding.too-old', age: now - at } };
}
