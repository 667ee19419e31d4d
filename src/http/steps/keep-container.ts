import { type ContainerChanges, recordChange } from '#http/container-changes.ts';
import { addressOf } from '#http/member-access.ts';
import type { Step } from '#http/pipeline.ts';
import type { ViewOf } from '#http/view.ts';
import { requireVisible } from '#representation/container-definition.ts';
import { readContainerBody } from '#representation/request-body.ts';

/**
 * Makes a container, or puts it in the place of the one that had its name.
 * @see BSI TR-03109-1 Anlage II 1.01, Create: a PUT on a free URI
 */
export function keepContainer(changes: ContainerChanges, viewOf: ViewOf): Step {
  return function keepContainer(exchange) {
    const address = addressOf(exchange, 'container', 'ldev-container');
    const { bytes, format } = exchange.get('received');
    const node = readContainerBody(bytes, format, address.container);
    const prepared = changes.containers.prepare(exchange.get('client').id, address, node);
    requireVisible(prepared.container, viewOf(exchange));
    recordChange(exchange, address, changes);
    prepared.keep();
    exchange.response.status(prepared.isNew ? 201 : 204).end();
  };
}
