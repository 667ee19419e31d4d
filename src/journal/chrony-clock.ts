import type { Clock } from '#core/clock.ts';
import { type Duration, Milliseconds, Seconds } from '#core/time.ts';
import { outputOf } from './clock/run-program.ts';
import type { ClockSource, ClockStatus } from './clock-status.ts';

export interface ClockProgramOptions {
  readonly clock: Clock;
  /** Found in the PATH unless it is given. */
  readonly program?: string;
  /** How long the program may take. Default 2 s. */
  readonly timeout?: Duration;
}

export interface ChronyOptions extends ClockProgramOptions {
  /** The clock counts as synchronised as long as it cannot be wrong by more. Default 1 s. */
  readonly tolerance?: Duration;
}

/** The fields of `chronyc -c tracking` that matter, and how many there are. @see chronyc(1), tracking */
const FIELDS = { referenceId: 0, server: 1, systemTime: 4, rootDelay: 10, rootDispersion: 11, leap: 13 } as const;
const NUMBER_OF_FIELDS = 14;

const SYNCHRONISED_LEAPS = ['Normal', 'Insert second', 'Delete second'];

/** 127.127.1.1: the daemon follows its own clock for want of a better one. */
const OWN_CLOCK = '7F7F0101';

/** Asks the NTP daemon chrony. */
export const chronyClock = ({
  clock,
  program = 'chronyc',
  timeout = Seconds(2),
  tolerance = Seconds(1),
}: ChronyOptions): ClockSource => ({
  async read(signal) {
    const output = await outputOf({ program, args: ['-n', '-c', 'tracking'], timeout, clock, signal });
    return output === undefined ? undefined : parseTracking(output, tolerance);
  },
});

/** `undefined` for what is no such line. */
function parseTracking(output: string, tolerance: Duration): ClockStatus | undefined {
  const fields = output.trimEnd().split(',');
  if (fields.length !== NUMBER_OF_FIELDS) return undefined;
  const field = (name: keyof typeof FIELDS): string => fields[FIELDS[name]] ?? '';
  const milliseconds = (name: keyof typeof FIELDS): number => Number.parseFloat(field(name)) * 1_000;
  // Positive where the clock is slow.
  const offset = milliseconds('systemTime');
  const error = Math.abs(offset) + milliseconds('rootDelay') / 2 + milliseconds('rootDispersion');
  const follows = SYNCHRONISED_LEAPS.includes(field('leap')) && field('referenceId') !== OWN_CLOCK;
  if (Number.isNaN(error)) return undefined;
  return {
    // A clock that is still far away is being brought closer, but is not right yet.
    synchronised: follows && error <= tolerance,
    offset: follows ? Milliseconds(offset) : undefined,
    source: `chrony ${field('server')}`.trimEnd(),
  };
}
