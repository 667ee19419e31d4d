// No `node:` import here: the page shows these too.

interface AlarmKindRow {
  /** Stable; what a program decides by. */
  readonly code: string;
  /** `alarm`: a reading may be wrong, or somebody may have meddled. `warning`: something has to be seen to. */
  readonly severity: 'warning' | 'alarm';
  /** What it says, before what was found this time. */
  readonly says: string;
  /** What has to be so that it is over. What points at a forgery is never over by itself: a person has to look. */
  readonly clears: string;
  /** Whether it is over when that is so; else when somebody acknowledges it. */
  readonly byItself: boolean;
  /** Whether what holds may become more: who has acknowledged it is told again when it says something else. */
  readonly grows?: boolean;
}

/** Everything that a collector raises an alarm for, once. */
const ALARM_KINDS = {
  'capture-gap': {
    code: 'CAPTURES_MISSING',
    severity: 'warning',
    says: 'captures are missing',
    clears: 'every capture up to the newest is here',
    byItself: true,
    grows: true,
  },
  'number-repeated': {
    code: 'NUMBER_REPEATED',
    severity: 'alarm',
    says: 'a number came again with other content: perhaps the meter was cloned',
    clears: 'somebody has looked into it',
    byItself: false,
  },
  'number-went-back': {
    code: 'NUMBER_WENT_BACK',
    severity: 'alarm',
    says: 'a number went back: an old document was given out, or the meter was replaced',
    clears: 'somebody has looked into it',
    byItself: false,
  },
  'chain-broken': {
    code: 'CHAIN_BROKEN',
    severity: 'alarm',
    says: 'a capture does not follow from the one before it',
    clears: 'somebody has looked into it',
    byItself: false,
  },
  'document-refused': {
    code: 'DOCUMENT_REFUSED',
    severity: 'alarm',
    says: 'a document was not proven, and lies in quarantine',
    clears: 'somebody has looked into it',
    byItself: false,
  },
  'clock-offset': {
    code: 'CLOCK_OFFSET',
    severity: 'warning',
    says: "the meter's clock differs from ours",
    clears: 'it differs by less than half of the limit',
    byItself: true,
  },
  'clock-jumped': {
    code: 'CLOCK_JUMPED',
    severity: 'alarm',
    says: "the meter's clock jumped between two readings",
    clears: 'somebody has looked into it',
    byItself: false,
  },
  'values-stale': {
    code: 'VALUES_STALE',
    severity: 'warning',
    says: 'the meter gives the same reading again and again',
    clears: 'a reading with a higher number comes',
    byItself: true,
  },
  'device-unreachable': {
    code: 'DEVICE_UNREACHABLE',
    severity: 'warning',
    says: 'the meter answers, but the measuring device behind it does not',
    clears: 'a reading comes whose state does not say so',
    byItself: true,
  },
  'certificate-expires': {
    code: 'CERTIFICATE_EXPIRES',
    severity: 'warning',
    says: 'a certificate of the meter expires soon, or has expired',
    clears: 'one that is valid for longer is pinned, or shown',
    byItself: true,
  },
  'counter-stepped-back': {
    code: 'COUNTER_STEPPED_BACK',
    severity: 'alarm',
    says: 'an energy counter stepped back',
    clears: 'somebody has looked into it',
    byItself: false,
  },
  'meter-exchanged': {
    code: 'METER_EXCHANGED',
    severity: 'alarm',
    says: 'the readings come from another measuring device',
    clears: 'somebody has looked into it',
    byItself: false,
  },
  'meter-silent': {
    code: 'METER_SILENT',
    severity: 'alarm',
    says: 'the meter does not answer',
    clears: 'it answers',
    byItself: true,
  },
  'meter-not-trusted': {
    code: 'METER_NOT_TRUSTED',
    severity: 'alarm',
    says: 'who answers at the address of the meter cannot prove to be it',
    clears: 'an answer comes from who can',
    byItself: true,
  },
  'access-refused': {
    code: 'ACCESS_REFUSED',
    severity: 'warning',
    says: 'the meter refuses our request',
    clears: 'it answers the same request',
    byItself: true,
  },
} as const satisfies Readonly<Record<string, AlarmKindRow>>;

export type AlarmKind = keyof typeof ALARM_KINDS;

/** The same rows for whoever raises or explains them. */
export const alarmKinds: Readonly<Record<AlarmKind, AlarmKindRow>> = ALARM_KINDS;

export const alarmKindNames = Object.keys(ALARM_KINDS) as readonly AlarmKind[];
