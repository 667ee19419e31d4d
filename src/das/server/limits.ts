import { type Duration, Seconds } from '#core/time.ts';

/** What a client, a stranger or an accident may use up. */
export interface Limits {
  /** Open connections in total. */
  readonly connections: number;
  /** Open connections of one address. */
  readonly connectionsPerAddress: number;
  /** From the first byte of a connection to the end of its TLS handshake. */
  readonly handshakeTime: Duration;
  /** From the first byte of a request to the end of its header. */
  readonly headerTime: Duration;
  /** From the first byte of a request to its last. */
  readonly requestTime: Duration;
  /** Without a byte in either direction. */
  readonly idleTime: Duration;
  /** Between an answer and the next request of the same connection. */
  readonly keepAliveTime: Duration;
  /** Octets of the request line and the header together. */
  readonly headerSize: number;
  /** Characters of a request target. */
  readonly targetLength: number;
  /** Octets of a body: certificates in PEM are the largest that comes. */
  readonly bodySize: number;
  /** Live streams at once … */
  readonly streams: number;
  /** … and of one user. */
  readonly streamsPerUser: number;
  /** How long running answers may take to finish when the server closes. */
  readonly closingTime: Duration;
}

export const DEFAULT_LIMITS: Limits = {
  connections: 1_000,
  connectionsPerAddress: 200,
  handshakeTime: Seconds(10),
  headerTime: Seconds(10),
  requestTime: Seconds(30),
  idleTime: Seconds(60),
  keepAliveTime: Seconds(65),
  headerSize: 16 * 1024,
  targetLength: 2_000,
  bodySize: 64 * 1024,
  streams: 500,
  streamsPerUser: 20,
  closingTime: Seconds(5),
};
