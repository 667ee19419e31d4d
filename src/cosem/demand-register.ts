import { addTime, Seconds } from '#core/time.ts';
import { type CosemData, integerData, nullData, octetString } from './data-types.ts';
import { dateTimeOctets } from './date-time.ts';
import { type ClassDefinition, logicalNameAttribute } from './interface-class.ts';
import {
  type ExpectedValue,
  type MeasurandRow,
  measuredOf,
  measuredTypes,
  scalerUnit,
  statusOf,
  valueOf,
} from './measurand.ts';
import type { Snapshot } from './snapshot.ts';

/** The values of a sample that one demand register is made of. */
const lastOf = ({ key }: MeasurandRow): string => `${key}/last`;
const periodOf = ({ key }: MeasurandRow): string => `${key}/period`;
const elapsedOf = ({ key }: MeasurandRow): string => `${key}/elapsed`;

const SECONDS_TYPE = 'double-long-unsigned';

export const demandValues = (row: MeasurandRow): readonly ExpectedValue[] => [
  { key: row.key, type: row.type, noteChange: false },
  { key: lastOf(row), type: row.type, noteChange: false },
  { key: periodOf(row), type: SECONDS_TYPE, noteChange: false },
  { key: elapsedOf(row), type: SECONDS_TYPE, noteChange: false },
];

/**
 * The mean power of a period: of the running one as far as it has come, and of the last completed one.
 * @see IEC 62056-6-2 (Blue Book), Demand register (class_id 5, version 0)
 */
export const demandRegister: ClassDefinition<MeasurandRow> = {
  classId: 5,
  version: 0,
  name: 'Demand register',
  attributes: [
    logicalNameAttribute,
    {
      id: 2,
      name: 'current_average_value',
      types: [...measuredTypes, 'null-data'],
      companions: [4],
      read: ({ key, type }, snapshot) => valueOf(snapshot, key, type),
    },
    {
      id: 3,
      name: 'last_average_value',
      types: [...measuredTypes, 'null-data'],
      companions: [4],
      read: (row, snapshot) => valueOf(snapshot, lastOf(row), row.type),
    },
    { id: 4, name: 'scaler_unit', types: ['structure'], companions: [], read: scalerUnit },
    {
      id: 5,
      name: 'status',
      types: ['unsigned'],
      companions: [],
      read: (row, snapshot) => statusOf(snapshot, lastOf(row)),
    },
    // The last period ended when the running one began.
    { id: 6, name: 'capture_time', types: ['octet-string', 'null-data'], companions: [], read: periodStart },
    { id: 7, name: 'start_time_current', types: ['octet-string', 'null-data'], companions: [], read: periodStart },
    {
      id: 8,
      name: 'period',
      types: [SECONDS_TYPE, 'null-data'],
      companions: [],
      read: (row, snapshot) => valueOf(snapshot, periodOf(row), SECONDS_TYPE),
    },
    // Block demand: the average is taken over one period, it does not slide over several.
    {
      id: 9,
      name: 'number_of_periods',
      types: ['long-unsigned'],
      companions: [],
      read: () => integerData('long-unsigned', 1n),
    },
  ],
  methods: [
    { id: 1, name: 'reset' },
    { id: 2, name: 'next_period' },
  ],
};

/** When the running period began: the time of the reading less the seconds that the device says have gone since. */
function periodStart(row: MeasurandRow, snapshot: Snapshot): CosemData {
  const elapsed = measuredOf(snapshot, elapsedOf(row));
  if (elapsed.kind === 'missing') return nullData;
  return octetString(dateTimeOctets(addTime(elapsed.readAt, Seconds(-Number(elapsed.quantity.value)))));
}
