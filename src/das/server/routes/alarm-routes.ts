import { formatInstant } from '#core/time.ts';
import type { AlarmsAnswer, Alarm as ToldAlarm } from '#das/api-types.ts';
import type { Alarm } from '#das/das-registry.ts';
import { type ApiParts, audit } from '#das/server/api-parts.ts';
import { type Call, sendJson } from '#das/server/call.ts';
import { oneOf, optional } from '#das/server/input.ts';
import { entryId, meterId } from '#das/server/inputs.ts';
import { sees } from '#das/server/rights.ts';
import { meterRoute, type Route, unknownResource } from '#das/server/route.ts';

/** What somebody has to look at. */
export function alarmRoutes(parts: ApiParts): readonly Route[] {
  const { store } = parts;
  return [
    { method: 'GET', path: '/api/alarms', operation: 'see-meters', handle: (call) => listAlarms(parts, call) },
    meterRoute({
      method: 'POST',
      path: '/api/alarms/:alarm/acknowledgement',
      operation: 'acknowledge-alarms',
      find: (call) => store.alarm(call.parameter('alarm', entryId)),
      metersOf: ({ meter }) => [meter],
      answer: (call, alarm) => acknowledge(parts, call, alarm),
    }),
  ];
}

/** More than a page shows. */
const MOST_ALARMS = 1_000;

async function listAlarms({ store }: ApiParts, call: Call): Promise<void> {
  const { open, meter } = call.query({ open: optional(oneOf('0', '1')), meter: optional(meterId) });
  const { meters } = call.user;
  const seen = meter === undefined ? meters : [meter].filter((one) => sees(call.user, one));
  const filter = { open: open === '1', limit: MOST_ALARMS, ...(seen !== 'all' && { meters: seen }) };
  sendJson(call, { alarms: (await store.alarms(filter)).map(told) } satisfies AlarmsAnswer);
}

async function acknowledge(parts: ApiParts, call: Call, { id, meter, code }: Alarm): Promise<void> {
  const { store, clock } = parts;
  await audit(parts, call, { action: 'alarm.acknowledged', subject: meter, detail: `${code} (${id})` });
  const alarm = await store.acknowledge(id, call.user.name, clock.now());
  if (alarm === undefined) throw unknownResource();
  sendJson(call, told(alarm));
}

function told({ raisedAt, clearedAt, acknowledgedAt, ...alarm }: Alarm): ToldAlarm {
  return {
    ...alarm,
    raisedAt: formatInstant(raisedAt),
    ...(clearedAt !== undefined && { clearedAt: formatInstant(clearedAt) }),
    ...(acknowledgedAt !== undefined && { acknowledgedAt: formatInstant(acknowledgedAt) }),
  };
}
