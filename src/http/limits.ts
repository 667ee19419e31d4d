import { type Duration, Seconds } from '#core/time.ts';

/** What a client, a stranger or an accident may use up. */
export interface Limits {
  /** Open connections in total. */
  readonly connections: number;
  /** Open connections of one address that have not shown a certificate yet. */
  readonly strangersPerAddress: number;
  /** Open connections of one client. */
  readonly connectionsPerClient: number;
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
  /** Lines of the header. */
  readonly headerLines: number;
  /** Octets of a body. */
  readonly bodySize: number;
  /** Answers at once that go on until their clients leave. */
  readonly streams: number;
  /** The same for one client. */
  readonly streamsPerClient: number;
  /** Requests that a client may send each second on average … */
  readonly requestsPerSecond: number;
  /** … and how many at once. */
  readonly burst: number;
  /** How long running answers may take to finish when the door closes. */
  readonly closingTime: Duration;
}

export const DEFAULT_LIMITS: Limits = {
  connections: 1_000,
  strangersPerAddress: 100,
  connectionsPerClient: 100,
  handshakeTime: Seconds(10),
  headerTime: Seconds(10),
  requestTime: Seconds(30),
  idleTime: Seconds(60),
  keepAliveTime: Seconds(65),
  headerSize: 16 * 1024,
  headerLines: 64,
  bodySize: 64 * 1024,
  streams: 100,
  streamsPerClient: 10,
  requestsPerSecond: 50,
  burst: 1_000,
  closingTime: Seconds(10),
};
