import { type Duration, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import { fractionOf } from '#das/schedule.ts';

const FIRST: Duration = Seconds(1);
const LONGEST: Duration = Minutes(5);

/**
 * How long to leave a meter alone after so many failures in a row: twice as long each time, up to five minutes, and never
 * the same for all meters of an outage, so that they do not all come back at once.
 */
export function backOff(meter: string, failures: number): Duration {
  const full = Math.min(LONGEST, FIRST * 2 ** (failures - 1));
  return Milliseconds(Math.round(full * (0.5 + 0.5 * fractionOf(`${failures} ${meter}`))));
}
