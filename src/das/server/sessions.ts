import type { Clock } from '#core/clock.ts';
import { type Duration, Hours, Minutes } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { SessionAnswer } from '#das/api-types.ts';
import type { SessionUser } from './rights.ts';
import { hashToken, newToken } from './tokens.ts';

export interface Session {
  readonly user: SessionUser;
  readonly by: SessionAnswer['by'];
  /** The client certificate by which it began, if it did. */
  readonly certificate: CertificateId | undefined;
  /** What the page sends back with every change. */
  readonly csrf: string;
}

interface SessionLife {
  /** Without a request. */
  readonly idle: Duration;
  /** Counted from the log-in; nothing extends it. */
  readonly whole: Duration;
}

/** @see NIST SP 800-63B-4 § 2.2.3: at most an hour idle and 24 hours in all */
const SESSION_LIFE: SessionLife = { idle: Minutes(30), whole: Hours(12) };

/** The session that was used longest ago ends first. */
const MOST_SESSIONS = 10_000;
const MOST_OF_ONE_USER = 50;

interface Entry {
  readonly session: Session;
  readonly begunAt: Duration;
  usedAt: Duration;
}

/** Who is logged in. In memory alone: when the DAS starts anew, everybody logs in anew. */
export class Sessions {
  readonly #clock: Clock;
  readonly #life: SessionLife;
  /** By the hashes of their tokens, the one used longest ago first. */
  readonly #entries = new Map<string, Entry>();
  /** Where each of them stands in there. */
  readonly #keys = new WeakMap<Session, string>();

  constructor(clock: Clock, life: SessionLife = SESSION_LIFE) {
    this.#clock = clock;
    this.#life = life;
  }

  /** Always under a new token: one that somebody else has brought along is never taken up. */
  begin({ user, by, certificate }: Omit<Session, 'csrf'>): { readonly token: string; readonly session: Session } {
    const token = newToken();
    const session: Session = { user, by, certificate, csrf: newToken() };
    const now = this.#clock.monotonic();
    const key = hashToken(token);
    this.#entries.set(key, { session, begunAt: now, usedAt: now });
    this.#keys.set(session, key);
    this.#makeRoom(user.name);
    return { token, session };
  }

  /** The session of a token, which is used by that. */
  use(token: string): Session | undefined {
    const key = hashToken(token);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (this.#isOver(entry)) return undefined;
    entry.usedAt = this.#clock.monotonic();
    this.#entries.set(key, entry);
    return entry.session;
  }

  /** Whether it still lasts; to ask does not prolong it. */
  lasts(session: Session): boolean {
    const entry = this.#entries.get(this.#keys.get(session) ?? '');
    return entry !== undefined && !this.#isOver(entry);
  }

  end(token: string): void {
    this.#entries.delete(hashToken(token));
  }

  endAllOf(user: string): void {
    for (const key of this.#keysOf(user)) this.#entries.delete(key);
  }

  #isOver({ begunAt, usedAt }: Entry): boolean {
    const now = this.#clock.monotonic();
    return now - usedAt > this.#life.idle || now - begunAt > this.#life.whole;
  }

  #makeRoom(user: string): void {
    const own = this.#keysOf(user);
    const [oldestOwn] = own;
    if (own.length > MOST_OF_ONE_USER && oldestOwn !== undefined) this.#entries.delete(oldestOwn);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST_SESSIONS && oldest !== undefined) this.#entries.delete(oldest);
  }

  #keysOf(user: string): readonly string[] {
    return [...this.#entries].filter(([, { session }]) => session.user.name === user).map(([key]) => key);
  }
}
