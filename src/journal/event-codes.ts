import type { Instant } from '#core/time.ts';
import { type Book, type EventName as CosemEventName, cosemEvents } from '#cosem/events.ts';

/** What a field of an event holds. A counter's value may exceed what a number carries exactly, so integers are bigint. */
interface FieldTypes {
  readonly text: string;
  readonly integer: bigint;
  readonly instant: Instant;
}

export type FieldKind = keyof FieldTypes;

interface EventRow {
  /** As it stands in the book: below 100 system, below 200 consumer, from 200 calibration. */
  readonly code: number;
  readonly book: Book;
  readonly meaning: string;
  /** Somebody wants this to happen, so it can be refused: when the calibration book is full, it does not happen. */
  readonly isChange?: true;
  /** In the order in which they are written. */
  readonly fields: Readonly<Record<string, FieldKind>>;
}

const counterFields = {
  device: 'text',
  counter: 'text',
  from: 'integer',
  to: 'integer',
  scaler: 'integer',
  unit: 'text',
  sample: 'integer',
} as const;

/** What objects of the COSEM tree tell: by whom it was done (a client, or an object that acts by itself), and to what. */
const cosemFields = { device: 'text', actor: 'text', data: 'text' } as const;

/** The room that tells of it knows its book and its meaning; its number is given here. */
const cosemRow = (name: CosemEventName, code: number) => {
  const { book, says } = cosemEvents[name];
  return { code, book, meaning: says, fields: cosemFields };
};

/** The same, of what somebody wants: it can be refused. */
const cosemChange = (name: CosemEventName, code: number) => ({ ...cosemRow(name, code), isChange: true as const });

/**
 * Every event, once. A code that was ever written keeps its meaning and its fields; what is no longer written stays in the
 * table, so that old books can be read.
 */
const EVENTS = {
  'service-started': {
    code: 1,
    book: 'system',
    meaning: 'the service started',
    fields: { version: 'text', previousEnd: 'text' },
  },
  'service-stopped': { code: 2, book: 'system', meaning: 'the service stopped in order', fields: { reason: 'text' } },
  'journal-restored': {
    code: 3,
    book: 'system',
    meaning: 'the journal was restored from a backup',
    fields: { newestRow: 'instant', rowsLost: 'integer' },
  },
  'rows-removed': {
    code: 4,
    book: 'system',
    meaning: 'rows beyond the time or the size of retention were let go of',
    fields: { chain: 'text', from: 'integer', to: 'integer' },
  },
  'journal-write-failed': {
    code: 5,
    book: 'system',
    meaning: 'captures could not be written for a while',
    fields: { device: 'text', reason: 'text', since: 'instant' },
  },
  'device-unreachable': {
    code: 10,
    book: 'system',
    meaning: 'the measuring device no longer answers',
    fields: { device: 'text' },
  },
  'device-reachable': {
    code: 11,
    book: 'system',
    meaning: 'the measuring device answers again',
    fields: { device: 'text', since: 'instant' },
  },
  'device-restarted': {
    code: 12,
    book: 'system',
    meaning: 'the measuring device restarted',
    fields: { device: 'text' },
  },
  'clock-synchronised': {
    code: 20,
    book: 'system',
    meaning: 'the clock is synchronised',
    fields: { source: 'text', offsetMilliseconds: 'integer' },
  },
  'clock-not-synchronised': {
    code: 21,
    book: 'system',
    meaning: 'the clock is no longer synchronised',
    fields: { source: 'text' },
  },
  'network-lost': { code: 30, book: 'system', meaning: 'the network was lost', fields: { reason: 'text' } },
  'network-back': { code: 31, book: 'system', meaning: 'the network is back', fields: {} },
  'signer-away': {
    code: 40,
    book: 'system',
    meaning: 'the signer cannot sign: documents are not sealed',
    fields: { key: 'text', reason: 'text' },
  },
  'signer-back': { code: 41, book: 'system', meaning: 'the signer signs again', fields: { key: 'text' } },
  'client-refused': {
    code: 50,
    book: 'system',
    meaning: 'a client was refused, for the first time in an hour for this reason',
    fields: { client: 'text', problem: 'text' },
  },
  error: { code: 60, book: 'system', meaning: 'something failed', fields: { where: 'text', reason: 'text' } },
  'setting-changed': cosemRow('setting-changed', 70),
  'script-executed': cosemRow('script-executed', 71),
  'disconnect-ordered': cosemRow('disconnect-ordered', 72),
  'reconnect-ordered': cosemRow('reconnect-ordered', 73),
  'message-shown': cosemRow('message-shown', 74),
  'capture-ordered': cosemRow('capture-ordered', 75),
  'threshold-crossed': cosemRow('threshold-crossed', 76),
  'alarm-raised': cosemRow('alarm-raised', 77),
  'alarm-acknowledged': cosemRow('alarm-acknowledged', 78),
  'image-transfer-initiated': cosemRow('image-transfer-initiated', 79),
  'image-verified': cosemRow('image-verified', 80),
  'order-failed': cosemRow('order-failed', 81),

  read: {
    code: 100,
    book: 'consumer',
    meaning: 'somebody read values of this consumer, for the first time in an hour',
    fields: { device: 'text', client: 'text', resource: 'text', sealed: 'text', sample: 'integer' },
  },
  written: {
    code: 101,
    book: 'consumer',
    meaning: 'somebody wrote an attribute or ran a method at the metering point of this consumer',
    fields: { device: 'text', client: 'text', resource: 'text' },
  },

  'parameter-changed': cosemChange('parameter-changed', 200),
  'clock-set': cosemChange('clock-set', 201),
  'clock-stepped': {
    code: 202,
    book: 'calibration',
    meaning: 'the clock of the machine stepped by more than the limit',
    fields: { from: 'instant', to: 'instant' },
  },
  'counter-stepped-back': {
    code: 210,
    book: 'calibration',
    meaning: 'a counter stepped back without a known reason',
    fields: counterFields,
  },
  'counter-rolled-over': {
    code: 211,
    book: 'calibration',
    meaning: 'a counter passed its end and began at zero',
    fields: counterFields,
  },
  'counter-reset': {
    code: 212,
    book: 'calibration',
    meaning: 'a counter was reset at the device',
    fields: counterFields,
  },
  'counter-back-by-restart': {
    code: 213,
    book: 'calibration',
    meaning: 'a counter stepped back because its device restarted',
    fields: counterFields,
  },
  'device-exchanged': {
    code: 220,
    book: 'calibration',
    meaning: 'the measuring device was exchanged; the captures hold its final and the initial readings of the new one',
    isChange: true,
    fields: {
      device: 'text',
      oldMeterNumber: 'text',
      newMeterNumber: 'text',
      finalCapture: 'integer',
      initialCapture: 'integer',
      by: 'text',
    },
  },
  'device-not-identified': {
    code: 221,
    book: 'calibration',
    meaning: 'the device that answers is not the one that was expected',
    fields: { device: 'text' },
  },
  'firmware-identified': {
    code: 230,
    book: 'calibration',
    meaning: 'the service runs with this software',
    fields: { version: 'text', sha256: 'text' },
  },
  'description-identified': {
    code: 231,
    book: 'calibration',
    meaning: 'the device is measured by this description',
    fields: { device: 'text', model: 'text', sha256: 'text' },
  },
  'signing-key-changed': {
    code: 232,
    book: 'calibration',
    meaning: 'documents are sealed with another key; the first one comes after none',
    fields: { from: 'text', to: 'text', by: 'text' },
  },
  'image-activated': cosemChange('image-activated', 233),
  'tariff-changed': cosemRow('tariff-changed', 234),
  'calendar-activated': cosemChange('calendar-activated', 235),
  'profile-reset': cosemChange('profile-reset', 236),
  'calibration-book-full': {
    code: 240,
    book: 'calibration',
    meaning: 'the calibration book is full: parameters can no longer be changed',
    fields: { capacity: 'integer' },
  },
} as const satisfies Readonly<Record<string, EventRow>> & Readonly<Record<CosemEventName, EventRow>>;

export type EventName = keyof typeof EVENTS;

type DataOf<Fields extends Readonly<Record<string, FieldKind>>> = {
  readonly [Field in keyof Fields]: FieldTypes[Fields[Field]];
};

/** The fields of an event, typed as the table has them. */
export type EventData<Name extends EventName> = DataOf<(typeof EVENTS)[Name]['fields']>;

/** The names of the events of one book. */
export type EventsOf<Wanted extends Book> = {
  [Name in EventName]: (typeof EVENTS)[Name]['book'] extends Wanted ? Name : never;
}[EventName];

export const eventNames = Object.keys(EVENTS) as readonly EventName[];

export const eventRow = (name: EventName): EventRow => EVENTS[name];

const byCode: ReadonlyMap<number, EventName> = new Map(eventNames.map((name) => [EVENTS[name].code, name]));

/** `undefined` for a code that a newer version has written. */
export const eventOfCode = (code: number): EventName | undefined => byCode.get(code);
