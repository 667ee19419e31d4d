import type { LiveReading } from '#das/collection.ts';
import type { MeterId } from '#das/reading-store.ts';

type LiveListener = (reading: LiveReading) => void;

/** Tells whoever looks at a meter what it reads, as soon as that is kept. */
export class LiveFeed {
  readonly #listeners = new Map<MeterId, Set<LiveListener>>();

  /** @returns what ends it */
  subscribe(meter: MeterId, listener: LiveListener): () => void {
    const listeners = this.#listeners.get(meter) ?? new Set();
    this.#listeners.set(meter, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(meter) === listeners) this.#listeners.delete(meter);
    };
  }

  isWatched(meter: MeterId): boolean {
    return this.#listeners.has(meter);
  }

  publish(reading: LiveReading): void {
    for (const listener of this.#listeners.get(reading.meter) ?? []) listener(reading);
  }
}
