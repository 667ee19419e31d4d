import type { Clock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import { type Duration, formatInstant, Seconds } from '#core/time.ts';
import type { TimeSetter } from '#cosem/clock.ts';
import { outputOf } from './clock/run-program.ts';

export interface ClockSetterOptions {
  /** Run with the time in UTC as its only argument, `2026-11-20T09:15:00.000Z`; it has done it when it ends with 0. */
  readonly program: string;
  /** What `adjust_to_measuring_period` rounds to. */
  readonly measuringPeriod: Duration;
  readonly clock: Clock;
  /** How long the program may take. Default 5 s. */
  readonly timeout?: Duration;
}

/**
 * Has the clock of the machine set by a program of the operator's: a service that measures has no right to do it by itself,
 * and whatever disciplines the clock would set it back.
 */
export const clockSetter = ({
  program,
  measuringPeriod,
  clock,
  timeout = Seconds(5),
}: ClockSetterOptions): TimeSetter => ({
  measuringPeriod,
  async set(to) {
    const { signal } = new AbortController();
    const output = await outputOf({ program, args: [formatInstant(to)], timeout, clock, signal });
    if (output !== undefined) return;
    throw new SealmeterError('device', 'CLOCK_NOT_SET', `${program} has not set the clock to ${formatInstant(to)}`, {
      mend: 'run it by hand as the user of the service, with that time as its argument',
    });
  },
});
