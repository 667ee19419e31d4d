import { type Duration, Seconds, toSeconds } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import { type CaptureObject, captureObjectShape, columnReader } from './capture-object.ts';
import { type CosemData, integerData } from './data-types.ts';
import { type ClassDefinition, logicalNameAttribute, type ObjectIdentity, oncePerObject } from './interface-class.ts';
import { selectRows } from './profile-buffer.ts';
import type { ProfileHistory } from './profile-history.ts';
import { listOf, noParameter, restricted, small } from './shape.ts';

/** In the order of their numbers, from 1. */
const sortMethods = ['fifo', 'lifo', 'largest', 'smallest', 'nearest-to-zero', 'farthest-from-zero'] as const;

export type SortMethod = (typeof sortMethods)[number];

/** How often entries are captured. */
export interface CapturePeriod {
  /** 0 where entries come at other occasions. */
  current(): Duration;
  /** Durable when it returns. Absent where it cannot be changed. */
  change?(to: Duration): void;
}

/** Entries come when something happens. */
export const neverPeriodic: CapturePeriod = { current: () => Seconds(0) };

export interface ProfileRow extends ObjectIdentity {
  readonly columns: readonly CaptureObject[];
  readonly history: ProfileHistory;
  readonly period: CapturePeriod;
  readonly sort: SortMethod;
  /** What `largest` and the like compare; a column. Without one, the time. */
  readonly sortObject: CaptureObject | undefined;
  /** The column that numbers the entries, where the history finds them by it. */
  readonly numberColumn?: CaptureObject;
  /** How many entries are kept at most: `profile_entries`. */
  readonly capacity: number;
  /** For date-times of a selection that are given in legal time. */
  readonly zone: Zone;
}

const DAY = 86_400;

/** Aligned to the clock, so that every day has the same periods. */
const periodShape = restricted(
  small('double-long-unsigned', { min: 1n, max: BigInt(DAY) }),
  'a number of seconds that divides a day',
  (seconds) => DAY % seconds === 0,
);

const columnsShape = listOf(captureObjectShape, { most: 255 });

/** Sorted by nothing but time. */
const NO_SORT_OBJECT: CosemData = {
  type: 'structure',
  value: [
    integerData('long-unsigned', 0n),
    { type: 'octet-string', value: new Uint8Array(6) },
    integerData('integer', 0n),
    integerData('long-unsigned', 0n),
  ],
};

/**
 * Values of other objects, captured together again and again. The buffer may be long: it is read by selection, and entry by
 * entry. What is captured, and in which order it is shown, is part of what a sealed profile proves, so it is fixed.
 * @see IEC 62056-6-2 (Blue Book), Profile generic (class_id 7, version 1)
 */
export const profileGeneric: ClassDefinition<ProfileRow> = {
  classId: 7,
  version: 1,
  name: 'Profile generic',
  attributes: [
    logicalNameAttribute,
    {
      id: 2,
      name: 'buffer',
      types: ['array'],
      companions: [3],
      isBulky: true,
      selectors: [1, 2],
      read: (row, _snapshot, reader) => ({ type: 'array', value: [...selectRows(row, reader?.selection)] }),
      elements: (row, _snapshot, reader) => selectRows(row, reader?.selection),
      columns: ({ columns }) => columns,
    },
    {
      id: 3,
      name: 'capture_objects',
      types: columnsShape.types,
      companions: [],
      read: oncePerObject(({ columns }) => columnsShape.write(columns)),
    },
    {
      id: 4,
      name: 'capture_period',
      types: periodShape.types,
      companions: [],
      read: ({ period }) => integerData('double-long-unsigned', BigInt(toSeconds(period.current()))),
      writing: {
        event: 'parameter-changed',
        isOffered: ({ period }) => period.change !== undefined,
        prepare({ period }, data) {
          const seconds = periodShape.read(data, 'attribute 4');
          return () => period.change?.(Seconds(seconds));
        },
      },
    },
    {
      id: 5,
      name: 'sort_method',
      types: ['enum'],
      companions: [],
      read: ({ sort }) => integerData('enum', BigInt(sortMethods.indexOf(sort) + 1)),
    },
    {
      id: 6,
      name: 'sort_object',
      types: ['structure'],
      companions: [],
      read: ({ sortObject }) => (sortObject === undefined ? NO_SORT_OBJECT : captureObjectShape.write(sortObject)),
    },
    {
      id: 7,
      name: 'entries_in_use',
      types: ['double-long-unsigned'],
      companions: [],
      read: ({ history }) => integerData('double-long-unsigned', BigInt(history.count())),
    },
    {
      id: 8,
      name: 'profile_entries',
      types: ['double-long-unsigned'],
      companions: [],
      read: ({ capacity }) => integerData('double-long-unsigned', BigInt(capacity)),
    },
  ],
  methods: [
    {
      id: 1,
      name: 'reset',
      running: {
        event: 'profile-reset',
        isOffered: ({ history }) => history.clear !== undefined,
        prepare({ history }, data) {
          noParameter.read(data, 'parameter');
          return () => history.clear?.();
        },
      },
    },
    {
      id: 2,
      name: 'capture',
      running: {
        event: 'capture-ordered',
        isOffered: ({ history }) => history.append !== undefined,
        prepare({ columns, history }, data, { device }) {
          noParameter.read(data, 'parameter');
          return () => {
            const snapshot = device.snapshot();
            history.append?.({ at: snapshot.at, values: columnReader(columns, device)(snapshot) });
          };
        },
      },
    },
  ],
};
