import type { Socket } from 'node:net';

import type { Log } from '#core/log.ts';
import type { Limits } from './limits.ts';
import { networkOf } from './network.ts';

/** Ends connections of an address that has as many as it may: nobody takes all of them for himself. */
export function limitAddresses({ connectionsPerAddress }: Pick<Limits, 'connectionsPerAddress'>, log: Log) {
  const open = new Map<string, number>();
  return function limitAddresses(socket: Socket): void {
    const address = networkOf(socket.remoteAddress ?? '');
    const count = (open.get(address) ?? 0) + 1;
    if (count > connectionsPerAddress) {
      log.warn('das.connection-refused', { address, reason: 'address-has-too-many-connections' });
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  };
}
