import type { Log } from '#core/log.ts';

/** The same log, each line with the device that it is about. */
export function logOf(log: Log, device: string): Log {
  return {
    debug: (event, fields) => log.debug(event, { device, ...fields }),
    info: (event, fields) => log.info(event, { device, ...fields }),
    warn: (event, fields) => log.warn(event, { device, ...fields }),
    error: (event, fields) => log.error(event, { device, ...fields }),
  };
}
