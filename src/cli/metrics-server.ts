import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { endAtOnce, listenOn } from '#core/server.ts';
import { Seconds } from '#core/time.ts';
import type { Endpoint } from './endpoint.ts';

/** Not imported: an import reads all that node:http exports, and with its WebSocket comes a client for HTTP, 8 MB in all. */
const { createServer } = process.getBuiltinModule('node:http');

/** Longer than Prometheus waits. */
const PATIENCE = Seconds(10);

/**
 * Tells Prometheus how a meter fares, in plain HTTP and without asking who it is: for the machine itself, or a network of its own.
 * @throws SealmeterError (configuration) `PORT_TAKEN` and the like
 */
export async function startMetricsServer(
  { host, port }: Endpoint,
  metrics: () => string,
  log: Log,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer({ requestTimeout: PATIENCE, headersTimeout: PATIENCE }, ({ method, url }, response) => {
    if (method !== 'GET' || url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    try {
      const text = metrics();
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
    } catch (error) {
      // What is thrown within an event ends the meter, and one whose journal cannot be read is to go on serving.
      log.error('metrics.failed', { reason: reasonOf(error) });
      response.writeHead(500).end();
    }
  });
  const address = await listenOn(server, host, port);
  return {
    port: address.port,
    [Symbol.asyncDispose]: () => endAtOnce(server),
  };
}
