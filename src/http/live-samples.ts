import type { Cancel } from '#core/clock.ts';
import type { Snapshot } from '#cosem/snapshot.ts';

/** Somebody who is told each sample of a device as it comes. */
export interface SampleListener {
  hear(snapshot: Snapshot): void;
  /** Nothing more comes. */
  end(): void;
}

/** Samples of a device that are remembered, for those whose connection broke: a minute at one a second. */
const REMEMBERED = 60;

/** Tells samples as they come to whoever listens. It is told of them by whoever takes them. */
export class LiveSamples implements Disposable {
  readonly #recent = new Map<string, readonly Snapshot[]>();
  readonly #listeners = new Map<string, Set<SampleListener>>();

  /** The device has a new snapshot. */
  publish(ldev: string, snapshot: Snapshot): void {
    this.#recent.set(ldev, [...(this.#recent.get(ldev) ?? []), snapshot].slice(-REMEMBERED));
    for (const listener of this.#listeners.get(ldev) ?? []) listener.hear(snapshot);
  }

  /** What is remembered of a device, the oldest first. */
  recent(ldev: string): readonly Snapshot[] {
    return this.#recent.get(ldev) ?? [];
  }

  listen(ldev: string, listener: SampleListener): Cancel {
    const listeners = this.#listeners.get(ldev) ?? new Set();
    this.#listeners.set(ldev, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Ends what everybody listens to. */
  [Symbol.dispose](): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener.end();
  }
}
