import { type CosemData, octetString } from './data-types.ts';
import { dateTimeOctets, unspecifiedDateTime } from './date-time.ts';
import type { ClassDefinition } from './interface-class.ts';
import { type ExpectedValue, type MeasurandRow, statusOf } from './measurand.ts';
import { registerAttributes } from './register.ts';
import type { Snapshot } from './snapshot.ts';

export const extendedValues = ({ key, type }: MeasurandRow): readonly ExpectedValue[] => [
  { key, type, noteChange: true },
];

/**
 * A value that the device holds for long, such as a maximum, and when it came.
 * @see IEC 62056-6-2 (Blue Book), Extended register (class_id 4, version 0)
 */
export const extendedRegister: ClassDefinition<MeasurandRow> = {
  classId: 4,
  version: 0,
  name: 'Extended register',
  attributes: [
    ...registerAttributes,
    {
      id: 4,
      name: 'status',
      types: ['unsigned'],
      companions: [],
      read: ({ key }, snapshot) => statusOf(snapshot, key),
    },
    {
      id: 5,
      name: 'capture_time',
      types: ['octet-string'],
      companions: [],
      read: ({ key }, snapshot) => captureTime(key, snapshot),
    },
  ],
  methods: [{ id: 1, name: 'reset' }],
};

/**
 * The device does not tell when its value came. So this is the time at which the service read it for the first time
 * after it had read another one; as long as it has seen no change, the time is not specified.
 */
function captureTime(key: string, snapshot: Snapshot): CosemData {
  const changed = snapshot.changes.get(key);
  return octetString(changed === undefined ? unspecifiedDateTime : dateTimeOctets(changed));
}
