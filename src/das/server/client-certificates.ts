import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

import type { Clock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { Certificate } from '#pki/certificate.ts';
import { hasExpired } from '#pki/certificate-life.ts';
import type { CertificatePath } from '#pki/chain.ts';
import { PeerPaths } from '#pki/peer-paths.ts';
import { type PresentedChain, presentedChain } from '#pki/presented-chain.ts';
import { checkPathRevocation } from '#pki/revocation.ts';
import type { RevocationChecker } from '#pki/revocation-checker.ts';

export interface ClientCertificateParts {
  readonly roots: readonly Certificate[];
  /** Sub-CAs that are known beforehand. */
  readonly issuers: readonly Certificate[];
  /** Whom to ask whether a certificate is revoked; nobody at a site whose CA does not tell. */
  readonly revocation: RevocationChecker | undefined;
  readonly clock: Clock;
}

/** The certificates by which users come in without a password. One that is no good is as good as none. */
export class ClientCertificates {
  readonly #parts: ClientCertificateParts;
  readonly #paths: PeerPaths;
  readonly #met = new WeakMap<TLSSocket, CertificatePath>();

  constructor(parts: ClientCertificateParts) {
    this.#parts = parts;
    this.#paths = new PeerPaths({ anchors: parts.roots, known: parts.issuers, purpose: 'tls-client' });
  }

  /** To be called when a handshake is done. */
  meet(socket: TLSSocket): void {
    const presented = socket.authorized ? presentedChain(socket) : undefined;
    const path = presented && this.#pathOf(presented);
    if (path !== undefined) this.#met.set(socket, path);
  }

  /** Asked at every request: a certificate can be revoked, and can expire, while a connection lasts. */
  async of({ socket }: IncomingMessage): Promise<CertificateId | undefined> {
    const path = this.#met.get(socket as TLSSocket);
    const { revocation, clock } = this.#parts;
    if (path === undefined || path.some((certificate) => hasExpired(certificate, clock.now()))) return undefined;
    if (revocation !== undefined && !(await checkPathRevocation(path, revocation)).passes) return undefined;
    return path[0].id;
  }

  /** What OpenSSL has taken we may be unable to read; and what is thrown within an event ends the DAS. */
  #pathOf(presented: PresentedChain): CertificatePath | undefined {
    try {
      const { verdict } = this.#paths.judge(presented, this.#parts.clock.now());
      return verdict.valid ? verdict.path : undefined;
    } catch (error) {
      if (error instanceof SealmeterError) return undefined;
      throw error;
    }
  }
}
