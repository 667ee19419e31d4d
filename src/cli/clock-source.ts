import { systemClock as clock } from '#core/clock.ts';
import { chronyClock } from '#journal/chrony-clock.ts';
import { firstOf } from '#journal/clock-status.ts';
import { timesyncdClock } from '#journal/timesyncd-clock.ts';

/** Who is asked on this machine whether its clock is right. */
export const clockSource = firstOf(chronyClock({ clock }), timesyncdClock({ clock }));
