import type { Socket } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';

import type { Cancel, Clock } from '#core/clock.ts';
import { ConnectionLives } from './connection-lives.ts';
import type { SessionRules } from './session-rules.ts';
import { SessionStore } from './session-store.ts';
import { rotateTicketKeys } from './ticket-keys.ts';

/** The TLS sessions of a server: which may be resumed, and how long connections last. */
export class TlsSessions implements Disposable {
  readonly #server: Server;
  readonly #rules: SessionRules;
  readonly #clock: Clock;
  readonly #store: SessionStore;
  readonly #lives: ConnectionLives;
  #stopRotation: Cancel = () => {};

  constructor(server: Server, rules: SessionRules, clock: Clock) {
    this.#server = server;
    this.#rules = rules;
    this.#clock = clock;
    this.#store = new SessionStore(clock, rules.resumeFor);
    this.#lives = new ConnectionLives(clock, rules);
    server.on('newSession', (id: Buffer, session: Buffer, done: () => void) => {
      this.#store.add(id, session);
      done();
    });
    server.on('resumeSession', (id: Buffer, done: (error: null, session: Buffer | null) => void) => {
      done(null, this.#store.find(id) ?? null);
    });
  }

  start(): void {
    this.#stopRotation = rotateTicketKeys(this.#server, this.#rules.ticketKeysFor, this.#clock);
  }

  [Symbol.dispose](): void {
    this.#stopRotation();
  }

  begin(socket: TLSSocket): void {
    this.#lives.begin(socket);
  }

  /** Whether a connection has served long enough, and is to end with the answer that is being given. */
  isOver(socket: Socket): boolean {
    return this.#lives.isOver(socket);
  }

  /** No session that there is now is resumed any more, and no connection lasts beyond its next answer. */
  endAll(): void {
    this.#store.clear();
    this.#lives.endAll();
    this.#stopRotation();
    this.start();
  }
}
