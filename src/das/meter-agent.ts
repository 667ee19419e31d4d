import { once } from 'node:events';
import { Agent, type AgentOptions, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

import type { Clock } from '#core/clock.ts';
import { type Duration, Milliseconds, Seconds } from '#core/time.ts';
import type { CertificatePath } from '#pki/chain.ts';
import type { MeterTrust } from './meter-trust.ts';

/** A session that can be resumed, and who it was made with: on a resumed one Node.js shows no certificate at all. */
interface KeptSession {
  readonly session: Buffer;
  readonly path: CertificatePath;
}

/** A connection as it was made. */
interface MadeConnection {
  readonly socket: TLSSocket;
  readonly options: RequestOptions;
  /** By the monotonic clock. */
  readonly since: Duration;
}

type OnCreate = (error: Error | null, stream: Duplex) => void;

/** One for each meter; the one made longest ago goes first. */
const CAPACITY = 10_000;

const HTTPS_PORT = 443;

/** A handshake that takes longer is given up; the next request makes one of its own. */
const PATIENCE: Duration = Seconds(10);

/** Makes connections to meters, resumes sessions, and introduces whoever is at the other end. */
export class MeterAgent extends Agent {
  readonly #trust: MeterTrust;
  readonly #clock: Clock;
  readonly #kept = new Map<string, KeptSession>();
  /** The one made last, by host and port. */
  readonly #made = new Map<string, MadeConnection>();
  /** Made ahead, for the next request. */
  readonly #ready = new Map<string, TLSSocket>();
  readonly #madeAhead = new WeakSet<Duplex>();

  constructor(trust: MeterTrust, clock: Clock, options: AgentOptions) {
    super({ ...options, keepAlive: true, requestOCSP: true, maxCachedSessions: 0 });
    this.#trust = trust;
    this.#clock = clock;
  }

  override destroy(): void {
    for (const socket of this.#ready.values()) socket.destroy();
    super.destroy();
  }

  /** The connection to a host, where there is one. */
  connectionTo({ hostname, port }: URL): MadeConnection | undefined {
    return this.#made.get(placeOf(hostname.replaceAll(/^\[|\]$/g, ''), port || HTTPS_PORT));
  }

  /** Whether a connection was there before the first request on it, so that the meter may have ended it before. */
  wasMadeAhead(socket: Duplex | null): boolean {
    return socket !== null && this.#madeAhead.has(socket);
  }

  ageOf({ since }: MadeConnection): Duration {
    return Milliseconds(this.#clock.monotonic() - since);
  }

  /** Puts a connection with new keys, made in a full handshake, into the place of one that is idle. */
  async renew({ socket, options }: MadeConnection): Promise<void> {
    const name = this.getName(options);
    const isIdle = this.freeSockets[name]?.some((free) => free === socket) ?? false;
    if (!isIdle) return;
    const fresh = super.createConnection(options);
    if (!(fresh instanceof TLSSocket)) return;
    this.#attend(fresh, options, undefined);
    fresh.setTimeout(PATIENCE, () => fresh.destroy(new Error('the handshake takes too long')));
    await once(fresh, 'secureConnect');
    fresh.setTimeout(0);
    // Whoever ends it before it has served is no trouble: the next request makes another one.
    fresh.on('error', () => undefined);
    fresh.once('close', () => this.#ready.delete(name));
    this.#ready.set(name, fresh);
    this.#madeAhead.add(fresh);
    for (const idle of this.freeSockets[name] ?? []) idle.destroy();
  }

  override createConnection(options: RequestOptions, onCreate?: OnCreate): Duplex | null | undefined {
    const name = this.getName(options);
    const ready = this.#ready.get(name);
    this.#ready.delete(name);
    if (ready?.writable === true) return ready;
    const kept = this.#kept.get(name);
    const resuming = kept === undefined ? options : { ...options, session: kept.session };
    const socket = super.createConnection(resuming, onCreate);
    if (socket instanceof TLSSocket) this.#attend(socket, options, kept);
    return socket;
  }

  #attend(socket: TLSSocket, options: RequestOptions, kept: KeptSession | undefined): void {
    const name = this.getName(options);
    const place = placeOf(options.host, options.port);
    const made = { socket, options, since: this.#clock.monotonic() };
    this.#made.set(place, made);
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
      if (this.#made.get(place) === made) this.#made.delete(place);
    });
  }

  #keep(name: string, session: KeptSession): void {
    this.#kept.delete(name);
    this.#kept.set(name, session);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > CAPACITY && oldest !== undefined) this.#kept.delete(oldest);
  }
}

const placeOf = (host: string | null | undefined, port: string | number | null | undefined): string =>
  `${host ?? ''} ${port ?? ''}`;
