import type { ServerOptions } from 'node:https';
import { type Duration, Seconds } from './time.ts';

/** What a client, a stranger or an accident may use up of a server. */
export interface ServerLimits {
  /** Open connections in total. */
  readonly connections: number;
  /** From the first byte of a connection to the end of its TLS handshake. */
  readonly handshakeTime: Duration;
  /** From the first byte of a request to the end of its header. */
  readonly headerTime: Duration;
  /** From the first byte of a request to its last. */
  readonly requestTime: Duration;
  /** Without a byte in either direction, while a request is being answered. */
  readonly idleTime: Duration;
  /** Between an answer and the next request of the same connection. */
  readonly keepAliveTime: Duration;
  /** Octets of the request line and the header together. */
  readonly headerSize: number;
  /** Octets of a body. */
  readonly bodySize: number;
  /** How long running answers may take to finish when the server closes. */
  readonly closingTime: Duration;
}

export const SERVER_LIMITS: ServerLimits = {
  connections: 1_000,
  handshakeTime: Seconds(10),
  headerTime: Seconds(10),
  requestTime: Seconds(30),
  idleTime: Seconds(60),
  keepAliveTime: Seconds(65),
  headerSize: 16 * 1024,
  bodySize: 64 * 1024,
  closingTime: Seconds(10),
};

/** How often Node.js looks for headers and requests that are overdue. */
const OVERDUE_CHECK: Duration = Seconds(1);

/** Those that Node.js keeps from the beginning, beside what a server of ours never leaves to it. */
export const boundedOptions = (limits: ServerLimits): ServerOptions => ({
  handshakeTimeout: limits.handshakeTime,
  headersTimeout: limits.headerTime,
  requestTimeout: limits.requestTime,
  keepAliveTimeout: limits.keepAliveTime,
  connectionsCheckingInterval: OVERDUE_CHECK,
  maxHeaderSize: limits.headerSize,
  // Told by the pipeline, with a problem document.
  requireHostHeader: false,
  // Whatever the command line of Node.js says: a lenient parser is a way in for smuggled requests.
  insecureHTTPParser: false,
});
