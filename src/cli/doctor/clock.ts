import { Seconds } from '#core/time.ts';
import type { ClockSource } from '#journal/clock-status.ts';
import { type Finding, unknown, well, wrong } from './finding.ts';

const PATIENCE = Seconds(10);

/** Whether somebody on this machine vouches for its clock: what is measured without that is marked. */
export async function examineClock(source: ClockSource): Promise<Finding> {
  const status = await source.read(AbortSignal.timeout(PATIENCE));
  if (status === undefined) {
    const mend = 'install chrony, or switch on systemd-timesyncd: until then every sample is marked';
    return unknown('clock', 'neither chrony nor systemd tells whether it is right', mend);
  }
  if (!status.synchronised) {
    return wrong('clock', `not synchronised (${status.source})`, 'check that a time server can be reached');
  }
  const offset = status.offset === undefined ? '' : `, off by ${status.offset.toFixed(1)} ms`;
  return well('clock', `synchronised by ${status.source}${offset}`);
}
