import type { Clock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { type Duration, Hours, Milliseconds, Minutes } from '#core/time.ts';
import type { Certificate, CertificateList } from './certificate.ts';
import { type CertificateSource, certificatesFrom } from './certificate-source.ts';
import type { CertificatePath } from './chain.ts';
import type { Enroller, IssuedCertificates } from './enroller.ts';
import { EnrolmentError } from './enrolment-problems.ts';
import { asksFor, checkIssued } from './issued-certificate.ts';
import type { InstalledPair, KeyPairStore, PendingRequest } from './key-pair-store.ts';
import type { CertificateWish, PrepareRequest } from './prepared-request.ts';
import type { Purpose } from './purposes.ts';
import { isSignedBy } from './signed-structure.ts';

/** A certificate to be had, and everything that is needed to get it. */
export interface EnrolmentPlan {
  readonly wish: CertificateWish;
  readonly purpose: Purpose;
  readonly store: KeyPairStore;
  readonly prepare: PrepareRequest;
  /** The ways, in the order in which they are tried. */
  readonly enrollers: readonly Enroller[];
  /** The roots of the CA that is to issue it. */
  readonly anchors: CertificateSource;
  readonly clock: Clock;
  readonly log: Log;
}

export type EnrolmentResult =
  | { readonly state: 'installed'; readonly pair: InstalledPair }
  | { readonly state: 'pending'; readonly askAgainAfter: Duration };

/** What a CA may ask us to wait: one wrong number must neither keep us busy nor let a certificate expire. */
const PENDING_BOUNDS = { shortest: Minutes(1), longest: Hours(24) } as const;

/**
 * Tries each way once, until one leads to a certificate or to a CA that will decide later. The key is kept until then,
 * so that a later try, after a restart too, goes on with the same request.
 * @throws EnrolmentError `ENROLMENT_FAILED` if no way leads anywhere; what making a key and the files throw
 */
export async function enrol(plan: EnrolmentPlan, signal?: AbortSignal): Promise<EnrolmentResult> {
  const request = await requestOf(plan);
  const problems: string[] = [];
  for (const enroller of plan.enrollers) {
    try {
      return await tryWay(plan, request, enroller, signal);
    } catch (cause) {
      if (!(cause instanceof SealmeterError)) throw cause;
      problems.push(`${enroller.name}: ${cause.message}`);
      warn(plan, enroller, cause);
    }
  }
  const subject = plan.wish.subject.text;
  throw new EnrolmentError('ENROLMENT_FAILED', `no certificate for ${subject}: ${problems.join('; ')}`);
}

/** The request that waits already, unless it asks for something else than is wanted now. */
async function requestOf({ store, wish, prepare }: EnrolmentPlan): Promise<PendingRequest> {
  const pending = await store.pending();
  if (pending !== undefined && asksFor(pending.content, wish)) return pending;
  return await store.keepPending(await prepare(wish));
}

async function tryWay(
  plan: EnrolmentPlan,
  request: PendingRequest,
  enroller: Enroller,
  signal?: AbortSignal,
): Promise<EnrolmentResult> {
  const answer = await enroller.enrol(request, signal);
  if (answer.state === 'pending') return { state: 'pending', askAgainAfter: bounded(answer.askAgainAfter) };
  const { purpose, anchors, clock, store, log } = plan;
  const expected = { request: request.content, purpose, anchors: await certificatesFrom(anchors), now: clock.now() };
  const path = checkIssued(answer.issued, expected);
  await refuseTheSame(path[0], store);
  const pair = await store.install(purpose === 'signature' ? [path[0]] : chainToSend(path, answer.issued));
  log.info('enrolment.installed', { way: enroller.name, subject: path[0].subject.text, certificate: path[0].id });
  return { state: 'installed', pair };
}

const bounded = (delay: Duration): Duration =>
  Milliseconds(Math.min(Math.max(delay, PENDING_BOUNDS.shortest), PENDING_BOUNDS.longest));

/** With a key that stays the same, on a token, a CA could answer with what it issued last time. */
async function refuseTheSame(leaf: Certificate, store: KeyPairStore): Promise<void> {
  const current = await store.current();
  if (current?.certificates[0].id !== leaf.id) return;
  throw new EnrolmentError('ENROLMENT_NOT_NEW', `${leaf.subject.text}: ${leaf.id} is in use already`);
}

/**
 * Who shakes hands has to send what leads to a root along, without the root itself. While the CA rolls its root over,
 * that is also the root's key certified by the other root, for peers that trust only that.
 */
function chainToSend([leaf, ...path]: CertificatePath, { issuers }: IssuedCertificates): CertificateList {
  const root = path.at(-1) ?? leaf;
  const crossed = issuers.filter(({ publicKey }) => publicKey.equals(root.publicKey));
  return [leaf, ...new Set([...path, ...crossed].filter((issuer) => !isSignedBy(issuer.signed, issuer.publicKey)))];
}

function warn({ log, wish }: EnrolmentPlan, { name }: Enroller, { code, message, mend }: SealmeterError): void {
  log.warn('enrolment.way-failed', { way: name, subject: wish.subject.text, code, problem: message, mend });
}
