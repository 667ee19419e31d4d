import type { Cancel } from '#core/clock.ts';
import { Seconds } from '#core/time.ts';
import { HttpError, retryAfter } from './http-error.ts';
import type { Limits } from './limits.ts';

/** How many may listen at once, so that nobody listens others away. */
export class StreamPlaces {
  readonly #limits: Pick<Limits, 'streams' | 'streamsPerClient'>;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor(limits: Pick<Limits, 'streams' | 'streamsPerClient'>) {
    this.#limits = limits;
  }

  /** Gives back what gives the place back. @throws HttpError `STREAMS_EXHAUSTED` */
  take(client: string): Cancel {
    const { streams, streamsPerClient } = this.#limits;
    const taken = this.#taken.get(client) ?? 0;
    if (this.#total >= streams || taken >= streamsPerClient) {
      const message = `${taken} of ${streamsPerClient} places of this client, ${this.#total} of ${streams} in all are taken`;
      throw new HttpError('STREAMS_EXHAUSTED', message, retryAfter(Seconds(30)));
    }
    this.#change(client, 1);
    return () => this.#change(client, -1);
  }

  #change(client: string, by: number): void {
    this.#taken.set(client, (this.#taken.get(client) ?? 0) + by);
    this.#total += by;
  }
}
