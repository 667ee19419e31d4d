import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import { addTime, type Duration, formatInstant, Minutes, Seconds } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import type { Revocation } from './ledger.ts';
import { consequenceOf, REVOCATION_OUTCOMES, type RevocationOutcome } from './revocation-policy.ts';
import { RevocationError, type RevocationSource, type RevocationStatement } from './revocation-statement.ts';
import { SingleFlight } from './single-flight.ts';

/** Whether a certificate may pass as far as revocation goes, and on what ground. */
export interface RevocationVerdict {
  readonly passes: boolean;
  readonly outcome: RevocationOutcome;
  /** What the verdict rests on, if it is not a fresh answer. */
  readonly ground: 'answer' | 'earlier answer' | 'soft-fail';
  readonly certificate: string;
  readonly message: string;
  readonly revocation?: Revocation;
}

export interface RevocationCheckerOptions {
  readonly source: RevocationSource;
  readonly clock: Clock;
  readonly log: Log;
  /** What to do with a certificate of which nobody tells us anything. */
  readonly whenUnavailable: 'hard-fail' | 'soft-fail';
  /** How soon we ask again although an answer still holds: so soon is a revoked certificate cut off. */
  readonly recheckAfter: Duration;
  /** How soon we ask again after a failure. */
  readonly retryAfter: Duration;
  /** Certificates that are remembered; the one asked about longest ago is forgotten first. */
  readonly capacity: number;
}

export const CHECKER_DEFAULTS = {
  whenUnavailable: 'hard-fail',
  recheckAfter: Minutes(5),
  retryAfter: Seconds(10),
  // Those of connections and of seals of several thousand meters: who forgets them asks about each again and again.
  capacity: 50_000,
} as const satisfies Partial<RevocationCheckerOptions>;

/** What is remembered of a certificate. */
interface Memory {
  readonly outcome: RevocationOutcome;
  readonly detail: string;
  /** By the monotonic clock, so that a step of the wall clock cannot stretch it. */
  readonly askAgainAt: number;
  /** The last statement, whatever went wrong since. */
  readonly statement: RevocationStatement | undefined;
}

/**
 * Says whether certificates may pass. It remembers answers, asks about each certificate once at a time, and applies
 * the policy matrix to whatever asking comes to.
 */
export class RevocationChecker {
  readonly #options: RevocationCheckerOptions;
  readonly #memories = new Map<string, Memory>();
  readonly #flights = new SingleFlight<Memory>();

  constructor(options: RevocationCheckerOptions) {
    this.#options = options;
  }

  async check(certificate: Certificate, issuer: Certificate): Promise<RevocationVerdict> {
    const verdict = this.#judge(certificate, await this.#recall(certificate, issuer));
    if (verdict.ground !== 'answer' || !verdict.passes) this.#report(verdict);
    return verdict;
  }

  /**
   * Takes a statement that came unasked and was checked, a stapled one for example. Of a certificate that was refused
   * it is not taken: who got hold of a revoked key could go on stapling the last good answer.
   */
  take(certificate: Certificate, statement: RevocationStatement): void {
    const known = this.#memories.get(certificate.id)?.statement?.status.status;
    if (known === undefined || known === 'good') this.#remember(certificate, this.#memoryOf(statement));
  }

  /**
   * Asks about a certificate that we would ask about within `ahead`, so that whoever checks it next need not wait. Where
   * nobody answers, an earlier answer serves for as long as it would have.
   */
  async renew(certificate: Certificate, issuer: Certificate, ahead: Duration): Promise<void> {
    const known = this.#memories.get(certificate.id);
    if (known !== undefined && !this.#runsOut(known, ahead)) return;
    const { statement } = await this.#flights.run(certificate.id, () =>
      this.#ask(certificate, issuer, known?.statement),
    );
    if (known !== undefined && statement === known.statement && this.#isFresh(known))
      this.#remember(certificate, known);
  }

  /** The proof that a certificate is good, to be stapled; `undefined` if there is none. */
  async proofOf(certificate: Certificate, issuer: Certificate): Promise<Uint8Array | undefined> {
    const { statement } = await this.#recall(certificate, issuer);
    return statement?.status.status === 'good' && this.#holds(statement) ? statement.proof : undefined;
  }

  async #recall(certificate: Certificate, issuer: Certificate): Promise<Memory> {
    const memory = this.#memories.get(certificate.id);
    if (memory !== undefined && this.#isFresh(memory)) return memory;
    return await this.#flights.run(certificate.id, () => this.#ask(certificate, issuer, memory?.statement));
  }

  #isFresh({ askAgainAt, outcome, statement }: Memory): boolean {
    const outlived = outcome === 'good' && statement !== undefined && !this.#holds(statement);
    return this.#options.clock.monotonic() < askAgainAt && !outlived;
  }

  #runsOut({ askAgainAt, statement }: Memory, ahead: Duration): boolean {
    const { clock } = this.#options;
    const isOutlived = statement !== undefined && addTime(clock.now(), ahead) > statement.holdsUntil;
    return clock.monotonic() + ahead >= askAgainAt || isOutlived;
  }

  #holds({ holdsUntil }: RevocationStatement): boolean {
    return this.#options.clock.now() <= holdsUntil;
  }

  async #ask(certificate: Certificate, issuer: Certificate, earlier: RevocationStatement | undefined): Promise<Memory> {
    const memory = await this.#options.source.ask(certificate, issuer).then(
      (statement) => this.#memoryOf(statement),
      (error: unknown) => this.#memoryOfFailure(error, earlier),
    );
    this.#remember(certificate, memory);
    return memory;
  }

  #memoryOf(statement: RevocationStatement): Memory {
    const { clock, recheckAfter } = this.#options;
    const outcome = statement.status.status;
    const detail = `the answer holds until ${formatInstant(statement.holdsUntil)}`;
    return { outcome, detail, askAgainAt: clock.monotonic() + recheckAfter, statement };
  }

  #memoryOfFailure(error: unknown, earlier: RevocationStatement | undefined): Memory {
    if (!(error instanceof RevocationError)) throw error;
    const { clock, retryAfter } = this.#options;
    const askAgainAt = clock.monotonic() + retryAfter;
    return { outcome: error.outcome, detail: error.message, askAgainAt, statement: earlier };
  }

  #remember({ id }: Certificate, memory: Memory): void {
    this.#memories.delete(id);
    this.#memories.set(id, memory);
    const [oldest] = this.#memories.keys();
    if (this.#memories.size > this.#options.capacity && oldest !== undefined) this.#memories.delete(oldest);
  }

  #judge({ subject }: Certificate, { outcome, detail, statement }: Memory): RevocationVerdict {
    const { earlierAnswerHolds, softFailPasses } = consequenceOf(outcome);
    const verdict = (passes: boolean, ground: RevocationVerdict['ground'], final = outcome): RevocationVerdict => ({
      passes,
      outcome: final,
      ground,
      certificate: subject.text,
      message: `${subject.text}: ${REVOCATION_OUTCOMES[final].meaning} (${detail})`,
      ...(statement?.status.status === 'revoked' ? { revocation: statement.status.revocation } : {}),
    });
    if (!earlierAnswerHolds) return verdict(outcome === 'good', 'answer');
    const earlier = statement?.status.status;
    if (earlier !== undefined && earlier !== 'good') return verdict(false, 'earlier answer', earlier);
    if (statement !== undefined && this.#holds(statement)) return verdict(true, 'earlier answer');
    if (softFailPasses && this.#options.whenUnavailable === 'soft-fail') return verdict(true, 'soft-fail');
    return verdict(false, 'answer');
  }

  #report({ passes, outcome, ground, message }: RevocationVerdict): void {
    this.#options.log.warn(passes ? 'revocation.passed-without-answer' : 'revocation.refused', {
      outcome,
      ground,
      message,
    });
  }
}
