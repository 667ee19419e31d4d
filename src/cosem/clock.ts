import { parseObis } from '#core/obis.ts';
import { addTime, type Duration, Instant, Minutes, Seconds } from '#core/time.ts';
import type { Transition, Zone } from '#core/zone.ts';
import { AccessRefusal } from './access-result.ts';
import type { CaptureObject } from './capture-object.ts';
import { type CosemData, integerData, octetString } from './data-types.ts';
import { dateTimeOctets, instantOf, localDateTimeOctets, unspecifiedDateTime } from './date-time.ts';
import {
  type ClassDefinition,
  logicalNameAttribute,
  type MethodDefinition,
  type ObjectIdentity,
} from './interface-class.ts';
import { noParameter, octets, type Shape, small } from './shape.ts';
import type { Snapshot } from './snapshot.ts';

/** What sets the clock that everybody reads. */
export interface TimeSetter {
  /** What `adjust_to_measuring_period` rounds to. */
  readonly measuringPeriod: Duration;
  /** @throws SealmeterError (device) */
  set(to: Instant): Promise<void>;
}

export interface ClockRow extends ObjectIdentity {
  readonly zone: Zone;
  /** Absent where the time comes from a time source alone: then nobody sets it here. */
  readonly setter?: TimeSetter;
}

const DOUBTFUL = 0x02;

/** Whether the time can be relied upon. The bit for summer time stays 0: the time is given in UTC. */
const clockStatus = ({ state }: Snapshot): number => (state.has('clock-not-synchronised') ? DOUBTFUL : 0);

/**
 * The time of the snapshot, in UTC; and the site's legal time, as the zone of the configuration has it. Deviations have the
 * sign of a date-time, UTC = local time + deviation, so Central European Time is -60.
 * @see IEC 62056-6-2 (Blue Book), Clock (class_id 8, version 0)
 */
export const clock: ClassDefinition<ClockRow> = {
  classId: 8,
  version: 0,
  name: 'Clock',
  attributes: [
    logicalNameAttribute,
    {
      id: 2,
      name: 'time',
      types: ['octet-string'],
      companions: [],
      read: (_row, snapshot) => octetString(dateTimeOctets(snapshot.at, clockStatus(snapshot))),
      writing: {
        event: 'clock-set',
        isOffered: ({ setter }) => setter !== undefined,
        prepare({ zone, setter }, data) {
          const time = timeIn(data, zone);
          return () => setter?.set(time);
        },
      },
    },
    {
      id: 3,
      name: 'time_zone',
      types: ['long'],
      companions: [],
      read: ({ zone }, { at }) => integerData('long', -minutes(standardOffset(zone, at))),
    },
    {
      id: 4,
      name: 'status',
      types: ['unsigned'],
      companions: [],
      read: (_row, snapshot) => integerData('unsigned', BigInt(clockStatus(snapshot))),
    },
    {
      id: 5,
      name: 'daylight_savings_begin',
      types: ['octet-string'],
      companions: [],
      read: ({ zone }, { at }) => localOctets(changes(zone, at).find(({ before, after }) => after > before)),
    },
    {
      id: 6,
      name: 'daylight_savings_end',
      types: ['octet-string'],
      companions: [],
      read: ({ zone }, { at }) => localOctets(changes(zone, at).find(({ before, after }) => after < before)),
    },
    {
      id: 7,
      name: 'daylight_savings_deviation',
      types: ['integer'],
      companions: [],
      read: ({ zone }, { at }) => {
        const begin = changes(zone, at).find(({ before, after }) => after > before);
        return integerData('integer', begin === undefined ? 0n : minutes(begin.before - begin.after));
      },
    },
    {
      id: 8,
      name: 'daylight_savings_enabled',
      types: ['boolean'],
      companions: [],
      read: ({ zone }, { at }) => ({ type: 'boolean', value: changes(zone, at).length > 0 }),
    },
    // 0, not defined: whatever drives the clock of the machine.
    { id: 9, name: 'clock_base', types: ['enum'], companions: [], read: () => integerData('enum', 0n) },
  ],
  methods: [
    adjustment(1, 'adjust_to_quarter', noParameter, (at) => nearest(at, Minutes(15))),
    adjustment(2, 'adjust_to_measuring_period', noParameter, (at, _none, { measuringPeriod }) =>
      nearest(at, measuringPeriod),
    ),
    adjustment(3, 'adjust_to_minute', noParameter, (at) => nearest(at, Minutes(1))),
    // A time that is preset is for meters that a message reaches late. This one has a time source.
    { id: 4, name: 'adjust_to_preset_time' },
    { id: 5, name: 'preset_adjusting_time' },
    adjustment(6, 'shift_time', small('long', { min: -900n, max: 900n }), (at, by) => addTime(at, Seconds(by))),
  ],
};

/** A method that sets the clock from the time that it shows. */
function adjustment<Value>(
  id: number,
  name: string,
  shape: Shape<Value>,
  target: (at: Instant, value: Value, setter: TimeSetter) => Instant,
): MethodDefinition<ClockRow> {
  return {
    id,
    name,
    running: {
      event: 'clock-set',
      isOffered: ({ setter }) => setter !== undefined,
      prepare({ setter }, data, { at }) {
        const value = shape.read(data, 'parameter');
        return () => setter?.set(target(at, value, setter));
      },
    },
  };
}

const nearest = (at: Instant, period: Duration): Instant => Instant(Math.round(at / period) * period);

const dateTime = octets({ least: 12, most: 12 });

function timeIn(data: CosemData, zone: Zone): Instant {
  const instant = instantOf(dateTime.read(data, 'attribute 2'), zone);
  if (instant === undefined) throw new AccessRefusal('VALUE_NOT_ALLOWED', 'attribute 2: a part of the time is open');
  return instant;
}

/** This year's changes to and from summer time, by the site's calendar. */
const changes = (zone: Zone, at: Instant): readonly Transition[] => zone.transitions(zone.localTime(at).year);

/** Legal time outside summer time. */
const standardOffset = (zone: Zone, at: Instant): Duration =>
  changes(zone, at).find(({ before, after }) => after > before)?.before ?? zone.offset(at);

/** What the clocks show when they are changed; a zone that does not change them has no such time. */
function localOctets(change: Transition | undefined): CosemData {
  return octetString(
    change === undefined ? unspecifiedDateTime : localDateTimeOctets(addTime(change.at, change.before)),
  );
}

const minutes = (duration: number): bigint => BigInt(Math.round(duration / Minutes(1)));

/** The clock of every device, as a column of profiles. */
export const clockColumn: CaptureObject = {
  classId: clock.classId,
  logicalName: parseObis('0-0:1.0.0.255'),
  attribute: 2,
  dataIndex: 0,
};
