import type { LogicalDevices } from '#cosem/logical-device.ts';
import { emptyShelf } from '#representation/container.ts';
import type { Containers } from '#representation/containers.ts';
import type { View } from '#representation/tree-view.ts';
import type { Exchange } from './exchange.ts';

/** What whoever sent a request sees, as far as its signature goes. */
export type ViewOf = (exchange: Exchange) => View;

export const viewsOf =
  (devices: LogicalDevices, containers: Containers | undefined): ViewOf =>
  (exchange) => ({
    devices,
    rights: exchange.get('rights'),
    containers: containers?.shelfOf(exchange.get('client').id) ?? emptyShelf,
  });
