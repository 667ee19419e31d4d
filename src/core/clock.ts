import { type Duration, Instant, Milliseconds } from './time.ts';

/** Takes back what was asked of the clock. Calling it twice, or too late, does nothing. */
export type Cancel = () => void;

/**
 * The only source of time in the program, so that a test can own it.
 */
export interface Clock {
  /** The wall clock, UTC. It may be stepped by whoever administers the machine. */
  now(): Instant;
  /** Never steps back and ignores changes of the wall clock; its zero is arbitrary. */
  monotonic(): Duration;
  /** Calls back once, `delay` later by the monotonic clock. */
  after(delay: Duration, callback: () => void): Cancel;
}

export const systemClock: Clock = {
  now: () => Instant(Date.now()),
  monotonic: () => Milliseconds(performance.now()),
  after(delay, callback) {
    const wait = (left: number): NodeJS.Timeout =>
      left <= LONGEST_TIMER
        ? setTimeout(callback, left)
        : setTimeout(() => {
            timer = wait(left - LONGEST_TIMER);
          }, LONGEST_TIMER);
    let timer = wait(delay);
    return () => clearTimeout(timer);
  },
};

/** Of Node.js, in milliseconds, some 25 days: a longer one would call back at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Waits on a clock. Rejects with the signal's reason as soon as that is aborted. */
export function sleep(clock: Clock, delay: Duration, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.after(delay, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
