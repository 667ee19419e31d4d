import { createHash } from 'node:crypto';

import { sleep } from '#core/clock.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import {
  addTime,
  type Duration,
  formatInstant,
  Hours,
  Instant,
  Milliseconds,
  Minutes,
  timeBetween,
} from '#core/time.ts';
import type { Awaitable } from '#crypto/crypto-port.ts';
import type { Certificate } from './certificate.ts';
import { renewalTime } from './certificate-life.ts';
import { type EnrolmentPlan, enrol } from './enrolment.ts';
import type { InstalledPair } from './key-pair-store.ts';

export interface KeeperOptions extends EnrolmentPlan {
  /** Lets whoever uses the pair take the new one up. What it throws is logged; the pair stays installed. */
  readonly onInstalled: (pair: InstalledPair) => Awaitable<void>;
  readonly onState?: (state: KeeperState) => void;
}

/**
 *     resting     until two thirds of the life are over, then enrolling
 *     enrolling   a way leads to a certificate: resting; to a CA that decides later: pending; none leads on: waiting
 *     pending     until the CA wants to be asked again, then enrolling
 *     waiting     until the back-off is over, then enrolling
 */
export type KeeperState =
  | { readonly state: 'resting'; readonly until: Instant }
  | { readonly state: 'enrolling' }
  | { readonly state: 'pending'; readonly until: Instant }
  | { readonly state: 'waiting'; readonly until: Instant; readonly problem: string };

/** The wall clock may be set while we rest, so we look at it now and then. No timer of Node.js is longer than 24 days. */
const LONGEST_NAP = Hours(1);

/** A CA that issues what is to be renewed already must not keep us busy. */
const SHORTEST_REST = Minutes(1);

const FIRST_RETRY = Minutes(1);
const LONGEST_RETRY = Hours(1);

/**
 * Keeps a certificate alive: enrols where there is none yet, renews at two thirds of its life, and goes on trying, by
 * every way there is, until there is a new one, also long after the old one has expired.
 */
export class CertificateKeeper implements AsyncDisposable {
  readonly #options: KeeperOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #wake = new AbortController();
  #state: KeeperState = { state: 'enrolling' };
  #failures = 0;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  get state(): KeeperState {
    return this.#state;
  }

  /**
   * Renews without waiting any longer: the certificate was revoked, or an operator asks. While it is enrolling this does
   * nothing more.
   */
  renewNow(): void {
    this.#wake.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    this.#enter(await this.#firstState());
    while (!this.#stop.signal.aborted) {
      await this.#wait();
      if (this.#stop.signal.aborted || (await this.#isRenewedAlready())) continue;
      this.#enter({ state: 'enrolling' });
      this.#enter(await this.#enrol());
      this.#wake = new AbortController(); // whoever wanted a renewal meanwhile has got one
    }
  }

  async #firstState(): Promise<KeeperState> {
    try {
      return { state: 'resting', until: await this.#renewalDue() };
    } catch (cause) {
      return this.#backOff(cause);
    }
  }

  /** At once, where there is nothing to renew. */
  async #renewalDue(): Promise<Instant> {
    const current = await this.#options.store.current();
    return current === undefined ? this.#now() : jitteredRenewal(current.certificates[0]);
  }

  /** Somebody else may have used the same store while we rested: an operator, from the command line. */
  async #isRenewedAlready(): Promise<boolean> {
    if (this.#state.state !== 'resting' || this.#wake.signal.aborted) return false;
    const next = await this.#firstState();
    if (next.state !== 'resting' || next.until <= this.#now()) return false;
    this.#enter(next);
    return true;
  }

  async #enrol(): Promise<KeeperState> {
    try {
      const result = await enrol(this.#options, this.#stop.signal);
      this.#failures = 0;
      if (result.state === 'pending') return { state: 'pending', until: this.#after(result.askAgainAfter) };
      await this.#tell(result.pair);
      const due = jitteredRenewal(result.pair.certificates[0]);
      return { state: 'resting', until: Instant(Math.max(due, this.#after(SHORTEST_REST))) };
    } catch (cause) {
      return this.#backOff(cause);
    }
  }

  async #tell(pair: InstalledPair): Promise<void> {
    const { onInstalled, log, wish } = this.#options;
    try {
      await onInstalled(pair);
    } catch (cause) {
      log.error('enrolment.not-taken-up', { subject: wish.subject.text, problem: reasonOf(cause) });
    }
  }

  #backOff(cause: unknown): KeeperState {
    const { log, wish } = this.#options;
    this.#failures += 1;
    const until = this.#after(backOff(this.#failures, wish.subject.text));
    if (!this.#stop.signal.aborted) {
      const mend = cause instanceof SealmeterError ? cause.mend : undefined;
      const again = formatInstant(until);
      log.warn('enrolment.failed', { subject: wish.subject.text, problem: reasonOf(cause), mend, again });
    }
    return { state: 'waiting', until, problem: reasonOf(cause) };
  }

  /** A rest ends by the wall clock, since certificates do; a back-off must not depend on it. */
  async #wait(): Promise<void> {
    const state = this.#state;
    if (state.state === 'enrolling') return;
    const { signal } = this.#wake;
    const { clock } = this.#options;
    try {
      if (state.state !== 'resting') await sleep(clock, timeBetween(this.#now(), state.until), signal);
      else while (this.#now() < state.until) await sleep(clock, nap(timeBetween(this.#now(), state.until)), signal);
    } catch (cause) {
      if (!signal.aborted) throw cause;
    }
  }

  #enter(state: KeeperState): void {
    if (this.#stop.signal.aborted) return;
    this.#state = state;
    this.#options.onState?.(state);
  }

  #now(): Instant {
    return this.#options.clock.now();
  }

  #after(delay: Duration): Instant {
    return addTime(this.#now(), delay);
  }
}

/**
 * Two thirds of the life, and up to a twentieth of it later. Meters that were enrolled in one go would otherwise all
 * come back to the CA in the same minute; by the name, so that each always comes at its own time.
 */
export function jitteredRenewal(certificate: Certificate): Instant {
  const life = timeBetween(certificate.notBefore, certificate.notAfter);
  const spread = (life / 20) * fractionOf(certificate.subject.text);
  return addTime(renewalTime(certificate), Milliseconds(Math.floor(spread)));
}

/** 1 min, 2 min, 4 min … 1 h, each up to a quarter longer. */
function backOff(failures: number, name: string): Duration {
  const plain = Math.min(FIRST_RETRY * 2 ** (failures - 1), LONGEST_RETRY);
  return Milliseconds(Math.floor(plain * (1 + fractionOf(name) / 4)));
}

const nap = (rest: Duration): Duration => Milliseconds(Math.min(rest, LONGEST_NAP));

/** 0 ≤ fraction < 1, the same for the same name. */
const fractionOf = (name: string): number => createHash('sha256').update(name).digest().readUInt32BE() / 2 ** 32;
