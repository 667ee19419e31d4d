import type { Instant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import type { MeterScope, Role } from './api-types.ts';
import type { DocumentId, MeterId } from './reading-store.ts';

/** A signature certificate that somebody has compared and pinned for a meter. */
export interface PinnedSignature {
  readonly id: CertificateId;
  readonly pem: string;
  /** Trusted from then on, where that is later than its validity begins. */
  readonly from?: Instant;
  /** Trusted until then, where that is earlier than its validity ends. */
  readonly until?: Instant;
}

/** Who is named as having added a meter that stands in the configuration; no user can be called so. */
export const CONFIGURED_BY = 'das';

/** A meter that is read, and what of it is trusted. */
export interface PinnedMeter {
  readonly id: MeterId;
  /** What people call it. */
  readonly name: string;
  /** Its service: `https://host:port`. */
  readonly url: string;
  /** Of its site: `Europe/Berlin`. */
  readonly zone: string;
  /** Roots that its server certificate has to chain up to, PEM. Empty: those of the configuration. */
  readonly tlsRoots: readonly string[];
  readonly signatures: readonly PinnedSignature[];
  readonly requestForm: SignatureForm;
  readonly addedAt: Instant;
  /** A user, or `CONFIGURED_BY`. */
  readonly addedBy: string;
}

export interface DasUser {
  readonly name: string;
  readonly role: Role;
  readonly meters: MeterScope;
  /** As the log-in wrote it; `undefined` for who comes in by certificate alone. Never the password. */
  readonly passwordHash: string | undefined;
  readonly certificates: readonly CertificateId[];
}

export interface NewAlarm {
  readonly meter: MeterId;
  /** What it is about: `gap`, `clone`, `clock`, `certificate`, … */
  readonly kind: string;
  /** Stable, in capitals. */
  readonly code: string;
  readonly raisedAt: Instant;
  readonly text: string;
  readonly document?: DocumentId;
}

export interface Alarm extends NewAlarm {
  readonly id: string;
  /** When what it is about was over. */
  readonly clearedAt?: Instant;
  /** When somebody has seen it. */
  readonly acknowledgedAt?: Instant;
  readonly acknowledgedBy?: string;
}

export interface AlarmQuery {
  /** Default: of all. */
  readonly meters?: readonly MeterId[];
  /** Only those that are neither cleared nor acknowledged. */
  readonly open?: boolean;
  /** Only those that are not cleared, acknowledged or not. */
  readonly notCleared?: boolean;
  readonly limit: number;
}

/** Who has done what, or tried. Entries are never changed. */
export interface NewAuditEntry {
  readonly at: Instant;
  /** `das` for what it does by itself. */
  readonly user: string;
  /** Where the user came from. */
  readonly address: string;
  /** `session.begun`, `meter.added`, … */
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

export interface AuditEntry extends NewAuditEntry {
  readonly id: string;
}

/** Meters, users, alarms and the audit trail: the part of the store that people change. */
export interface DasRegistry {
  meters(): Promise<readonly PinnedMeter[]>;
  meter(id: MeterId): Promise<PinnedMeter | undefined>;
  /** Adds it, or puts it in the place of the one with its id. */
  putMeter(meter: PinnedMeter): Promise<void>;
  /** No longer reads it; its documents stay. @returns whether it was there */
  removeMeter(id: MeterId): Promise<boolean>;

  users(): Promise<readonly DasUser[]>;
  user(name: string): Promise<DasUser | undefined>;
  /** Adds it, or puts it in the place of the one with its name. */
  putUser(user: DasUser): Promise<void>;
  /** @returns whether it was there */
  removeUser(name: string): Promise<boolean>;

  /** Raises an alarm, unless one of the same meter and code has not been cleared yet: that one is given back. */
  raise(alarm: NewAlarm): Promise<Alarm>;
  /** What the alarms of a code were about is over. */
  clear(meter: MeterId, code: string, at: Instant): Promise<void>;
  alarm(id: string): Promise<Alarm | undefined>;
  /** Somebody has seen it; the first one counts. @returns `undefined` where there is no such alarm */
  acknowledge(id: string, by: string, at: Instant): Promise<Alarm | undefined>;
  /** The newest first. */
  alarms(query: AlarmQuery): Promise<readonly Alarm[]>;

  audit(entry: NewAuditEntry): Promise<void>;
  /** The newest first. `before`: only those with a lower id. */
  auditTrail(query: { readonly before?: string; readonly limit: number }): Promise<readonly AuditEntry[]>;
}
