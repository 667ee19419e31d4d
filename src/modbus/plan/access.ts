import { FileError, type Located } from '#core/located.ts';
import { type Duration, Milliseconds, Seconds } from '#core/time.ts';
import type { Access, Model, PollGroup } from '#modbus/measure-plan.ts';
import { ADDRESS_SPACE, MOST_REGISTERS } from '#modbus/transport.ts';
import { choiceAt, durationAt, integerAt, invalid, keyAt, need, onlyFields, textAt } from './fields.ts';

/** A shorter one could not be kept over a network and would only load the meter. */
const SHORTEST_PERIOD = Milliseconds(100);

export function readModel(model: Located): Model {
  onlyFields(model, ['id', 'manufacturer', 'name']);
  return {
    id: keyAt(need(model, 'id')),
    manufacturer: textAt(need(model, 'manufacturer')),
    name: textAt(need(model, 'name')),
  };
}

export function readAccess(access: Located): Access {
  onlyFields(access, [
    'functionCode',
    'addressBase',
    'wordOrder',
    'unit',
    'port',
    'maxRegisters',
    'gaps',
    'minimumInterval',
    'timeout',
  ]);
  return {
    functionCode: choiceAt(need(access, 'functionCode'), [3, 4]),
    addressBase: choiceAt(need(access, 'addressBase'), ['pdu', 'oneBased']),
    wordOrder: choiceAt(need(access, 'wordOrder'), ['big', 'little']),
    unit: integerAt(need(access, 'unit'), 0, 255),
    port: integerAt(need(access, 'port'), 1, 65_535),
    maxRegisters: integerAt(need(access, 'maxRegisters'), 1, MOST_REGISTERS),
    gaps: choiceAt(need(access, 'gaps'), ['forbidden', 'allowed']),
    minimumInterval: durationOr(access.get('minimumInterval'), Milliseconds(0)),
    timeout: durationOr(access.get('timeout'), Seconds(1), 1),
  };
}

/** `fast` first: its reading is the time of the sample. */
export function readGroups(groups: Located): readonly PollGroup[] {
  const names = Object.keys(groups.value ?? {});
  onlyFields(groups, names);
  const fast = need(groups, 'fast');
  const period = durationAt(need(fast, 'every'), SHORTEST_PERIOD);
  const others = names.filter((name) => name !== 'fast').map((name) => readGroup(name, need(groups, name), period));
  return [readGroup('fast', fast, period), ...others];
}

function readGroup(name: string, group: Located, fastest: Duration): PollGroup {
  onlyFields(group, ['every']);
  const every = need(group, 'every');
  if (every.value === 'connection') {
    if (name === 'fast') throw invalid(every, 'a period: the group "fast" is read all the time');
    return { name, every: 'connection' };
  }
  const period = durationAt(every);
  if (period >= fastest) return { name, every: period };
  throw new FileError(
    'DEVICE_PERIOD_TOO_SHORT',
    every.place,
    `the group "${name}" would be read more often than "fast"`,
    `at least ${fastest} ms: a sample is taken with the period of "fast"`,
  );
}

function durationOr(field: Located | undefined, otherwise: Duration, shortest = 0): Duration {
  return field === undefined ? otherwise : durationAt(field, shortest);
}

/** The address that goes over the wire. */
export function addressAt(field: Located, { addressBase }: Access): number {
  return addressBase === 'pdu' ? integerAt(field, 0, ADDRESS_SPACE - 1) : integerAt(field, 1, ADDRESS_SPACE) - 1;
}
