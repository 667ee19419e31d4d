import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

import type { Clock } from '#core/clock.ts';
import type { SessionRules } from './session-rules.ts';

interface Life {
  /** By the monotonic clock. */
  readonly until: number;
  readonly generation: number;
}

/**
 * Knows which connections have served long enough. They end in order, with their next answer; one that is not used at
 * all is ended by the keep-alive time.
 */
export class ConnectionLives {
  readonly #clock: Clock;
  readonly #rules: SessionRules;
  readonly #lives = new WeakMap<Socket, Life>();
  #generation = 0;

  constructor(clock: Clock, rules: SessionRules) {
    this.#clock = clock;
    this.#rules = rules;
  }

  /** How old a resumed session is nobody tells: at most as old as one may be that is resumed. */
  begin(socket: TLSSocket): void {
    const { age, resumeFor } = this.#rules;
    const left = socket.isSessionReused() ? age - resumeFor : age;
    this.#lives.set(socket, { until: this.#clock.monotonic() + left, generation: this.#generation });
  }

  isOver(socket: Socket): boolean {
    const life = this.#lives.get(socket);
    if (life === undefined) return false;
    const spent = socket.bytesRead + socket.bytesWritten >= this.#rules.octets;
    return spent || this.#clock.monotonic() >= life.until || life.generation !== this.#generation;
  }

  /** Those that there are now end with their next answer. */
  endAll(): void {
    this.#generation += 1;
  }
}
