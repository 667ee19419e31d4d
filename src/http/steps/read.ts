import type { Step } from '#http/pipeline.ts';
import type { ViewOf } from '#http/view.ts';
import { selectReading } from '#representation/reading.ts';
import { selectTree } from '#representation/resource-tree.ts';

/** Takes what was asked for out of the devices: all of it from one snapshot of each. */
export function read(viewOf: ViewOf): Step {
  return function read(exchange) {
    const wanted = exchange.get('wanted');
    const view = viewOf(exchange);
    if (exchange.get('signature') === undefined) {
      exchange.note('content', { sealed: false, tree: selectTree(wanted, view) });
    } else {
      exchange.note('content', { sealed: true, reading: selectReading(wanted, view) });
    }
  };
}
