import { createHash } from 'node:crypto';
import type { AppendResult, DocumentId, DocumentKind, JudgedDocument } from '#das/reading-store.ts';
import { type Expectation, judge, type PinnedCertificate, type Verdict } from '#das/verdict.ts';
import type { Certificate } from '#pki/certificate.ts';
import type { Reading } from '#representation/reading.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { failedMarks, findingOfMarks } from './findings.ts';
import type { JudgingTurns } from './judging-turns.ts';
import type { MeterContext } from './meter-context.ts';
import { type Fetched, MeterRefusal } from './meter-reader.ts';

/** A document as it came, with what was asked for. */
export interface Received extends Pick<Fetched, 'body' | 'receivedAt'> {
  readonly kind: DocumentKind;
  /** Path and query. */
  readonly target: string;
}

/** A document that passed every check. */
export interface Proven {
  readonly received: Received;
  readonly verdict: Verdict;
  readonly reading: Reading;
  /** As the verdict has it. */
  readonly digest: string;
  /** What it was sealed with. */
  readonly certificate: PinnedCertificate;
}

/** The path of a part of the meter: below its logical device, with a query where there is one. */
export const targetOf = ({ meter }: MeterContext, part: string): string =>
  `/cosem/ldevs/${encodeURIComponent(meter.id)}${part}`;

const pathOf = (target: string): string => target.replace(/\?.*$/s, '');

/** What to ask for, and what the answer has to be. */
export interface Question {
  /** Below the logical device. */
  readonly part: string;
  readonly kind: DocumentKind;
  readonly expected?: Pick<Expectation, 'newest'>;
}

/** How an answer came. */
interface Answered extends Pick<Fetched, 'askedAt'> {
  readonly server: Certificate;
}

/**
 * Asks for a part of the meter, and judges what comes. What is not proven goes into quarantine, and is `undefined` here.
 * @throws SealmeterError as `MeterReader.get`
 */
export async function askProven(
  context: MeterContext,
  { part, kind, expected = {} }: Question,
  signal: AbortSignal,
): Promise<(Proven & Answered) | undefined> {
  const { meter, reader, board, watch, tally } = context;
  const target = targetOf(context, part);
  const {
    certificate: server,
    askedAt,
    ...fetched
  } = await reader.get(target, signal).catch((error: unknown) => {
    if (error instanceof MeterRefusal && error.problem === 'RESOURCE_UNKNOWN') watch.isWithout(pathOf(target));
    throw error;
  });
  tally.received(fetched.body.length);
  await board.take(meter.id, watch.answered(pathOf(target)));
  const received = { ...fetched, kind, target };
  const proven = await provenOrRefused(context, received, await judgeReceived(context, received, expected));
  return proven && { ...proven, server, askedAt };
}

/** Judges a document by everything that is known of its meter, and by what was asked for. */
export function judgeReceived(
  { meter, pinned, trust, times, crypto, judging }: MeterContext,
  { body, target, receivedAt, kind }: Received,
  expected: Pick<Expectation, 'newest'> = {},
): Promise<Verdict> {
  const arrival = { at: receivedAt, tolerance: times.tolerance };
  const whole: Expectation = {
    meterId: meter.id,
    address: parseResource(target).address,
    ...trust,
    ...expected,
    // A capture was read long ago; all else is of the sample that stands.
    arrival: kind === 'capture' ? arrival : { ...arrival, oldest: times.oldest },
  };
  if (kind === 'live') return judge(body, pinned, crypto, whole);
  return judging.inTurn((outside) => judge(body, pinned, crypto, { ...whole, ...askedOutside(whole, outside) }));
}

/** What the CAs say may be asked of a network: nobody else's document waits for that. */
function askedOutside(
  { revocation }: Expectation,
  outside: Parameters<Parameters<JudgingTurns['inTurn']>[0]>[0],
): Pick<Expectation, 'revocation'> {
  return revocation === undefined ? {} : { revocation: (...asked) => outside(() => revocation(...asked)) };
}

export async function provenOrRefused(
  context: MeterContext,
  received: Received,
  verdict: Verdict,
): Promise<Proven | undefined> {
  const { proven, reading, digest, certificate } = verdict;
  context.tally.judged(received.kind, proven);
  if (proven && reading !== undefined && digest !== undefined && certificate !== undefined) {
    return { received, verdict, reading, digest, certificate };
  }
  await refuse(context, received, verdict);
  return undefined;
}

/** Keeps a document that was not proven where it can be looked at, and raises what that means. */
async function refuse(context: MeterContext, received: Received, { marks }: Verdict): Promise<void> {
  const { meter, store, board, log } = context;
  const { body, kind, receivedAt } = received;
  const [worst] = failedMarks(marks);
  const { code = 'DOCUMENT_NOT_PROVEN', finding = 'it was not proven' } = worst ?? {};
  try {
    // First, so that no end of the process leaves a document there that nobody was told of.
    await board.take(meter.id, [findingOfMarks(marks, documentId(body))]);
  } finally {
    await store.quarantine({ meter: meter.id, kind, receivedAt, bytes: body, marks, code, reason: finding });
  }
  log.warn('das.document-refused', { meter: meter.id, kind, code, reason: finding });
}

/** What a document says beside who, when and in which state; and a capture's place in its chain. */
type Said = Pick<JudgedDocument, 'values' | 'events'> & Partial<Pick<JudgedDocument, 'number' | 'chainHash'>>;

/** Keeps a proven document. One whose number is taken by other content raises an alarm: there may be two such meters. */
export async function keep(context: MeterContext, proven: Proven, said: Said): Promise<AppendResult> {
  const { meter, store, tally, board } = context;
  const { received, verdict, reading, certificate } = proven;
  const { kind, receivedAt, body } = received;
  const document: JudgedDocument = {
    meter: meter.id,
    kind,
    number: reading.sequenceNumber,
    at: reading.at,
    receivedAt,
    state: reading.state,
    certificate: certificate.id,
    chainHash: undefined,
    bytes: body,
    verdict,
    ...said,
  };
  const [result] = await store.append([document]);
  if (result === undefined) throw new TypeError('the store has said nothing of a document');
  if (result.outcome === 'stored') tally.stored(kind);
  if (result.outcome === 'conflict' || result.outcome === 'refused') {
    const text = `number ${document.number} of ${meter.id} is not kept: ${result.outcome}`;
    await board.take(meter.id, [{ kind: 'number-repeated', holds: true, text, document: documentId(body) }]);
  }
  return result;
}

const documentId = (bytes: Uint8Array): DocumentId => createHash('sha256').update(bytes).digest('hex');
