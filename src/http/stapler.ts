import type { Cancel, Clock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { type Duration, Milliseconds, Seconds, timeBetween } from '#core/time.ts';
import type { CertificateList } from '#pki/certificate.ts';
import { CHECKER_DEFAULTS } from '#pki/revocation-checker.ts';
import type { RevocationSource, RevocationStatement } from '#pki/revocation-statement.ts';

export interface StaplerParts {
  /** OCSP: no other proof can be stapled. */
  readonly source: RevocationSource;
  /** A proof is replaced at this age, or at half of its life where that is shorter. */
  readonly refreshAfter: Duration;
  readonly clock: Clock;
  readonly log: Log;
}

/** However short a proof lives, its responder is not asked more often. */
const SHORTEST_PAUSE: Duration = Seconds(1);

/**
 * Keeps a proof at hand that our own certificate is not revoked, to be stapled to handshakes: fetched beforehand, so that
 * no handshake waits for it, and again long before it ends.
 *
 * At TLS 1.3 Node.js loses it where the client's first guess of a group is none of ours and has to be corrected
 * (nodejs/node#28288); such a client asks the responder itself.
 * @see RFC 6066 § 8
 */
export class Stapler implements Disposable {
  readonly #parts: StaplerParts;
  #certificates: CertificateList | undefined;
  #statement: RevocationStatement | undefined;
  #cancel: Cancel = () => {};

  constructor(parts: StaplerParts) {
    this.#parts = parts;
  }

  /**
   * From now on for this certificate: the proof of another is gone at once. Settles when the first proof is there, or has
   * failed to come.
   */
  async serve(certificates: CertificateList): Promise<void> {
    this.#cancel();
    if (certificates[0].id !== this.#certificates?.[0].id) this.#statement = undefined;
    this.#certificates = certificates;
    await this.#fetch(certificates);
  }

  /** What to staple to a handshake now. */
  get proof(): Buffer | undefined {
    const statement = this.#statement;
    const good = statement?.status.status === 'good' && this.#parts.clock.now() <= statement.holdsUntil;
    return good ? Buffer.from(statement.proof) : undefined;
  }

  [Symbol.dispose](): void {
    this.#cancel();
    this.#certificates = undefined;
  }

  async #fetch(certificates: CertificateList): Promise<void> {
    const [leaf, issuer] = certificates;
    if (issuer === undefined) return this.#warn('the file of the certificate has no sub-CA after it');
    const asked = await this.#parts.source.ask(leaf, issuer).then(
      (statement) => this.#take(statement),
      (error: unknown) => this.#fail(error),
    );
    // Meanwhile another certificate may have come into its place.
    if (this.#certificates !== certificates) return;
    this.#statement = asked.statement;
    this.#cancel = this.#parts.clock.after(asked.pause, () => void this.#fetch(certificates));
  }

  #take(statement: RevocationStatement): Fetched {
    const { status } = statement.status;
    if (status !== 'good') this.#warn(`the CA says of our own certificate that it is "${status}"`);
    return { statement, pause: this.#pauseAfter(statement) };
  }

  #fail(error: unknown): Fetched {
    this.#warn(reasonOf(error));
    return { statement: this.#statement, pause: CHECKER_DEFAULTS.retryAfter };
  }

  #pauseAfter({ holdsUntil }: RevocationStatement): Duration {
    const { refreshAfter, clock } = this.#parts;
    const half = timeBetween(clock.now(), holdsUntil) / 2;
    return Milliseconds(Math.max(SHORTEST_PAUSE, Math.min(refreshAfter, half)));
  }

  #warn(reason: string): void {
    this.#parts.log.warn('tls.nothing-to-staple', { reason });
  }
}

interface Fetched {
  readonly statement: RevocationStatement | undefined;
  readonly pause: Duration;
}
