import type { Alarm } from '#das/api-types.ts';
import { METER } from '../../support/fake-das.ts';

/** One that nobody has seen yet. */
export const openAlarm: Alarm = {
  id: '1',
  meter: METER,
  kind: 'capture-gap',
  code: 'CAPTURES_MISSING',
  raisedAt: '2026-11-20T08:00:00.000Z',
  text: '4 captures are missing',
};
