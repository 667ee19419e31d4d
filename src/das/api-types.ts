import type { Mark } from './verdict.ts';

// What the DAS and its page say to each other, in JSON. No `node:` import here: the page is made of these types too.
//
// Times are as `formatInstant` writes them, UTC with milliseconds; numbers of documents are decimal texts, because they may
// be larger than what JavaScript counts exactly.

/** What a user may do; each may do what those before it may. */
export type Role = 'viewer' | 'operator' | 'administrator';

/** The meters that a user sees. */
export type MeterScope = 'all' | readonly string[];

/** `GET /api/session`, and the answer to every log-in. Without a session: 401 `SESSION_MISSING`. */
export interface SessionAnswer {
  readonly user: string;
  readonly role: Role;
  readonly meters: MeterScope;
  /** To be sent back as `X-CSRF-Token` with whatever changes something. */
  readonly csrf: string;
  /** How the user came in: only who came by a password can change it. */
  readonly by: 'password' | 'certificate' | 'demo';
  readonly demo: boolean;
}

/** `POST /api/session` */
export interface LogIn {
  readonly user: string;
  readonly password: string;
}

/** `POST /api/first-administrator`: the token is what stands behind `#first-administrator=` in the link of the console. */
export interface FirstAdministrator extends LogIn {
  readonly token: string;
}

/** `PUT /api/session/password`: one's own. Ends every other session of the user. */
export interface PasswordChange {
  readonly former: string;
  readonly password: string;
}

export type Health = 'good' | 'warning' | 'alarm' | 'silent';

export interface MeterSummary {
  /** The logical device: `1sie0012345678.sm`. */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Of the site: `Europe/Berlin`. */
  readonly zone: string;
  readonly lastReadingAt: string | null;
  readonly lastVerdict: 'proven' | 'failed' | 'none';
  /** Captures that are missing among those that should be here. */
  readonly gaps: number;
  /** Whole days for which the signature certificate is still valid; negative when it has expired. */
  readonly certificateDays: number | null;
  /** How far the meter's clock is ahead of ours. */
  readonly clockOffsetMs: number | null;
  readonly openAlarms: number;
  readonly health: Health;
}

/** `GET /api/meters` */
export interface MetersAnswer {
  readonly meters: readonly MeterSummary[];
}

/** A value with the document that proves it. */
export interface RegisterValue {
  /** `3-0100010800ff` */
  readonly object: string;
  readonly attribute: number;
  /** Decimal, with every digit that the scaler promises: `230.10`. */
  readonly value: string;
  /** The register's own, as text: `W`, never `kW`. */
  readonly unit: string;
  readonly at: string;
  readonly number: string;
  readonly document: string;
}

export interface CertificateCard {
  /** `sha256:…` */
  readonly id: string;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** `GET /api/certificates/:id` */
export interface CertificateAnswer extends CertificateCard {
  readonly pem: string;
}

/** `GET /api/meters/:id` */
export interface MeterAnswer extends MeterSummary {
  readonly registers: readonly RegisterValue[];
  readonly certificates: readonly CertificateCard[];
}

/** `event: sample` of `GET /api/meters/:id/live` */
export interface LiveSample {
  readonly at: string;
  readonly number: string;
  readonly document: string;
  readonly proven: boolean;
  /** The bits of the state, as they stand in the document. */
  readonly state: string;
  readonly values: readonly RegisterValue[];
}

/** Milliseconds since 1970; then the values, for drawing: what counts exactly stands in the document. */
export type SeriesPoint = readonly [at: number, min: number, mean: number, max: number, last: number];

/**
 * `GET /api/meters/:id/series?object=&attribute=&from=&to=&points=&kind=&days=`; `kind` is `live`, `capture` or `profile`. With
 * `days=true` it has of all these points those alone that begin a day at the site, where there are any.
 */
export interface SeriesAnswer {
  readonly unit: string;
  /** Whether a point stands for more than one reading. */
  readonly aggregated: boolean;
  /** The time that a point stands for, where it stands for several. */
  readonly stepSeconds: number;
  /** Whether the points are those that begin days. */
  readonly days: boolean;
  readonly points: readonly SeriesPoint[];
  /** From and to, in milliseconds since 1970, where nothing was read. */
  readonly gaps: readonly (readonly [from: number, to: number])[];
}

export type EventBook = 'system' | 'consumer' | 'calibration';

export interface BookEntry {
  readonly number: string;
  readonly at: string;
  readonly code: number;
  /** The event's stable name. */
  readonly event: string;
  readonly text: string;
  readonly document: string;
}

/** `GET /api/meters/:id/events?book=&before=&limit=`: the newest first; `before` is the number of the last one shown. */
export interface EventsAnswer {
  readonly entries: readonly BookEntry[];
}

type ApiDocumentKind = 'live' | 'capture' | 'profile' | 'events';

interface DocumentLine {
  readonly id: string;
  readonly number: string;
  readonly at: string;
}

/** `GET /api/meters/:id/documents?kind=&from=&to=&limit=`: the oldest first, so that a moment of a chart leads to its proof. */
export interface DocumentsAnswer {
  readonly documents: readonly DocumentLine[];
}

/** `GET /api/documents/:id`, of one in quarantine too; its bytes: `GET /api/documents/:id/content`. */
export interface DocumentAnswer {
  /** SHA-256 of the exact bytes, in hex. */
  readonly id: string;
  readonly meter: string;
  readonly kind: ApiDocumentKind;
  /** `null`, as the time and the certificate, of one that was not proven: nothing that it says is shown. */
  readonly number: string | null;
  readonly at: string | null;
  readonly receivedAt: string;
  readonly verdict: { readonly proven: boolean; readonly marks: readonly Mark[] };
  readonly certificate: string | null;
}

/** `GET /api/meters/:id/quarantine?before=&limit=`: what was not proven, the newest first; `before`: what follows that entry. */
export interface QuarantineAnswer {
  readonly entries: readonly QuarantinedDocument[];
}

/** It is no reading, and nothing that it says is shown as one. */
export interface QuarantinedDocument {
  /** Of this line of the list. */
  readonly entry: string;
  /** Of the document; one that failed for two reasons is there twice. */
  readonly id: string;
  readonly kind: ApiDocumentKind;
  readonly receivedAt: string;
  readonly code: string;
  readonly reason: string;
  readonly marks: readonly Mark[];
}

export interface Alarm {
  readonly id: string;
  readonly meter: string;
  readonly kind: string;
  readonly code: string;
  readonly raisedAt: string;
  readonly clearedAt?: string;
  readonly acknowledgedAt?: string;
  readonly acknowledgedBy?: string;
  readonly text: string;
  readonly document?: string;
}

/** `GET /api/alarms?open=1`: the newest first. `POST /api/alarms/:id/acknowledgement` answers with the `Alarm`. */
export interface AlarmsAnswer {
  readonly alarms: readonly Alarm[];
}

/** `GET /api/meters/:id/export?format=&from=&to=&locale=&kind=`: a download; captures unless `kind` says otherwise. */
export type ExportFormat = 'csv' | 'xlsx' | 'package' | 'ocmf';
export type ExportLocale = 'en' | 'de';

/** `POST /api/meters/probe` */
export interface ProbeRequest {
  readonly url: string;
}

/** What is found there, for a person to compare before anything is pinned. */
export interface MeterProbe {
  readonly url: string;
  /** What the server at that address has shown. */
  readonly tls: CertificateCard;
  readonly meters: readonly {
    readonly id: string;
    /** `sha256:…` of the certificate that seals its documents. The certificate itself comes another way. */
    readonly certificate: string;
  }[];
}

/** `POST /api/meters`: what the administrator has compared. Answers with the `MeterSummary`. */
export interface NewMeter {
  readonly url: string;
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  /** The signature certificate whose id the probe has shown, PEM; after it, its sub-CA. */
  readonly pem: string;
}

/** `PATCH /api/meters/:id`; what is left out stays. Answers with the `MeterSummary`. */
export interface MeterChange {
  readonly name?: string;
  readonly url?: string;
  readonly zone?: string;
  /** One more signature certificate to pin, PEM; after it, its sub-CA. */
  readonly pem?: string;
}

export interface UserAnswer {
  readonly name: string;
  readonly role: Role;
  readonly meters: MeterScope;
  /** TLS client certificates, `sha256:…`, by which the user can come in without a password. */
  readonly certificates: readonly string[];
  readonly hasPassword: boolean;
}

/** `GET /api/users` */
export interface UsersAnswer {
  readonly users: readonly UserAnswer[];
}

/** `POST /api/users` */
export interface NewUser {
  readonly name: string;
  readonly password?: string;
  readonly role: Role;
  readonly meters: MeterScope;
  readonly certificates?: readonly string[];
}

/** `PATCH /api/users/:name`; what is left out stays. Whatever changes, the user's sessions end. */
export type UserChange = Partial<Omit<NewUser, 'name'>>;

export interface AuditLine {
  readonly id: string;
  readonly at: string;
  /** Whoever did it, or tried; the collector is `das`. */
  readonly user: string;
  readonly address: string;
  /** `session.begun`, `user.changed`, … */
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

/** `GET /api/audit?before=&limit=`: the newest first. */
export interface AuditAnswer {
  readonly entries: readonly AuditLine[];
}

/** Every answer that is none: `application/problem+json`. @see RFC 9457 */
export interface ApiProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance: string;
  /** What a program decides by. */
  readonly code: string;
  /** What to do about it. */
  readonly mend: string;
}
