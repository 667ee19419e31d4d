import { once } from 'node:events';

import { type Cancel, sleep } from '#core/clock.ts';
import { Places } from '#core/places.ts';
import { formatInstant, Hours, Seconds } from '#core/time.ts';
import type { LiveSample } from '#das/api-types.ts';
import type { LiveReading } from '#das/collection.ts';
import type { MeterId } from '#das/reading-store.ts';
import { ApiError, retryAfter } from './api-error.ts';
import type { ApiParts } from './api-parts.ts';
import type { Call } from './call.ts';
import { type IdentifyParts, isStillWelcome, sessionLasts } from './identify.ts';
import { registersOf } from './registers.ts';

type LiveParts = Pick<ApiParts, 'collection' | 'closing' | 'limits' | 'clock' | keyof IdentifyParts>;

/** Often enough that nobody on the way takes the connection for dead. */
const SIGN_OF_LIFE = Seconds(15);
/** Who takes nothing for so long is gone, or wants to keep us busy. */
const PATIENCE = Seconds(30);
/** Then the page connects again, and is asked anew who it is. */
const LONGEST = Hours(1);

/** Tells pages what is read of a meter, as it comes. @see WHATWG HTML, Server-sent events */
export class LiveStreams {
  readonly #parts: LiveParts;
  readonly #places: Places;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    const { streams: all, streamsPerUser: ofOne } = parts.limits;
    this.#places = new Places({
      all,
      ofOne,
      refusal: (taken, total) =>
        new ApiError('STREAMS_EXHAUSTED', `${taken} of this user's ${ofOne}, ${total} of ${all} in all`, {
          headers: retryAfter(Seconds(30)),
        }),
    });
  }

  /** @throws ApiError `STREAMS_EXHAUSTED` */
  begin(call: Call, meter: MeterId): void {
    const { collection, closing } = this.#parts;
    const { request, response } = call;
    response.setHeader('Content-Type', 'text/event-stream');
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    // Who has gone while it was found out who it is would never give a place back.
    if (response.destroyed) return;
    const giveBack = this.#places.take(call.user.name);
    const stream = new LiveStream(call, this.#parts);
    const cancel = collection.subscribe(meter, (reading) => stream.tell(reading));
    const end = (): void => void response.end();
    closing.addEventListener('abort', end);
    response.once('close', () => {
      cancel();
      closing.removeEventListener('abort', end);
      giveBack();
    });
  }
}

/** One page that looks at one meter. */
class LiveStream {
  readonly #call: Call;
  readonly #response: Call['response'];
  readonly #parts: LiveParts;
  /** The reading that waits for room; one that comes meanwhile takes its place, as only the latest is live. */
  #waiting: LiveReading | undefined;
  #isSending = false;
  readonly #over = new AbortController();
  #signOfLife: Cancel = () => {};

  constructor(call: Call, parts: LiveParts) {
    const { response } = call;
    this.#call = call;
    this.#response = response;
    this.#parts = parts;
    const cancelEnd = parts.clock.after(LONGEST, () => response.end());
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
    if (!sessionLasts(this.#call, this.#parts)) {
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
    const tooLate = sleep(this.#parts.clock, PATIENCE, signal).then(() => this.#response.destroy());
    await Promise.race([drained, tooLate]).catch(() => undefined);
    done.abort(new Error('no more waiting'));
    await Promise.allSettled([drained, tooLate]);
  }

  #stayAlive(): void {
    this.#signOfLife = this.#parts.clock.after(SIGN_OF_LIFE, () => void this.#lookAround());
  }

  async #lookAround(): Promise<void> {
    // Where that cannot be found out, the page asks again, and is told why.
    const welcome = await isStillWelcome(this.#call, this.#parts).catch(() => false);
    if (!welcome) this.#response.end();
    if (this.#response.writableEnded || this.#response.destroyed) return;
    if (!this.#response.writableNeedDrain) this.#response.write(': still here\n\n');
    this.#stayAlive();
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
