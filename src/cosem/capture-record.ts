import { parseObis } from '#core/obis.ts';
import type { Instant } from '#core/time.ts';
import type { CaptureObject } from './capture-object.ts';
import { clockColumn } from './clock.ts';
import { type CosemData, integerData, nullData, octetString, structure } from './data-types.ts';
import { dateTimeOctets } from './date-time.ts';
import { type ClassDefinition, logicalNameAttribute, type ObjectIdentity } from './interface-class.ts';
import type { EntryRange, ProfileEntry, ProfileHistory } from './profile-history.ts';
import type { Order } from './time-span.ts';

/*
 * A capture as whoever keeps it can prove it: all that its hash covers, the hash of the capture before, and the document
 * that was sealed for it. The newest one is the value of an object of class Data; the columns of the profile of captures
 * are the elements of that value.
 */

/** What is kept of one capture. */
export interface CaptureRecord {
  /** From 1, without gaps. */
  readonly number: number;
  /** The moment of the clock that it was taken for. */
  readonly captureTime: Instant;
  readonly sampledAt: Instant;
  readonly sampleNumber: bigint;
  /** Sixteen digits. */
  readonly state: string;
  /** What gives `measured` its meaning, a line per value. */
  readonly columns: string;
  readonly measured: Uint8Array;
  /** Absent where the signer was away. */
  readonly documentHash: Uint8Array | undefined;
  readonly previous: Uint8Array;
  readonly hash: Uint8Array;
  /** The sealed document as a text in UTF-8, where there is a hash of one. It is put together each time. */
  document(): string;
}

/** The captures of one device, kept by somebody else. */
export interface CaptureRecords {
  count(): number;
  newest(): CaptureRecord | undefined;
  /** Those of numbers and times at once; made as they are asked for. */
  entries(range: EntryRange, order: Order): Iterable<CaptureRecord>;
}

const instant = (at: Instant): CosemData => integerData('long64', BigInt(at));

/** The elements of the value, in their order. A time is in milliseconds since 1970: a date-time has hundredths. */
const FIELDS: readonly {
  readonly name: string;
  readonly read: (record: CaptureRecord) => CosemData;
}[] = [
  { name: 'number', read: ({ number }) => integerData('double-long-unsigned', BigInt(number)) },
  { name: 'capture time', read: ({ captureTime }) => instant(captureTime) },
  { name: 'sample time', read: ({ sampledAt }) => instant(sampledAt) },
  { name: 'sample number', read: ({ sampleNumber }) => integerData('long64-unsigned', sampleNumber) },
  { name: 'state', read: ({ state }) => ({ type: 'bit-string', value: state }) },
  { name: 'columns', read: ({ columns }) => ({ type: 'utf8-string', value: columns }) },
  { name: 'measured', read: ({ measured }) => octetString(measured) },
  { name: 'hash of the document', read: ({ documentHash }) => (documentHash ? octetString(documentHash) : nullData) },
  { name: 'hash before', read: ({ previous }) => octetString(previous) },
  { name: 'hash', read: ({ hash }) => octetString(hash) },
  { name: 'document', read: documentOf },
];

/** The names of the elements of a capture's record, in their order. */
export const captureFields: readonly string[] = FIELDS.map(({ name }) => name);

/** Read only when somebody writes it: a row that is passed over, or asked for without it, costs next to nothing. */
function documentOf(record: CaptureRecord): CosemData {
  if (record.documentHash === undefined) return nullData;
  return {
    type: 'utf8-string',
    get value() {
      return record.document();
    },
  };
}

const fieldsOf = (record: CaptureRecord): readonly CosemData[] => FIELDS.map(({ read }) => read(record));

/** Group D from 128 is the manufacturer's. */
export const NEWEST_CAPTURE = parseObis('0-0:96.128.0.255');

interface NewestCaptureRow extends ObjectIdentity {
  readonly captures: CaptureRecords;
}

/**
 * The newest capture as a value. A sealed document is as long as all else that a list of objects says together, so lists
 * leave the value out.
 * @see IEC 62056-6-2 (Blue Book), Data (class_id 1, version 0)
 */
export const newestCapture: ClassDefinition<NewestCaptureRow> = {
  classId: 1,
  version: 0,
  name: 'Data',
  attributes: [
    logicalNameAttribute,
    {
      id: 2,
      name: 'value',
      types: ['structure', 'null-data'],
      companions: [],
      isBulky: true,
      read({ captures }) {
        const newest = captures.newest();
        return newest === undefined ? nullData : structure(...fieldsOf(newest));
      },
    },
  ],
  methods: [],
};

const fieldColumn = (place: number): CaptureObject => ({
  classId: newestCapture.classId,
  logicalName: NEWEST_CAPTURE,
  attribute: 2,
  dataIndex: place,
});

/** Counts the rows without gaps, and goes on where rows before have been let go of. */
export const captureNumberColumn: CaptureObject = fieldColumn(1);

/** The clock, then every element of the record. */
export const captureColumns: readonly CaptureObject[] = [
  clockColumn,
  ...FIELDS.map((_, index) => fieldColumn(index + 1)),
];

/** All captures of a device as the buffer of a profile. Nobody appends to it from here, and nobody clears it. */
export const captureRecordHistory = (captures: CaptureRecords): ProfileHistory => ({
  count: () => captures.count(),
  *entries(range, order) {
    for (const record of captures.entries(range, order)) yield profileEntry(record);
  },
});

const profileEntry = (record: CaptureRecord): ProfileEntry => ({
  at: record.captureTime,
  values: [octetString(dateTimeOctets(record.captureTime)), ...fieldsOf(record)],
});
