import type { Duration, Instant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { DasRegistry } from './das-registry.ts';
import type { Mark, Verdict } from './verdict.ts';

/** The logical device that a document is of: `1sie0012345678.sm`. */
export type MeterId = string;

/** The SHA-256 of a document's exact bytes, in lower-case hex. */
export type DocumentId = string;

/**
 * `live`: what a meter showed when it was asked, one resource per meter. `capture`: a sealed capture of its journal.
 * `profile`, `events`: a part of a buffer, which may be asked for again and then is another document.
 */
export type DocumentKind = 'live' | 'capture' | 'profile' | 'events';

/** One integer of a document, with what gives it meaning: `value` × 10^`scaler` in `unit`. */
export interface StoredValue {
  /** Class and logical name as in a URI: `3-0100010800ff`. */
  readonly object: string;
  readonly attribute: number;
  readonly value: bigint;
  readonly scaler: number;
  /** As DLMS numbers units; 255 for none. */
  readonly unit: number;
  /** In the rows of a profile, each row's own time. Default: the document's. */
  readonly at?: Instant;
}

/** An entry of one of a meter's event books, as a document of kind `events` has it. */
export interface StoredEvent {
  /** `system`, `consumer`, `calibration`. */
  readonly book: string;
  /** Entries beyond 2^63 − 1 are not kept, other than in their document. */
  readonly number: bigint;
  readonly at: Instant;
  readonly code: number;
  /** The event's stable name. */
  readonly event: string;
  readonly text: string;
}

/** What is known of a document beside its bytes and what they say. */
export interface DocumentEntry {
  readonly id: DocumentId;
  readonly meter: MeterId;
  readonly kind: DocumentKind;
  /** Of a capture, its number in the meter's journal; of all others, the sequence number of the sample. */
  readonly number: bigint;
  /** The time of the sample, by the meter's clock. */
  readonly at: Instant;
  /** By our clock. */
  readonly receivedAt: Instant;
  /** The sixteen digits of the document's state. */
  readonly state: string;
  /** The certificate whose key has sealed it. */
  readonly certificate: CertificateId;
  /** SHA-256 of what was signed, in base64, as its verdict has it. */
  readonly digest: string;
  /** Of a capture, the hash of its row in the meter's journal, which the next row's hash covers. */
  readonly chainHash: Uint8Array | undefined;
}

/** A document that was proven and is to be kept. */
export interface JudgedDocument extends Omit<DocumentEntry, 'id' | 'digest'> {
  /** Exactly as they came. */
  readonly bytes: Uint8Array;
  readonly verdict: Verdict;
  readonly values: readonly StoredValue[];
  readonly events?: readonly StoredEvent[];
}

/**
 * - `stored`: it is new.
 * - `known`: it is there already: the same bytes or, under the same number, the same content that was sealed once more.
 * - `conflict`: under its number, another content is kept (only of `live` and `capture`, whose numbers never repeat). The
 *   one that came first stays; this one is in quarantine as `DOCUMENT_NUMBER_REPEATED`.
 * - `refused`: its number is larger than 2^63 − 1, which no honest meter reaches; in quarantine as
 *   `DOCUMENT_NUMBER_TOO_LARGE`.
 */
export interface AppendResult {
  readonly outcome: 'stored' | 'known' | 'conflict' | 'refused';
  /** The one that is kept under this number; of a `refused` one, its own. */
  readonly document: DocumentId;
}

export interface StoredDocument extends DocumentEntry {
  /** Exactly as they came: proven by hash each time that they are read. */
  readonly bytes: Uint8Array;
  readonly marks: readonly Mark[];
  readonly values: readonly StoredValue[];
}

/** What was not proven, or contradicts what is. It is kept to be looked at, and never shown as a reading. */
export interface Rejected {
  readonly meter: MeterId;
  readonly kind: DocumentKind;
  readonly receivedAt: Instant;
  readonly bytes: Uint8Array;
  readonly marks: readonly Mark[];
  /** The stable code of what is wrong. */
  readonly code: string;
  /** What is wrong, as a sentence. */
  readonly reason: string;
}

export interface Quarantined extends Rejected {
  readonly id: DocumentId;
}

/** A line of the list of what is in quarantine. */
export interface QuarantineEntry extends Omit<Quarantined, 'bytes'> {
  /** Of this line: a document that failed for two reasons has two. */
  readonly entry: string;
}

/** From `from` until right before `to`. */
export interface TimeRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** From `first` to `last`, both included. */
export interface NumberRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** A page of a list in the order of time, then of number. */
export interface DocumentQuery {
  readonly meter: MeterId;
  readonly kind: DocumentKind;
  readonly range: TimeRange;
  /** The last of the page before; what follows it is given. */
  readonly after?: Pick<DocumentEntry, 'at' | 'number'>;
  /** At most 10,000. */
  readonly limit: number;
}

/** A document and what it says, without its bytes. */
export interface StoredReading extends DocumentEntry {
  readonly values: readonly StoredValue[];
}

export interface SeriesQuery {
  readonly meter: MeterId;
  readonly kind: DocumentKind;
  readonly object: string;
  readonly attribute: number;
  readonly range: TimeRange;
  /** At most so many points come back. */
  readonly maxPoints: number;
  /** How often there should be a reading. Default: as often as there mostly is one. */
  readonly every?: Duration;
}

/** One reading, or all that lie within `step` from `at` on. Integers × 10^`scaler` of the series; `mean` as well. */
export interface SeriesPoint {
  readonly at: Instant;
  readonly min: bigint;
  readonly max: bigint;
  /** For drawing: rounded as floating point is. */
  readonly mean: number;
  readonly last: bigint;
  readonly count: number;
}

export interface Series {
  readonly scaler: number;
  readonly unit: number;
  /** Whether a point stands for several readings, or may. */
  readonly aggregated: boolean;
  /** The time that a point stands for; 0 where it stands for one reading. */
  readonly step: Duration;
  readonly points: readonly SeriesPoint[];
  /** Where there should have been readings within the range, and are none. */
  readonly gaps: readonly TimeRange[];
}

/** Where a meter's documents of one kind stand. */
export interface Standing {
  readonly meter: MeterId;
  readonly kind: DocumentKind;
  /** `undefined`, as all that follows, where everything was put into quarantine. */
  readonly lowestNumber: bigint | undefined;
  readonly highestNumber: bigint | undefined;
  /** How many numbers between those two are missing. */
  readonly missing: bigint;
  /** Of the document with the highest number. */
  readonly lastAt: Instant | undefined;
  readonly lastReceivedAt: Instant | undefined;
  readonly lastDocument: DocumentId | undefined;
  /** When a document of this kind was last put into quarantine. */
  readonly lastRejectedAt: Instant | undefined;
}

/** How long things are kept. What is left out stays for ever; chart data stays when its documents go. */
export type KeepLimits = Readonly<Partial<Record<DocumentKind | 'quarantine' | 'alarms' | 'audit', Duration>>>;

/**
 * What a DAS keeps. Everything that is written is on the disk when its promise resolves, and not at all when it rejects.
 * Calls take effect in the order in which they were made.
 *
 * Every method may reject with SealmeterError `DAS_STORE_DAMAGED` (evidence), or `DAS_STORE_WRITE_FAILED` (internal),
 * after which nothing that was acknowledged is lost and the call may be tried again.
 */
export interface ReadingStore extends DasRegistry, AsyncDisposable {
  /**
   * Keeps a batch as a whole; the results stand in its order. Batches of some hundred are far cheaper than single ones.
   * To append what is there already does nothing, so a batch whose fate is not known may be sent again.
   * @throws TypeError for a document that is not proven
   */
  append(batch: readonly JudgedDocument[]): Promise<readonly AppendResult[]>;

  /** Keeps what failed, with its reason. The same bytes of a meter for the same reason are one entry. */
  quarantine(rejected: Rejected): Promise<void>;
  /** The newest first. `before`: only what came before that entry. */
  quarantined(query: {
    readonly meter?: MeterId;
    readonly before?: string;
    readonly limit: number;
  }): Promise<readonly QuarantineEntry[]>;

  /** What is in quarantine under an id, the first reason first; of several meters, where each has sent the same. */
  rejected(id: DocumentId): Promise<readonly Quarantined[]>;

  document(id: DocumentId): Promise<StoredDocument | undefined>;
  /** The one with the highest number. */
  latest(meter: MeterId, kind: DocumentKind): Promise<StoredReading | undefined>;
  /** The one with a number, of kinds whose numbers never repeat. */
  numbered(meter: MeterId, kind: 'live' | 'capture', number: bigint): Promise<DocumentEntry | undefined>;
  documents(query: DocumentQuery): Promise<readonly DocumentEntry[]>;
  readings(query: DocumentQuery): Promise<readonly StoredReading[]>;

  /** Entries of a meter's book, the newest first. `before`: only lower numbers. */
  events(query: {
    readonly meter: MeterId;
    readonly book: string;
    readonly before?: bigint;
    readonly limit: number;
  }): Promise<readonly (StoredEvent & { readonly document: DocumentId })[]>;

  series(query: SeriesQuery): Promise<Series>;

  /** What of a range of numbers is not here, lowest first, at most `limit` ranges. What retention removed counts as here. */
  missingNumbers(
    meter: MeterId,
    kind: 'live' | 'capture',
    within: NumberRange,
    limit: number,
  ): Promise<readonly NumberRange[]>;
  /** Of one meter or of all, by meter, then by kind. */
  standings(meter?: MeterId): Promise<readonly Standing[]>;

  /**
   * The housekeeping, for every few minutes: packs documents, rolls values up for charts, and removes what is older than
   * the limits. Readers see no difference. The last document of each meter and kind stays, whatever its age.
   */
  maintain(now: Instant, keep: KeepLimits): Promise<void>;
  /**
   * Copies everything, as it is at one moment, into a new file while the store goes on.
   * @throws SealmeterError (configuration) `DAS_BACKUP_EXISTS`
   */
  backup(file: string): Promise<void>;
}
