import { toHex } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import type { Duration } from '#core/time.ts';

interface Entry {
  readonly session: Buffer;
  /** By the monotonic clock. */
  readonly until: number;
}

/** About 3 MB: a session with its client's certificate has some 700 octets. */
const CAPACITY = 4_000;

/**
 * Remembers sessions by their id, for clients that know no tickets (RFC 5077). Bounded; the one used longest ago is
 * forgotten first, and its client shakes hands in full.
 */
export class SessionStore {
  readonly #clock: Clock;
  readonly #resumeFor: Duration;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, resumeFor: Duration) {
    this.#clock = clock;
    this.#resumeFor = resumeFor;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Sessions of TLS 1.3 are not taken: they live in tickets alone, and Node.js reports them only for information. */
  add(id: Uint8Array, session: Buffer): void {
    if (isTls13(session)) return;
    this.#entries.set(toHex(id), { session, until: this.#clock.monotonic() + this.#resumeFor });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > CAPACITY && oldest !== undefined) this.#entries.delete(oldest);
  }

  find(id: Uint8Array): Buffer | undefined {
    const key = toHex(id);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.until <= this.#clock.monotonic()) return undefined;
    this.#entries.set(key, entry);
    return entry.session;
  }

  clear(): void {
    this.#entries.clear();
  }
}

/**
 * How a session of TLS 1.3 begins.
 *
 *     SSLSession ::= SEQUENCE { version INTEGER (1), SSLversion INTEGER (0x0304), … }
 *
 * @see d2i_SSL_SESSION(3)
 */
const TLS13 = /^30(?:82.{4}|81.{2}|.{2})02010102020304/;

const isTls13 = (session: Buffer): boolean => TLS13.test(session.toString('hex', 0, 12));
