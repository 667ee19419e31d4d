/**
 * The three event books: **system** (how the service and its devices fare), **consumer** (who read what of a consumer's)
 * and **calibration** (what touches measurement).
 */
export const books = ['system', 'consumer', 'calibration'] as const;

export type Book = (typeof books)[number];

interface EventRow {
  /** Stable for ever; a number that was once given is never given to something else. */
  readonly code: number;
  readonly book: Book;
  readonly says: string;
}

/**
 * Every kind of event, whoever records it: its number, its book, its meaning.
 * 1 to 99 is the system book, 100 to 199 the consumer's, 200 to 299 calibration; gaps are for later.
 */
const EVENTS = {
  'service-started': { code: 1, book: 'system', says: 'the service started' },
  'service-stopped': { code: 2, book: 'system', says: 'the service stopped in order' },
  'error-occurred': { code: 3, book: 'system', says: 'something failed inside the service' },
  'device-unreachable': { code: 10, book: 'system', says: 'the measuring device stopped answering' },
  'device-reachable': { code: 11, book: 'system', says: 'the measuring device answers again' },
  'device-restarted': { code: 12, book: 'system', says: 'the measuring device restarted' },
  'network-lost': { code: 13, book: 'system', says: 'the network was lost' },
  'network-restored': { code: 14, book: 'system', says: 'the network is back' },
  'clock-unsynchronised': { code: 20, book: 'system', says: 'the clock lost its time source' },
  'clock-synchronised': { code: 21, book: 'system', says: 'the clock follows its time source' },
  'setting-changed': { code: 30, book: 'system', says: 'a setting that does not touch measurement was written' },
  'script-executed': { code: 31, book: 'system', says: 'a script was run' },
  'disconnect-ordered': { code: 32, book: 'system', says: 'the breaker was told to disconnect' },
  'reconnect-ordered': { code: 33, book: 'system', says: 'the breaker was told to reconnect' },
  'message-shown': { code: 34, book: 'system', says: 'a message was put on the display' },
  'capture-ordered': { code: 35, book: 'system', says: 'an entry was captured outside the schedule' },
  'order-failed': { code: 36, book: 'system', says: 'what was recorded before this was not carried out' },
  'threshold-crossed': { code: 37, book: 'system', says: 'a monitored value crossed a threshold' },
  'alarm-raised': { code: 38, book: 'system', says: 'an alarm was raised' },
  'alarm-acknowledged': { code: 39, book: 'system', says: 'alarms were acknowledged' },
  'image-transfer-initiated': { code: 40, book: 'system', says: 'the transfer of a firmware image began' },
  'image-verified': { code: 41, book: 'system', says: 'a transferred firmware image was to be verified' },

  'values-read': { code: 100, book: 'consumer', says: 'somebody read values of the consumer' },
  'consumer-changed': { code: 101, book: 'consumer', says: 'somebody changed something of the consumer' },

  'parameter-changed': { code: 200, book: 'calibration', says: 'a parameter was written' },
  'clock-set': { code: 201, book: 'calibration', says: 'the time was set' },
  'clock-stepped': { code: 202, book: 'calibration', says: 'the clock stepped beyond the limit' },
  'clock-first-set': { code: 203, book: 'calibration', says: 'the time is known for the first time' },
  'counter-stepped-back': { code: 210, book: 'calibration', says: 'a counter stepped back without a known reason' },
  'counter-rolled-over': { code: 211, book: 'calibration', says: 'a counter passed its end and began at zero' },
  'counter-reset': { code: 212, book: 'calibration', says: 'a counter was reset at the device' },
  'device-exchanged': { code: 213, book: 'calibration', says: 'the measuring device was exchanged' },
  'firmware-identified': { code: 220, book: 'calibration', says: 'the running program and its digest' },
  'image-activated': { code: 221, book: 'calibration', says: 'a transferred firmware image was to be activated' },
  'tariff-changed': { code: 230, book: 'calibration', says: 'another tariff was switched to' },
  'calendar-activated': { code: 231, book: 'calibration', says: 'the passive tariff calendar became the active one' },
  'profile-reset': { code: 240, book: 'calibration', says: 'a profile was begun anew' },
  'book-nearly-full': { code: 250, book: 'calibration', says: 'the calibration book is nearly full' },
  'book-full': { code: 251, book: 'calibration', says: 'the calibration book is full: no parameter changes any more' },
} as const satisfies Readonly<Record<string, EventRow>>;

export type EventName = keyof typeof EVENTS;

export const eventRow = (name: EventName): EventRow => EVENTS[name];

/** The same rows for whoever explains them, in the order of their numbers. */
export const eventTable: readonly (EventRow & { readonly name: string })[] = Object.entries(EVENTS).map(
  ([name, row]) => ({ name, ...row }),
);
