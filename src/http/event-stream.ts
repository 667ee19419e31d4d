import type { Response } from 'express';

import type { Cancel, Clock } from '#core/clock.ts';
import { Seconds } from '#core/time.ts';
import { EVENT_STREAM } from './media-types.ts';

export interface StreamedEvent {
  /** What a client that connects again says that it had last. */
  readonly id?: string;
  readonly name: string;
  /** In one line. */
  readonly data: string;
}

/** Often enough that nobody on the way takes the connection for dead. */
const SIGN_OF_LIFE = Seconds(15);

/** An answer that goes on: one event after the other. @see WHATWG HTML, Server-sent events */
export class EventStream {
  readonly #response: Response;
  readonly #clock: Clock;
  #cancel: Cancel = () => {};

  constructor(response: Response, clock: Clock) {
    this.#response = response;
    this.#clock = clock;
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Type', EVENT_STREAM);
    // Whoever ends the stream of a client that is told no more has ended its connection with it.
    response.setHeader('Connection', 'close');
    response.writeHead(200).flushHeaders();
    response.once('close', () => this.#cancel());
    this.#stayAlive();
  }

  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  /** Resolves as soon as the client has room for more; at once where it has. */
  async send({ id, name, data }: StreamedEvent): Promise<void> {
    if (!this.isOpen) return;
    const identity = id === undefined ? '' : `id: ${id}\n`;
    if (this.#response.write(`${identity}event: ${name}\ndata: ${data}\n\n`)) return;
    await this.#room();
  }

  /** Calls back when the client, or whoever ends the stream, is gone. */
  onEnd(callback: () => void): void {
    this.#response.once('close', callback);
  }

  end(): void {
    this.#response.end();
  }

  /** That the client has taken what it was sent, or is gone. */
  async #room(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#response.once('drain', resolve).once('close', resolve);
    await promise;
    this.#response.off('drain', resolve).off('close', resolve);
  }

  #stayAlive(): void {
    this.#cancel = this.#clock.after(SIGN_OF_LIFE, () => {
      if (this.isOpen) this.#response.write(': still here\n\n');
      this.#stayAlive();
    });
  }
}
