import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { Exchange } from '#http/exchange.ts';
import type { Step } from '#http/pipeline.ts';

/**
 * One line for each request when it has ended, however it ended. No header and no signature goes into it.
 */
export function logAccess(log: Log, clock: Clock): Step {
  return function logAccess(exchange) {
    const { request, response } = exchange;
    const { remoteAddress } = request.socket;
    const start = clock.monotonic();
    response.once('close', () => {
      log.info('http.request', {
        request: exchange.id,
        address: remoteAddress,
        method: request.method,
        target: request.originalUrl,
        status: response.writableFinished ? response.statusCode : null,
        milliseconds: Math.round((clock.monotonic() - start) * 1_000) / 1_000,
        ...describe(exchange),
      });
    });
  };
}

function describe({ soFar }: Exchange) {
  return {
    client: soFar.client?.id,
    signature: soFar.signature?.form,
    key: soFar.signature?.keyId,
    problem: soFar.problem,
  };
}
