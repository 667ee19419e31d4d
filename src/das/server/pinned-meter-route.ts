import type { PinnedMeter } from '#das/das-registry.ts';
import type { ApiParts } from './api-parts.ts';
import type { Call } from './call.ts';
import { meterId } from './inputs.ts';
import { meterRoute, type Route } from './route.ts';

interface PinnedMeterRoute extends Omit<Route, 'handle'> {
  readonly answer: (call: Call, meter: PinnedMeter) => Promise<void> | void;
}

/** A route about the meter that its path names. */
export const pinnedMeterRoute = ({ store }: Pick<ApiParts, 'store'>, route: PinnedMeterRoute): Route =>
  meterRoute({
    ...route,
    find: (call) => store.meter(call.parameter('meter', meterId)),
    metersOf: ({ id }) => [id],
  });
