import { once } from 'node:events';

import { type Cancel, type Clock, sleep } from '#core/clock.ts';
import { formatInstant, Hours, Seconds } from '#core/time.ts';
import type { LiveSample } from '#das/api-types.ts';
import type { LiveReading } from '#das/collection.ts';
import type { MeterId } from '#das/reading-store.ts';
import { ApiError, retryAfter } from './api-error.ts';
import type { ApiParts } from './api-parts.ts';
import type { Call } from './call.ts';
import { registersOf } from './registers.ts';

type LiveParts = Pick<ApiParts, 'collection' | 'sessions' | 'closing' | 'limits' | 'clock'>;

/** Often enough that nobody on the way takes the connection for dead. */
const SIGN_OF_LIFE = Seconds(15);
/** Who takes nothing for so long is gone, or wants to keep us busy. */
const PATIENCE = Seconds(30);
/** Then the page connects again, and is asked anew who it is. */
const LONGEST = Hours(1);

/** Tells pages what is read of a meter, as it comes. @see WHATWG HTML, Server-sent events */
export class LiveStreams {
  readonly #parts: LiveParts;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  /** @throws ApiError `STREAMS_EXHAUSTED` */
  begin(call: Call, meter: MeterId): void {
    const { collection, sessions, closing, clock } = this.#parts;
    const { request, response, caller } = call;
    response.setHeader('Content-Type', 'text/event-stream');
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    this.#take(call.user.name);
    const isWelcome = (): boolean => caller?.session === undefined || sessions.lasts(caller.session);
    const stream = new LiveStream(call, clock, isWelcome);
    const cancel = collection.subscribe(meter, (reading) => stream.tell(reading));
    const end = (): void => void response.end();
    closing.addEventListener('abort', end);
    response.once('close', () => {
      cancel();
      closing.removeEventListener('abort', end);
      this.#giveBack(call.user.name);
    });
  }

  #take(user: string): void {
    const { streams, streamsPerUser } = this.#parts.limits;
    const taken = this.#taken.get(user) ?? 0;
    if (this.#total >= streams || taken >= streamsPerUser) {
      const message = `${taken} of this user's ${streamsPerUser}, ${this.#total} of ${streams} in all`;
      throw new ApiError('STREAMS_EXHAUSTED', message, { headers: retryAfter(Seconds(30)) });
    }
    this.#taken.set(user, taken + 1);
    this.#total += 1;
  }

  #giveBack(user: string): void {
    const taken = this.#taken.get(user) ?? 0;
    if (taken > 1) this.#taken.set(user, taken - 1);
    else this.#taken.delete(user);
    this.#total -= 1;
  }
}

/** One page that looks at one meter. */
class LiveStream {
  readonly #response: Call['response'];
  readonly #clock: Clock;
  readonly #isWelcome: () => boolean;
  /** The reading that waits for room; one that comes meanwhile takes its place, as only the latest is live. */
  #waiting: LiveReading | undefined;
  #isSending = false;
  readonly #over = new AbortController();
  #signOfLife: Cancel = () => {};

  constructor({ response }: Call, clock: Clock, isWelcome: () => boolean) {
    this.#response = response;
    this.#clock = clock;
    this.#isWelcome = isWelcome;
    const cancelEnd = clock.after(LONGEST, () => response.end());
    response.once('close', () => {
      this.#over.abort(new Error('the stream is over'));
      this.#signOfLife();
      cancelEnd();
    });
    response.writeHead(200).flushHeaders();
    this.#stayAlive();
  }

  tell(reading: LiveReading): void {
    this.#waiting = reading;
    void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const hasRoom = this.#response.write(`event: sample\ndata: ${JSON.stringify(sampleOf(next))}\n\n`);
      if (!hasRoom) await this.#room();
    }
    this.#isSending = false;
  }

  #next(): LiveReading | undefined {
    if (this.#response.writableEnded || this.#response.destroyed) return undefined;
    if (!this.#isWelcome()) {
      this.#response.end();
      return undefined;
    }
    const next = this.#waiting;
    this.#waiting = undefined;
    return next;
  }

  /** That the page has taken what it was sent; one that does not is cut off. */
  async #room(): Promise<void> {
    const done = new AbortController();
    const signal = AbortSignal.any([this.#over.signal, done.signal]);
    const drained = once(this.#response, 'drain', { signal });
    const tooLate = sleep(this.#clock, PATIENCE, signal).then(() => this.#response.destroy());
    await Promise.race([drained, tooLate]).catch(() => undefined);
    done.abort(new Error('no more waiting'));
    await Promise.allSettled([drained, tooLate]);
  }

  #stayAlive(): void {
    this.#signOfLife = this.#clock.after(SIGN_OF_LIFE, () => {
      if (!this.#isWelcome()) this.#response.end();
      if (this.#response.writableEnded) return;
      if (!this.#response.writableNeedDrain) this.#response.write(': still here\n\n');
      this.#stayAlive();
    });
  }
}

const sampleOf = (reading: LiveReading): LiveSample => ({
  at: formatInstant(reading.at),
  number: `${reading.number}`,
  document: reading.document,
  proven: reading.proven,
  state: reading.state,
  values: registersOf(reading),
});
