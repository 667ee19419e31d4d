import { once } from 'node:events';
import { Agent, type AgentOptions, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

import type { Clock } from '#core/clock.ts';
import { type Duration, Hours, Seconds } from '#core/time.ts';
import type { CertificatePath } from '#pki/chain.ts';
import type { MeterTrust } from './meter-trust.ts';
import { ticketLifetime } from './ticket-lifetime.ts';

/** A session that can be resumed, and who it was made with: on a resumed one Node.js shows no certificate at all. */
interface KeptSession {
  readonly session: Buffer;
  readonly path: CertificatePath;
  /** When its keys were made, in a full handshake; by the monotonic clock, as all that follow. */
  readonly since: number;
  readonly until: number;
}

interface Connection {
  readonly socket: TLSSocket;
  /** When its keys were made. */
  readonly since: number;
  /** Since when it has nothing to do. */
  idleSince: number;
}

/** What is known of a meter that was met. */
interface Acquaintance {
  readonly options: RequestOptions;
  path: CertificatePath | undefined;
  session: KeptSession | undefined;
  /** The one made last. */
  connection: Connection | undefined;
  /** Made ahead, for the next request. */
  ready: TLSSocket | undefined;
  isPreparing: boolean;
}

type OnCreate = (error: Error | null, stream: Duplex) => void;

/** One for each meter; the one met longest ago goes first. */
const CAPACITY = 10_000;

const HTTPS_PORT = 443;

/** A handshake that takes longer is given up; the next request makes one of its own. */
const PATIENCE: Duration = Seconds(10);

/** Half of what the strictest meters allow the keys of a connection. @see docs/operations.md, tls.sessions */
const LONGEST_KEYS: Duration = Hours(24);

/** Makes connections to meters, resumes sessions, and introduces whoever is at the other end. */
export class MeterAgent extends Agent {
  readonly #trust: MeterTrust;
  readonly #clock: Clock;
  /** By host and port. */
  readonly #known = new Map<string, Acquaintance>();
  readonly #connections = new WeakMap<Duplex, Connection>();
  readonly #madeAhead = new WeakSet<Duplex>();

  constructor(trust: MeterTrust, clock: Clock, options: AgentOptions) {
    super({ ...options, keepAlive: true, requestOCSP: true, maxCachedSessions: 0 });
    this.#trust = trust;
    this.#clock = clock;
  }

  override destroy(): void {
    for (const { ready } of this.#known.values()) ready?.destroy();
    super.destroy();
  }

  /** The chain that a meter has shown, if it has, and if it was valid. */
  pathOf(url: URL): CertificatePath | undefined {
    return this.#known.get(placeIn(url))?.path;
  }

  /** Whether a connection was there before the first request on it, so that the meter may have ended it before. */
  wasMadeAhead(socket: Duplex | null): boolean {
    return socket !== null && this.#madeAhead.has(socket);
  }

  /**
   * Makes a connection by a full handshake, where a request within `ahead` would have to: because the keys of the connection
   * are old then, or because there will be none, and no session that can be resumed.
   */
  async prepare(url: URL, ahead: Duration): Promise<void> {
    const known = this.#known.get(placeIn(url));
    if (known === undefined || known.isPreparing || known.ready !== undefined) return;
    if (this.#isBusy(known) || !this.#needsHandshake(known, this.#now + ahead)) return;
    known.isPreparing = true;
    try {
      await this.#makeAhead(known);
    } finally {
      known.isPreparing = false;
    }
  }

  override createConnection(options: RequestOptions, onCreate?: OnCreate): Duplex | null | undefined {
    const known = this.#meet(options);
    const { ready } = known;
    known.ready = undefined;
    if (ready?.writable === true) {
      ready.removeAllListeners('data');
      return ready;
    }
    const kept = known.session !== undefined && this.#now < known.session.until ? known.session : undefined;
    const resuming = kept === undefined ? options : { ...options, session: kept.session };
    const socket = super.createConnection(resuming, onCreate);
    if (socket instanceof TLSSocket) this.#attend(socket, known, kept);
    return socket;
  }

  override keepSocketAlive(socket: Duplex): boolean {
    const connection = this.#connections.get(socket);
    if (connection !== undefined) connection.idleSince = this.#now;
    // The method is there in every Node.js; its types say that it gives nothing.
    return super.keepSocketAlive(socket) as unknown as boolean;
  }

  get #now(): number {
    return this.#clock.monotonic();
  }

  #meet(options: RequestOptions): Acquaintance {
    const place = placeOf(options.host, options.port);
    const former = this.#known.get(place);
    const known = former ?? {
      // Who has asked first may have gone when a connection is made ahead.
      options: { ...options, signal: undefined },
      path: undefined,
      session: undefined,
      connection: undefined,
      ready: undefined,
      isPreparing: false,
    };
    this.#known.delete(place);
    this.#known.set(place, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > CAPACITY && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }

  #idleOf({ options }: Acquaintance): readonly Duplex[] {
    return this.freeSockets[this.getName(options)] ?? [];
  }

  #isBusy(known: Acquaintance): boolean {
    const { connection } = known;
    return connection !== undefined && !this.#idleOf(known).some((idle) => idle === connection.socket);
  }

  #needsHandshake({ connection, session }: Acquaintance, by: number): boolean {
    if (connection !== undefined && lastsUntil(connection) > by) return connection.since + LONGEST_KEYS <= by;
    return session === undefined || session.until <= by;
  }

  /** Puts it into the place of those that are idle. */
  async #makeAhead(known: Acquaintance): Promise<void> {
    const fresh = super.createConnection(known.options);
    if (!(fresh instanceof TLSSocket)) return;
    this.#attend(fresh, known, undefined);
    fresh.setTimeout(PATIENCE, () => fresh.destroy(new Error('the handshake takes too long')));
    await once(fresh, 'secureConnect');
    fresh.setTimeout(0);
    // Whoever ends it before it has served is no trouble: the next request makes another one.
    fresh.on('error', () => undefined);
    // Nobody has asked for anything: what comes must not be taken for the answer to what is asked next.
    fresh.once('data', () => fresh.destroy());
    fresh.once('close', () => {
      if (known.ready === fresh) known.ready = undefined;
    });
    known.ready = fresh;
    this.#madeAhead.add(fresh);
    for (const idle of this.#idleOf(known)) idle.destroy();
  }

  #attend(socket: TLSSocket, known: Acquaintance, kept: KeptSession | undefined): void {
    const connection = { socket, since: kept?.since ?? this.#now, idleSince: this.#now };
    known.connection = connection;
    this.#connections.set(socket, connection);
    let { since } = connection;
    let staple: Buffer | undefined;
    let session: Buffer | undefined;
    const keep = (): void => {
      const path = this.#trust.pathOf(socket);
      if (path === undefined) return;
      known.path = path;
      if (session !== undefined) known.session = { session, path, since, until: since + lifetimeOf(session) };
    };
    socket.once('OCSPResponse', (response: Buffer | null) => {
      staple = response ?? undefined;
    });
    socket.once('secureConnect', () => {
      const isResumed = socket.isSessionReused();
      if (!isResumed) since = this.#now;
      this.#trust.meet(socket, isResumed ? { resumed: kept?.path } : { staple });
      keep();
    });
    // At TLS 1.2 it comes before the end of the handshake, at TLS 1.3 after it.
    socket.on('session', (fresh: Buffer) => {
      session = fresh;
      keep();
    });
    socket.once('close', (hadError: boolean) => {
      if (hadError && kept !== undefined) known.session = undefined;
      if (known.connection === connection) known.connection = undefined;
    });
  }
}

/** A connection that the meter ends when nobody uses it is closed here a little before. */
const lastsUntil = ({ socket, idleSince }: Connection): number =>
  socket.timeout === undefined || socket.timeout === 0 ? Number.POSITIVE_INFINITY : idleSince + socket.timeout;

const lifetimeOf = (session: Buffer): number => Math.min(ticketLifetime(session) ?? LONGEST_KEYS, LONGEST_KEYS);

const placeIn = ({ hostname, port }: URL): string => placeOf(hostname.replaceAll(/^\[|\]$/g, ''), port || HTTPS_PORT);

const placeOf = (host: string | null | undefined, port: string | number | null | undefined): string =>
  `${host ?? ''} ${port ?? ''}`;
