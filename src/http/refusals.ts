import type { Log, LogFields } from '#core/log.ts';
import type { Witness } from './witness.ts';

/**
 * Why a connection ends before a request of it is looked at, and how loudly that is said: everyday noise is quieter than
 * a stranger. docs/errors.md says what each means; a test holds the two together.
 */
const REASONS = {
  'certificate-missing': 'warn',
  'certificate-not-trusted': 'warn',
  'certificate-expired': 'warn',
  'certificate-not-yet-valid': 'warn',
  'certificate-wrong-usage': 'warn',
  'client-unknown': 'warn',
  'client-has-too-many-connections': 'warn',
  'door-full': 'warn',
  'handshake-failed': 'info',
  'crowded-out': 'debug',
} as const satisfies Readonly<Record<string, keyof Log>>;

export type RefusalReason = keyof typeof REASONS;

export const refusalReasons = Object.keys(REASONS) as readonly RefusalReason[];

/** Says why connections were refused, and how many for each reason; a line in the log has that number too. */
export class Refusals {
  readonly #log: Log;
  readonly #witness: Witness | undefined;
  readonly #counts = new Map<RefusalReason, number>();

  constructor(log: Log, witness?: Witness) {
    this.#log = log;
    this.#witness = witness;
  }

  get counts(): ReadonlyMap<RefusalReason, number> {
    return this.#counts;
  }

  add(reason: RefusalReason, fields: LogFields): void {
    const count = (this.#counts.get(reason) ?? 0) + 1;
    this.#counts.set(reason, count);
    this.#log[REASONS[reason]]('connection.refused', { reason, count, ...fields });
    if (REASONS[reason] === 'warn') this.#witness?.refused(reason, textIn(fields['client']));
  }
}

const textIn = (field: unknown): string | undefined => (typeof field === 'string' ? field : undefined);
