import type { Clock } from '#core/clock.ts';
import { structure } from '#cosem/data-types.ts';
import type { EventSink } from '#cosem/events.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import type { ContainerAddress, Containers } from '#representation/containers.ts';
import type { Exchange } from './exchange.ts';

export interface ContainerChanges {
  readonly containers: Containers;
  readonly devices: LogicalDevices;
  readonly events: EventSink;
  readonly clock: Clock;
}

/** Nothing is changed unrecorded: what concerns the whole service stands in the book of the management device. */
export function recordChange(exchange: Exchange, address: ContainerAddress, changes: ContainerChanges): void {
  const { devices, events, clock } = changes;
  events.record({
    name: 'setting-changed',
    at: clock.now(),
    ldev: address.kind === 'container' ? devices.management.id : address.ldev,
    actor: exchange.get('client').id,
    data: structure(
      { type: 'visible-string', value: exchange.request.method === 'PUT' ? 'container kept' : 'container discarded' },
      { type: 'visible-string', value: address.container },
    ),
  });
}
