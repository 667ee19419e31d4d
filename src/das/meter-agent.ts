import { Agent, type AgentOptions, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

import type { CertificatePath } from '#pki/chain.ts';
import type { MeterTrust } from './meter-trust.ts';

/** A session that can be resumed, and who it was made with: on a resumed one Node.js shows no certificate at all. */
interface KeptSession {
  readonly session: Buffer;
  readonly path: CertificatePath;
}

type OnCreate = (error: Error | null, stream: Duplex) => void;

/** One for each meter; the one made longest ago goes first. */
const CAPACITY = 10_000;

/** Makes connections to meters, resumes sessions, and introduces whoever is at the other end. */
export class MeterAgent extends Agent {
  readonly #trust: MeterTrust;
  readonly #kept = new Map<string, KeptSession>();

  constructor(trust: MeterTrust, options: AgentOptions) {
    super({ ...options, keepAlive: true, requestOCSP: true, maxCachedSessions: 0 });
    this.#trust = trust;
  }

  override createConnection(options: RequestOptions, onCreate?: OnCreate): Duplex | null | undefined {
    const name = this.getName(options);
    const kept = this.#kept.get(name);
    const resuming = kept === undefined ? options : { ...options, session: kept.session };
    const socket = super.createConnection(resuming, onCreate);
    if (socket instanceof TLSSocket) this.#attend(socket, name, kept);
    return socket;
  }

  #attend(socket: TLSSocket, name: string, kept: KeptSession | undefined): void {
    let staple: Buffer | undefined;
    let session: Buffer | undefined;
    const keep = (): void => {
      const path = this.#trust.pathOf(socket);
      if (session !== undefined && path !== undefined) this.#keep(name, { session, path });
    };
    socket.once('OCSPResponse', (response: Buffer | null) => {
      staple = response ?? undefined;
    });
    socket.once('secureConnect', () => {
      this.#trust.meet(socket, socket.isSessionReused() ? { resumed: kept?.path } : { staple });
      keep();
    });
    // At TLS 1.2 it comes before the end of the handshake, at TLS 1.3 after it.
    socket.on('session', (fresh: Buffer) => {
      session = fresh;
      keep();
    });
    socket.once('close', (hadError: boolean) => {
      if (hadError) this.#kept.delete(name);
    });
  }

  #keep(name: string, session: KeptSession): void {
    this.#kept.delete(name);
    this.#kept.set(name, session);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > CAPACITY && oldest !== undefined) this.#kept.delete(oldest);
  }
}
