import { systemClock as clock } from '#core/clock.ts';
import { chronyClock } from '#journal/chrony-clock.ts';
import { type ClockSource, firstOf, nobody } from '#journal/clock-status.ts';
import { sntpClock } from '#journal/sntp-clock.ts';
import { timesyncdClock } from '#journal/timesyncd-clock.ts';
import type { MeterConfiguration } from './meter-schema.ts';

type ClockConfiguration = NonNullable<MeterConfiguration['clock']>;

const chrony = chronyClock({ clock });
const timesyncd = timesyncdClock({ clock });

/** Who is asked whether the clock of this machine is right; unless it is said, whoever of this machine knows. */
export function clockSourceBy(configuration: ClockConfiguration = {}): ClockSource {
  const { source = 'auto', server = '', port = 123 } = configuration;
  const sources: Readonly<Record<typeof source, () => ClockSource>> = {
    auto: () => firstOf(chrony, timesyncd),
    chrony: () => chrony,
    timesyncd: () => timesyncd,
    sntp: () => sntpClock({ host: server, port, clock }),
    none: () => nobody,
  };
  return sources[source]();
}
