import type { Cancel, Clock } from '#core/clock.ts';
import { reasonOf, type SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { type Duration, Milliseconds, Minutes } from '#core/time.ts';
import type { SigningPriority, SignOptions } from '#crypto/signer.ts';
import { SignerUnavailable } from '#crypto/signer-unavailable.ts';
import { type SigningRequest, SignQueue } from './sign-queue.ts';
import type { TokenAccess } from './token-access.ts';
import { ruleOf, type TokenError, tokenErrorFrom } from './token-problems.ts';

/** `away`: not now, but it heals by itself. `stopped`: not before somebody acts and opens the signer anew. */
export type SignerState = 'ready' | 'away' | 'stopped';

export type StateListener = (state: SignerState, problem: SealmeterError | undefined) => void;

export interface TokenKeeperParts {
  readonly access: TokenAccess;
  /** Lets go of the module, after the session. */
  readonly release: () => PromiseLike<void>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long to wait between two looks for a token that is away. */
  readonly pollPeriod: Duration;
  /** How many signatures of each priority may wait. */
  readonly mostWaiting: number;
}

/** The longest wait between two uses of the PIN that led to nothing. */
const LONGEST_WAIT = Minutes(10);

/**
 * Keeps one token signing: hands it one piece of work at a time, says at once when it is away, and brings it back.
 */
export class TokenKeeper implements AsyncDisposable {
  readonly #parts: TokenKeeperParts;
  readonly #queue = new SignQueue();
  readonly #listeners = new Set<StateListener>();
  #state: SignerState = 'away';
  #problem: TokenError | undefined;
  #serving = false;
  /** What was asked of the token last. */
  #work: Promise<unknown> = Promise.resolve();
  #wait: Duration;
  #pinUsesSeen = 0;
  #cancelPoll: Cancel = () => {};
  #closing: Promise<void> | undefined;

  constructor(parts: TokenKeeperParts) {
    this.#parts = parts;
    this.#wait = parts.pollPeriod;
  }

  get state(): SignerState {
    return this.#state;
  }

  /** Why it is not ready. */
  get problem(): SealmeterError | undefined {
    return this.#problem;
  }

  onState(listener: StateListener): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens the token. @throws TokenError for a problem that forbids to start */
  async start(): Promise<void> {
    await this.#establish();
    if (this.#problem !== undefined && ruleOf(this.#problem).atStart === 'refuse') throw this.#problem;
  }

  /** @throws SignerUnavailable while the token is away; TokenError after it stopped for good */
  async sign(data: Uint8Array, { priority = 'request', signal }: SignOptions = {}): Promise<Uint8Array> {
    signal?.throwIfAborted();
    this.#refuseUnlessReady(priority);
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const withdraw = this.#queue.add({ data: new Uint8Array(data), resolve, reject }, priority);
    const onAbort = (): void => {
      if (withdraw()) reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort);
    void this.#serve();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  get #closed(): boolean {
    return this.#state === 'stopped' && this.#problem === undefined;
  }

  #refuseUnlessReady(priority: SigningPriority): void {
    if (this.#state !== 'ready') throw this.#refusal();
    if (this.#queue.waiting(priority) >= this.#parts.mostWaiting) {
      throw new SignerUnavailable('too many signatures wait for the token', this.#parts.pollPeriod);
    }
  }

  #refusal(): Error {
    if (this.#closed) return new SignerUnavailable('the signer is closed', this.#parts.pollPeriod);
    if (this.#state === 'stopped' && this.#problem !== undefined) return this.#problem;
    return new SignerUnavailable('the token that signs is away', this.#wait, this.#problem);
  }

  async #serve(): Promise<void> {
    if (this.#serving) return;
    this.#serving = true;
    for (let next = this.#queue.take(); next !== undefined; next = this.#queue.take()) await this.#serveOne(next);
    this.#serving = false;
  }

  async #serveOne({ data, resolve, reject }: SigningRequest): Promise<void> {
    try {
      resolve(await this.#doing(this.#parts.access.sign(data)));
      this.#pinUsesSeen = this.#parts.access.pinUses;
    } catch (error) {
      this.#fall(error);
      reject(this.#refusal());
    }
  }

  async #establish(): Promise<void> {
    try {
      await this.#doing(this.#parts.access.establish());
      this.#rise();
    } catch (error) {
      this.#fall(error);
    }
  }

  #doing<T>(work: Promise<T>): Promise<T> {
    this.#work = work.catch(() => undefined);
    return work;
  }

  #rise(): void {
    this.#wait = this.#parts.pollPeriod;
    this.#pinUsesSeen = this.#parts.access.pinUses;
    this.#enter('ready', undefined);
  }

  #fall(error: unknown): void {
    if (this.#closed) return;
    const problem = tokenErrorFrom(error);
    const heals = ruleOf(problem).afterwards === 'heal';
    if (heals) this.#pollLater();
    this.#enter(heals ? 'away' : 'stopped', problem);
    this.#queue.rejectAll(this.#refusal());
  }

  /** Who uses the PIN and then fails, again and again, wears the card out: that is tried more and more rarely. */
  #pollLater(): void {
    const { access, clock, pollPeriod } = this.#parts;
    const usedPin = access.pinUses > this.#pinUsesSeen;
    this.#wait = usedPin ? Milliseconds(Math.min(2 * this.#wait, LONGEST_WAIT)) : pollPeriod;
    this.#pinUsesSeen = access.pinUses;
    this.#cancelPoll();
    this.#cancelPoll = clock.after(this.#wait, () => void this.#establish());
  }

  #enter(state: SignerState, problem: TokenError | undefined): void {
    if (this.#closed) return;
    const news = state !== this.#state || problem?.message !== this.#problem?.message;
    this.#state = state;
    this.#problem = problem;
    if (!news) return;
    this.#report();
    for (const listener of this.#listeners) listener(state, problem);
  }

  #report(): void {
    const { log } = this.#parts;
    const problem = { code: this.#problem?.code, reason: this.#problem?.message, mend: this.#problem?.mend };
    if (this.#state === 'away') log.warn('token.away', problem);
    else if (this.#problem !== undefined) log.error('token.stopped', problem);
    else log.info(this.#closed ? 'token.closed' : 'token.ready');
  }

  async #close(): Promise<void> {
    const { access, release, log } = this.#parts;
    this.#cancelPoll();
    this.#enter('stopped', undefined);
    this.#queue.rejectAll(this.#refusal());
    await this.#work;
    try {
      await access.close();
    } catch (error) {
      log.debug('token.close', { reason: reasonOf(error) });
    }
    await release();
  }
}
