import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type TLSSocket, type TlsOptions } from 'node:tls';

import type { Clock } from '#core/clock.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { listenOn } from '#core/server.ts';
import { boundedOptions } from '#core/server-limits.ts';
import type { Certificate } from '#pki/certificate.ts';
import { PeerPaths } from '#pki/peer-paths.ts';
import { askAboutPath } from '#pki/revocation.ts';
import type { RevocationChecker } from '#pki/revocation-checker.ts';
import { admit } from './admission.ts';
import type { ClientDirectory } from './client-directory.ts';
import { announceEnd, Connections } from './connections.ts';
import type { Limits } from './limits.ts';
import { introduce, type Peer } from './peer.ts';
import { type RefusalReason, Refusals } from './refusals.ts';
import { type SessionRules, sessionRules } from './session-rules.ts';
import type { Stapler } from './stapler.ts';
import { type TlsCredentials, type TlsRules, tlsOptions } from './tls-options.ts';
import { TlsSessions } from './tls-sessions.ts';
import { answerUnparsed, isUnparsed } from './unparsed-request.ts';
import type { Witness } from './witness.ts';

export interface HttpsServerParts {
  readonly tls: TlsCredentials;
  readonly tlsRules?: TlsRules | undefined;
  readonly sessions?: SessionRules | undefined;
  /** Whom to ask about a client as soon as it has come in. */
  readonly revocation?: RevocationChecker | undefined;
  /** What proves to clients that our own certificate is not revoked. */
  readonly stapler?: Stapler | undefined;
  /** Who may come in at all. */
  readonly clients: ClientDirectory;
  /** What answers the requests of those who are in. */
  readonly serve: RequestListener;
  /** Who keeps books of refusals. */
  readonly witness?: Witness | undefined;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
}

/** The door: TLS with known clients only, bounded in every respect, and closed without cutting anybody off. */
export class HttpsServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #parts: HttpsServerParts;
  readonly #refusals: Refusals;
  readonly #connections: Connections;
  readonly #sessions: TlsSessions;
  #tls: TlsCredentials;
  #paths: PeerPaths;
  #closing = false;

  /** @throws SealmeterError (configuration) `TLS_CREDENTIALS_UNUSABLE` */
  constructor(parts: HttpsServerParts) {
    this.#parts = parts;
    this.#refusals = new Refusals(parts.log, parts.witness);
    this.#connections = new Connections(parts.limits, this.#refusals);
    this.#server = makeServer(parts);
    this.#sessions = new TlsSessions(this.#server, parts.sessions ?? sessionRules(), parts.clock);
    this.#tls = parts.tls;
    this.#paths = pathsUnder(parts.tls);
    // Before the listeners of node:https, so that HTTP never begins on a connection that is refused.
    this.#server.prependListener('connection', (socket: Socket) => this.#connections.accept(socket));
    this.#server.prependListener('secureConnection', (socket: TLSSocket) => this.#admit(socket));
    this.#server.on('request', (request, response) => this.#serve(request, response));
    // Who asks whether to send a body is told by the answer: the pipeline takes none unread.
    this.#server.on('checkContinue', (request, response) => this.#serve(request, response));
    this.#server.on('clientError', (error, socket) => this.#onClientError(error, socket));
    if (parts.stapler !== undefined) this.#stapleBy(parts.stapler);
  }

  /** How many connections were refused, for each reason. */
  get refusals(): ReadonlyMap<RefusalReason, number> {
    return this.#refusals.counts;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** @throws SealmeterError (configuration) `PORT_TAKEN`, `PORT_FORBIDDEN`, `ADDRESS_NOT_HERE` */
  async listen(host: string, port: number): Promise<AddressInfo> {
    const address = await listenOn(this.#server, host, port);
    this.#sessions.start();
    return address;
  }

  /**
   * Takes up other certificates, another key and other roots, for all who come from now on. Nobody resumes a session of
   * before, and connections of before end with their next answer; where a root is trusted no longer, at once or with the
   * answer that is being given. What is the same as before disturbs nobody.
   * @throws SealmeterError (configuration) `TLS_CREDENTIALS_UNUSABLE`, `TLS_RULES_IMPOSSIBLE`; then nothing changes
   */
  renew(tls: TlsCredentials): void {
    const options = usableOptions({ ...this.#parts, tls });
    const former = this.#tls;
    this.#tls = tls;
    this.#paths = pathsUnder(tls);
    if (areSame(former, tls)) return;
    this.#server.setSecureContext(options);
    this.#sessions.endAll();
    if (distrustsAny(former, tls)) this.#connections.endAll('a root was taken away meanwhile');
  }

  /** Lets nobody in any more, finishes the answers that are being given, at most for the closing time, and ends. */
  async close(): Promise<void> {
    if (this.#closing || !this.#server.listening) return;
    this.#closing = true;
    const { clock, limits } = this.#parts;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#sessions[Symbol.dispose]();
    this.#connections.close();
    const cancel = clock.after(limits.closingTime, () => this.#connections.destroy());
    await closed;
    cancel();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #admit(socket: TLSSocket): void {
    const { clients, clock } = this.#parts;
    const admission = admit(socket, { clients, paths: this.#paths, now: clock.now() });
    if ('refused' in admission) {
      const { refused, ...details } = admission;
      this.#connections.refuse(socket, refused, details);
    } else if (!this.#connections.promote(socket, admission.client.id)) {
      this.#connections.refuse(socket, 'client-has-too-many-connections', { client: admission.client.id });
    } else {
      this.#welcome(socket, admission.peer);
    }
  }

  #welcome(socket: TLSSocket, peer: Peer): void {
    introduce(socket, { ...peer, isOver: () => this.#sessions.isOver(socket) });
    this.#sessions.begin(socket);
    const { revocation, log } = this.#parts;
    if (revocation === undefined || peer.path === undefined) return;
    askAboutPath(peer.path, revocation).catch((error: unknown) => {
      log.error('revocation.failed', { reason: reasonOf(error) });
    });
  }

  #stapleBy(stapler: Stapler): void {
    this.#server.on('OCSPRequest', (_certificate, _issuer, done) => done(null, stapler.proof ?? null));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#connections.beginAnswer(socket, response);
    response.once('close', () => this.#connections.endAnswer(socket, response));
    if (this.#closing || this.#sessions.isOver(socket)) announceEnd(response);
    this.#parts.serve(request, response);
  }

  /** Node.js reports failed handshakes and unreadable requests by the same event, and leaves the socket open. */
  #onClientError(error: Error, stream: Duplex): void {
    const socket = stream as TLSSocket;
    // During a handshake, into an answer that has begun, or over a connection that is broken, nothing can be said.
    if (!isUnparsed(error) || !socket.writable || !this.#connections.isWaiting(socket)) {
      this.#connections.fail(socket, reasonOf(error).trim());
      return;
    }
    const { problem, occurrence, bytes } = answerUnparsed(error);
    const { remoteAddress: address } = socket;
    const { status, code } = problem;
    this.#parts.log.info('http.unparsed', { request: occurrence, address, status, problem: code });
    socket.end(bytes, () => socket.destroy());
  }
}

const makeServer = (parts: HttpsServerParts): Server =>
  createServer({ ...usableOptions(parts), ...boundedOptions(parts.limits) }).setTimeout(parts.limits.idleTime);

/** The options of TLS, tried out: a server that is given others than it can use is left with half of them. */
function usableOptions({ tls, tlsRules, sessions }: HttpsServerParts): TlsOptions {
  const options = tlsOptions(tls, tlsRules, sessions);
  try {
    createSecureContext(options);
    return options;
  } catch (cause) {
    throw new SealmeterError('configuration', 'TLS_CREDENTIALS_UNUSABLE', `TLS cannot start: ${reasonOf(cause)}`, {
      mend: 'give the private key of the server certificate, both on P-256, P-384 or P-521',
      cause,
    });
  }
}

const areSame = (a: TlsCredentials, b: TlsCredentials): boolean =>
  a.privateKey.equals(b.privateKey) &&
  areSameCertificates(a.certificates, b.certificates) &&
  areSameCertificates(a.clientRoots, b.clientRoots);

const areSameCertificates = (a: readonly Certificate[], b: readonly Certificate[]): boolean =>
  a.length === b.length && a.every(({ id }, index) => b[index]?.id === id);

const distrustsAny = (former: TlsCredentials, now: TlsCredentials): boolean =>
  former.clientRoots.some((old) => now.clientRoots.every(({ id }) => id !== old.id));

const pathsUnder = ({ certificates, clientRoots, clientIssuers = [] }: TlsCredentials): PeerPaths =>
  new PeerPaths({
    anchors: clientRoots,
    known: [...certificates.slice(1), ...clientIssuers],
    purpose: 'tls-client',
  });
