import type { Log, LogFields } from '#core/log.ts';

/** Why a connection ends before a request of it is looked at. Everyday noise is logged more quietly than a stranger. */
const REASONS = {
  'certificate-missing': 'warn',
  'certificate-not-trusted': 'warn',
  'certificate-expired': 'warn',
  'certificate-not-yet-valid': 'warn',
  'certificate-wrong-usage': 'warn',
  'client-unknown': 'warn',
  'client-has-too-many-connections': 'warn',
  /** No common protocol, suite or group; not TLS at all; gone before the end; too slow. */
  'handshake-failed': 'info',
  /** The oldest stranger or idle connection makes room for a new one. */
  'crowded-out': 'debug',
  'door-full': 'warn',
} as const satisfies Readonly<Record<string, keyof Log>>;

export type RefusalReason = keyof typeof REASONS;

/** Says why connections were refused, and how many for each reason. */
export class Refusals {
  readonly #log: Log;
  readonly #counts = new Map<RefusalReason, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  get counts(): ReadonlyMap<RefusalReason, number> {
    return this.#counts;
  }

  add(reason: RefusalReason, fields: LogFields): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#log[REASONS[reason]]('connection.refused', { reason, ...fields });
  }
}
