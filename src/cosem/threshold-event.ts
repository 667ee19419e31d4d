import { fits, integerData } from './data-types.ts';
import type { AccessContext } from './interface-class.ts';

/** A monitored value crossed a threshold; the event has the value that did. */
export function recordCrossing(value: bigint, { events, at, device, actor }: AccessContext): void {
  const type = fits('long64', value) ? 'long64' : 'long64-unsigned';
  events.record({ name: 'threshold-crossed', at, ldev: device.id, actor, data: integerData(type, value) });
}
