import type { RequestHandler } from 'express';

import type { LogicalDevices } from '#cosem/logical-device.ts';
import { exchangeOf } from '#http/exchange.ts';
import { selectReading } from '#representation/reading.ts';
import { selectTree } from '#representation/resource-tree.ts';

/** Takes what was asked for out of the devices: all of it from one snapshot of each. */
export function read(devices: LogicalDevices): RequestHandler {
  return function read(_request, response, next) {
    const exchange = exchangeOf(response);
    const { address, selection } = exchange.get('wanted');
    const rights = exchange.get('rights');
    if (exchange.get('signature') === undefined) {
      exchange.note('content', { sealed: false, tree: selectTree(address, selection, devices, rights) });
    } else {
      exchange.note('content', { sealed: true, reading: selectReading(address, selection, devices, rights) });
    }
    next();
  };
}
