import type { Duration } from '#core/time.ts';

/** How far the wall clock can be believed. */
export interface ClockStatus {
  readonly synchronised: boolean;
  /** What is to be added to the wall clock to get the time of its source; `undefined` where nobody tells. */
  readonly offset: Duration | undefined;
  /** Who says so, and where known by which server: `chrony 192.0.2.1`. */
  readonly source: string;
}

/** Whoever knows whether the wall clock is right. */
export interface ClockSource {
  /** `undefined` where nobody answers: the program is not there, the server cannot be reached. */
  read(signal: AbortSignal): Promise<ClockStatus | undefined>;
}

/** Where nobody vouches for the clock, whatever runs on the machine: then no sample counts as taken by a right one. */
export const nobody: ClockSource = { read: () => Promise.resolve(undefined) };

/** Asks one after the other, and takes the first answer. */
export function firstOf(...sources: readonly ClockSource[]): ClockSource {
  return {
    async read(signal) {
      for (const source of sources) {
        const status = await source.read(signal);
        if (status !== undefined) return status;
      }
      return undefined;
    },
  };
}
