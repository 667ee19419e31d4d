import { parseObis } from '#core/obis.ts';
import {
  AlarmWatch,
  alarmFilter,
  alarmFilterDefaults,
  alarmRegister,
  alarmRegisterDefaults,
  errorWord,
} from '#cosem/alarms.ts';
import type { CaptureObject } from '#cosem/capture-object.ts';
import { data } from '#cosem/data.ts';
import { createObject } from '#cosem/interface-class.ts';
import type { StandardObjects } from '#cosem/standard-parts.ts';
import { stateBits } from '#cosem/state.ts';
import type { ObjectMaker } from './object-maker.ts';

const STATUS = parseObis('0-0:96.10.1.255');

/** The state of the sample: a column of every profile. */
export const statusColumn: CaptureObject = {
  classId: data.classId,
  logicalName: STATUS,
  attribute: 2,
  dataIndex: 0,
};

/** How the device is: its state, what of it makes readings doubtful, and what somebody has to take note of. */
export function statusObjects(make: ObjectMaker): StandardObjects {
  const register = make.make(alarmRegister, '0-0:97.98.0.255', 'Alarm register', alarmRegisterDefaults, {});
  const filter = make.make(alarmFilter, '0-0:97.98.10.255', 'Alarm filter', alarmFilterDefaults, {});
  const state = createObject(data, {
    logicalName: STATUS,
    name: 'State',
    value: (snapshot) => ({ type: 'bit-string', value: stateBits(snapshot.state) }),
  });
  const errors = createObject(data, {
    logicalName: parseObis('0-0:97.97.0.255'),
    name: 'Error register',
    value: errorWord,
  });
  return {
    objects: [state, errors, register.object, filter.object],
    watchers: [new AlarmWatch(register.row.parameters, filter.row.parameters)],
  };
}
