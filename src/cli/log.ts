import { type DestinationStream, pino } from 'pino';
import type { Log } from '#core/log.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One JSON object a line, on stderr unless told otherwise: `{"level":"warn","time":"…","event":"modbus.reconnect",…}`. */
export function jsonLog(
  level: LogLevel,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'event',
    },
    destination,
  );
  return {
    debug: (event, fields) => logger.debug(fields ?? {}, event),
    info: (event, fields) => logger.info(fields ?? {}, event),
    warn: (event, fields) => logger.warn(fields ?? {}, event),
    error: (event, fields) => logger.error(fields ?? {}, event),
  };
}
