import { SERVER_LIMITS, type ServerLimits } from '#core/server-limits.ts';

/** What a client, a stranger or an accident may use up of the meter's door. */
export interface Limits extends ServerLimits {
  /** Open connections of one address that have not shown a certificate yet. */
  readonly strangersPerAddress: number;
  /** Open connections of one client. */
  readonly connectionsPerClient: number;
  /** Lines of the header. */
  readonly headerLines: number;
  /** Answers at once that go on until their clients leave. */
  readonly streams: number;
  /** The same for one client. */
  readonly streamsPerClient: number;
  /** Requests that a client may send each second on average … */
  readonly requestsPerSecond: number;
  /** … and how many at once. */
  readonly burst: number;
}

export const DEFAULT_LIMITS: Limits = {
  ...SERVER_LIMITS,
  strangersPerAddress: 100,
  connectionsPerClient: 100,
  headerLines: 64,
  streams: 100,
  streamsPerClient: 10,
  requestsPerSecond: 50,
  burst: 1_000,
};
