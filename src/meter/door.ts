import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import { urlAt } from '#core/server.ts';
import type { Duration, Instant } from '#core/time.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import { pooledCrypto } from '#crypto/node-crypto.ts';
import { readApiPage } from '#http/api-page.ts';
import { type ChangeParts, createApp } from '#http/app.ts';
import { type Client, CurrentClients, clientDirectory } from '#http/client-directory.ts';
import { HttpsServer } from '#http/https-server.ts';
import type { Limits } from '#http/limits.ts';
import type { LiveSamples } from '#http/live-samples.ts';
import { tlsPeerOf } from '#http/peer.ts';
import type { RefusalReason } from '#http/refusals.ts';
import type { SealedDocuments } from '#http/sealed-documents.ts';
import type { SessionRules } from '#http/session-rules.ts';
import { Stapler } from '#http/stapler.ts';
import type { TlsCredentials, TlsRules } from '#http/tls-options.ts';
import type { Witness } from '#http/witness.ts';
import type { RevocationService } from '#pki/revocation-service.ts';
import { ReplayMemory } from '#signature/replay-memory.ts';
import { CLOCK_SKEW } from '#signature/request-verifier.ts';

export interface DoorParts {
  readonly listen: { readonly host: string; readonly port: number; readonly names?: ReadonlySet<string> | undefined };
  readonly tls: TlsCredentials;
  readonly tlsRules: TlsRules;
  readonly sessions: SessionRules;
  /** How to learn whether certificates are revoked; `undefined` for a site that has switched it off. */
  readonly revocation: RevocationService | undefined;
  /** Everybody who may call. */
  readonly clients: readonly Client[];
  /** How old a request's signature may be. */
  readonly freshness: Duration;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the door leads to. */
export interface Behind {
  readonly devices: LogicalDevices;
  readonly sealed: SealedDocuments;
  /** What takes what clients change. */
  readonly changes: ChangeParts;
  /** Who keeps books of reads and refusals. */
  readonly witness: Witness;
  /** Samples as they come. Ended before the door is closed: who listens would hold it open. */
  readonly live: LiveSamples;
  /** What was signed before is refused. */
  readonly boot: Instant;
}

/** Through which clients come to the devices. */
export class Door implements AsyncDisposable {
  readonly #parts: DoorParts;
  readonly #clients: CurrentClients;
  readonly #stapler: Stapler | undefined;
  readonly #server: HttpsServer;

  /** @throws SealmeterError (configuration) where certificates, key or clients cannot be used */
  constructor(parts: DoorParts, behind: Behind) {
    this.#parts = parts;
    this.#clients = new CurrentClients(clientDirectory(parts.clients));
    this.#stapler = staplerBy(parts);
    this.#server = new HttpsServer({
      ...parts,
      clients: this.#clients,
      stapler: this.#stapler,
      revocation: parts.revocation?.checker,
      witness: behind.witness,
      serve: createApp(this.#appParts(behind)),
    });
  }

  /** How many connections were refused, for each reason. */
  get refusals(): ReadonlyMap<RefusalReason, number> {
    return this.#server.refusals;
  }

  /** Fetches what proves to clients that our own certificate is not revoked. Settles without it, too. */
  async prepare(): Promise<void> {
    await this.#stapler?.serve(this.#parts.tls.certificates);
  }

  /** Returns the URL. */
  async open(): Promise<string> {
    const { host, port } = this.#parts.listen;
    return urlAt('https', await this.#server.listen(host, port));
  }

  /**
   * Takes up other certificates and other clients. Settles when clients can be shown a proof of them.
   * @throws SealmeterError (configuration) where they cannot be used, at once; then nothing changes
   */
  renew(tls: TlsCredentials, clients: readonly Client[]): Promise<void> {
    const directory = clientDirectory(clients);
    this.#server.renew(tls);
    this.#clients.replace(directory);
    return this.#stapler?.serve(tls.certificates) ?? Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
    this.#stapler?.[Symbol.dispose]();
  }

  #appParts({ boot, ...behind }: Behind) {
    const { revocation, freshness, listen, limits, clock, log } = this.#parts;
    const replay = new ReplayMemory();
    return {
      ...behind,
      clients: this.#clients,
      peerOf: tlsPeerOf,
      revocation: revocation?.checker,
      signatures: { crypto: pooledCrypto, clock, window: freshness, skew: CLOCK_SKEW, replay, boot },
      page: readApiPage(),
      hosts: listen.names,
      limits,
      clock,
      log,
    };
  }
}

function staplerBy({ revocation, clock, log }: DoorParts): Stapler | undefined {
  if (revocation?.responder === undefined) return undefined;
  return new Stapler({ source: revocation.responder, refreshAfter: revocation.recheckAfter, clock, log });
}
