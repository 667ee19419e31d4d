import { type ContainerChanges, recordChange } from '#http/container-changes.ts';
import { addressOf } from '#http/member-access.ts';
import type { Step } from '#http/pipeline.ts';
import { unknownResource } from '#representation/resource-uri.ts';

/** Removes a container. What it named stays where it is. */
export function discardContainer(changes: ContainerChanges): Step {
  return function discardContainer(exchange) {
    const address = addressOf(exchange, 'container', 'ldev-container');
    const owner = exchange.get('client').id;
    if (!changes.containers.has(owner, address)) throw unknownResource();
    recordChange(exchange, address, changes);
    changes.containers.delete(owner, address);
    exchange.response.status(204).end();
  };
}
