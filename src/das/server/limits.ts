import { SERVER_LIMITS, type ServerLimits } from '#core/server-limits.ts';
import { Seconds } from '#core/time.ts';

/** What a user, a stranger or an accident may use up of the DAS. */
export interface Limits extends ServerLimits {
  /** Open connections of one address. */
  readonly connectionsPerAddress: number;
  /** Characters of a request target. */
  readonly targetLength: number;
  /** Live streams at once … */
  readonly streams: number;
  /** … and of one user. */
  readonly streamsPerUser: number;
  /** Exports that are made at once: each reads the store from one end to the other, and those who look at the page wait … */
  readonly exports: number;
  /** … and of one user. */
  readonly exportsPerUser: number;
}

export const DEFAULT_LIMITS: Limits = {
  ...SERVER_LIMITS,
  connectionsPerAddress: 200,
  targetLength: 2_000,
  // Certificates in PEM are the largest that comes.
  bodySize: 64 * 1024,
  streams: 500,
  streamsPerUser: 20,
  exports: 4,
  exportsPerUser: 2,
  closingTime: Seconds(5),
};
