import { Seconds } from '#core/time.ts';
import type { ClockProgramOptions } from './chrony-clock.ts';
import { outputOf } from './clock/run-program.ts';
import type { ClockSource } from './clock-status.ts';

const DEFAULT_TIMEOUT = Seconds(2);

/** Asks systemd: whether the kernel's clock is synchronised, by whomever, and by which server of systemd-timesyncd. */
export const timesyncdClock = ({
  clock,
  program = 'timedatectl',
  timeout = DEFAULT_TIMEOUT,
}: ClockProgramOptions): ClockSource => ({
  async read(signal) {
    const ask = async (...args: readonly string[]): Promise<ReadonlyMap<string, string> | undefined> => {
      const output = await outputOf({ program, args, timeout, clock, signal });
      return output === undefined ? undefined : propertiesIn(output);
    };
    const synchronised = (await ask('show', '--property=NTPSynchronized'))?.get('NTPSynchronized');
    if (synchronised !== 'yes' && synchronised !== 'no') return undefined;
    // Another daemon may be at work: then there is no server here, and the answer stands all the same.
    const server = (await ask('show-timesync', '--property=ServerName'))?.get('ServerName') ?? '';
    return { synchronised: synchronised === 'yes', offset: undefined, source: `systemd ${server}`.trimEnd() };
  },
});

/** `Name=value`, a line each. */
function propertiesIn(output: string): ReadonlyMap<string, string> {
  const lines = output.split('\n').filter((line) => line.includes('='));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
