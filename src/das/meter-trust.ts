import type { TLSSocket } from 'node:tls';

import type { Clock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Duration } from '#core/time.ts';
import type { Certificate } from '#pki/certificate.ts';
import { hasExpired } from '#pki/certificate-life.ts';
import type { CertificatePath } from '#pki/chain.ts';
import { PeerPaths } from '#pki/peer-paths.ts';
import { presentedChain } from '#pki/presented-chain.ts';
import { askAboutPath, checkPathRevocation, renewPathAnswers } from '#pki/revocation.ts';
import type { RevocationVerdict } from '#pki/revocation-checker.ts';
import type { RevocationService } from '#pki/revocation-service.ts';
import { takeStapled } from './stapled-answer.ts';

export interface MeterTrustParts {
  /** What meters' certificates chain up to. */
  readonly roots: readonly Certificate[];
  /** How to learn whether a certificate is revoked; `undefined` only at a site whose CAs tell nothing. */
  readonly revocation: RevocationService | undefined;
  readonly clock: Clock;
}

/** How a meter has come: in a full handshake, perhaps with a stapled answer, or in a session that it resumed. */
export type Arrival =
  | { readonly staple: Uint8Array | undefined }
  /** Who the session was made with. */
  | { readonly resumed: CertificatePath | undefined };

type Met = { readonly path: CertificatePath } | { readonly fault: unknown };

/** Judges the meters at the other end of connections: their chains, and whether those are revoked. */
export class MeterTrust {
  readonly #parts: MeterTrustParts;
  readonly #paths: PeerPaths;
  readonly #met = new WeakMap<TLSSocket, Met>();

  constructor(parts: MeterTrustParts) {
    this.#parts = parts;
    this.#paths = new PeerPaths({ anchors: parts.roots, known: [], purpose: 'tls-server' });
  }

  /** To be called when a handshake is done: begins to ask, so that the first answer waits less, or not at all. */
  meet(socket: TLSSocket, arrival: Arrival): void {
    this.#met.set(socket, this.#judge(socket, arrival));
  }

  /** The chain of a meter that was met, if it is valid. */
  pathOf(socket: TLSSocket): CertificatePath | undefined {
    const met = this.#met.get(socket);
    return met !== undefined && 'path' in met ? met.path : undefined;
  }

  /**
   * To be called before anything of an answer is believed, on every answer: a certificate can be revoked, and can expire,
   * while a connection lasts.
   * @returns the chain
   * @throws SealmeterError `METER_CERTIFICATE_INVALID`, `METER_CERTIFICATE_REVOKED` (evidence), `METER_REVOCATION_UNKNOWN`
   *   (peer)
   */
  async demand(socket: TLSSocket): Promise<CertificatePath> {
    const met = this.#met.get(socket);
    if (met === undefined) throw new TypeError('nobody has met this meter');
    if ('fault' in met) throw met.fault;
    this.#demandValid(met.path);
    await this.#demandUnrevoked(met.path);
    return met.path;
  }

  /** Asks anew for what runs out within `ahead` of what is known of a chain. */
  async renew(path: CertificatePath, ahead: Duration): Promise<void> {
    const { revocation } = this.#parts;
    if (revocation !== undefined) await renewPathAnswers(path, revocation.checker, ahead);
  }

  /** Within an event nothing can be thrown, so a fault waits for the answer. */
  #judge(socket: TLSSocket, arrival: Arrival): Met {
    try {
      const path = 'resumed' in arrival ? arrival.resumed : this.#presentedPath(socket);
      if (path === undefined) throw untrustedMeter('nobody knows whose session this is');
      if ('staple' in arrival) this.#take(arrival.staple, path);
      this.#beginToAsk(path);
      return { path };
    } catch (fault) {
      return { fault };
    }
  }

  #presentedPath(socket: TLSSocket): CertificatePath {
    const presented = presentedChain(socket);
    if (presented === undefined) throw untrustedMeter('it has shown none');
    const { verdict } = this.#paths.judge(presented, this.#parts.clock.now());
    if (verdict.valid) return verdict.path;
    throw untrustedMeter(verdict.problems.map(({ message }) => message).join('; '));
  }

  /** Where nobody is asked by OCSP, nobody believes OCSP either. */
  #take(staple: Uint8Array | undefined, [certificate, issuer]: CertificatePath): void {
    const { revocation, clock } = this.#parts;
    if (staple === undefined || issuer === undefined || revocation?.responder === undefined) return;
    takeStapled(staple, { certificate, issuer }, revocation, clock);
  }

  /** What goes wrong here goes wrong again when it is demanded. */
  #beginToAsk(path: CertificatePath): void {
    const { revocation } = this.#parts;
    if (revocation !== undefined) askAboutPath(path, revocation.checker).catch(() => undefined);
  }

  #demandValid(path: CertificatePath): void {
    const now = this.#parts.clock.now();
    const expired = path.find((certificate) => hasExpired(certificate, now));
    if (expired !== undefined) throw untrustedMeter(`${expired.subject.text} has expired`);
  }

  async #demandUnrevoked(path: CertificatePath): Promise<void> {
    const { revocation } = this.#parts;
    if (revocation === undefined) return;
    const { passes, verdicts, refused } = await checkPathRevocation(path, revocation.checker);
    if (passes) return;
    throw refused === undefined ? unknownMeter(verdicts) : revokedMeter(refused);
  }
}

/** Who answers at the address of a meter does not prove to be one. */
export const untrustedMeter = (problem: string, cause?: unknown): SealmeterError =>
  new SealmeterError('evidence', 'METER_CERTIFICATE_INVALID', `the meter's certificate is refused: ${problem}`, {
    mend: 'have the meter send its sub-CA too; give the root that its certificate chains up to; look at the clock',
    cause,
  });

const revokedMeter = ({ message }: RevocationVerdict): SealmeterError =>
  new SealmeterError('evidence', 'METER_CERTIFICATE_REVOKED', message, {
    mend: 'believe nothing that comes from there until the meter has a new certificate, for a new key',
  });

const unknownMeter = (verdicts: readonly RevocationVerdict[]): SealmeterError =>
  new SealmeterError(
    'peer',
    'METER_REVOCATION_UNKNOWN',
    `nobody says whether the meter's certificate is revoked: ${verdicts.map(({ message }) => message).join('; ')}`,
    { mend: 'see that the OCSP responder, or the list, can be reached from here' },
  );
