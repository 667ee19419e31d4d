import { SealmeterError } from '#core/errors.ts';
import { Days, type Duration, Hours } from '#core/time.ts';

/** How long the keys of a TLS session may serve, and for how much. */
export interface SessionRules {
  /** How long a session may be resumed, counted from its full handshake; resuming does not extend it. */
  readonly resumeFor: Duration;
  /** How long one key encrypts session tickets. When it changes, tickets by the old one are worth nothing. */
  readonly ticketKeysFor: Duration;
  /** How long after its full handshake a session may carry requests, be it on a resumed connection … */
  readonly age: Duration;
  /** … and how many octets of HTTP a connection may carry, both ways together. */
  readonly octets: number;
}

/**
 * What the rules for smart meter gateways give a TLS session in two of their networks: 48 hours towards the wide area
 * network; 31 days or 5 MB, whatever comes first, in the local metrological network.
 * @see BSI TR-03116-3, TLS session lifetimes
 */
const PROFILES = {
  wan: { age: Days(2), octets: Number.POSITIVE_INFINITY },
  lmn: { age: Days(31), octets: 5_000_000 },
} as const satisfies Readonly<Record<string, Pick<SessionRules, 'age' | 'octets'>>>;

export type SessionProfile = keyof typeof PROFILES;

export const sessionProfiles = Object.keys(PROFILES) as readonly SessionProfile[];

const DEFAULT_PROFILE: SessionProfile = 'wan';

/** @see RFC 8446 § 4.6.1: servers MUST NOT let a ticket live for more than 7 days */
const LONGEST_RESUMPTION = Days(7);

/** The rules of a profile, in all but what is named otherwise; resumption is the same in each. */
export function sessionRules(
  profile: SessionProfile = DEFAULT_PROFILE,
  otherwise: Partial<SessionRules> = {},
): SessionRules {
  const rules = { resumeFor: Hours(1), ticketKeysFor: Hours(12), ...PROFILES[profile], ...otherwise };
  requireAtMost('resumeFor', rules.resumeFor, 'its age', rules.age);
  requireAtMost('resumeFor', rules.resumeFor, 'a ticket may live', LONGEST_RESUMPTION);
  requireAtMost('ticketKeysFor', rules.ticketKeysFor, 'a ticket may live', LONGEST_RESUMPTION);
  return rules;
}

function requireAtMost(name: string, given: Duration, what: string, most: Duration): void {
  if (given <= most) return;
  const problem = `${name} of a TLS session, ${given} ms, is longer than ${what}, ${most} ms`;
  throw new SealmeterError('configuration', 'TLS_SESSION_RULES', problem, { mend: 'shorten it' });
}
