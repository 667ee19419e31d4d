import { dataClass } from './data.ts';
import { type CosemData, integerData } from './data-types.ts';
import type { AccessContext, ClassDefinition } from './interface-class.ts';
import { type ParameterRow, valueOfParameter } from './parameter.ts';
import type { Parameters } from './parameter-store.ts';
import { small } from './shape.ts';
import type { Snapshot } from './snapshot.ts';
import { type State, stateTable } from './state.ts';
import type { Watcher } from './watcher.ts';

/*
 * Bits are those of the state: bit n of an alarm is bit n of `state`.
 */

const VALUE = 2;
const wordShape = small('double-long-unsigned');

const word = (bits: number): CosemData => integerData('double-long-unsigned', BigInt(bits));

function bitsOf(state: State, isMeant: (row: (typeof stateTable)[number]) => boolean = () => true): number {
  const flags: ReadonlySet<string> = state;
  return stateTable
    .filter((row) => isMeant(row) && flags.has(row.flag))
    .reduce((bits, { bit }) => bits | (1 << bit), 0);
}

const isError = ({ error }: (typeof stateTable)[number]): boolean => error !== undefined;

/** What makes readings doubtful now. */
export const errorWord = ({ state }: Snapshot): CosemData => word(bitsOf(state, isError));

/** Until somebody chooses otherwise, what makes readings doubtful raises an alarm. */
export const alarmFilterDefaults = {
  [VALUE]: word(stateTable.filter(isError).reduce((bits, { bit }) => bits | (1 << bit), 0)),
};

export const alarmRegisterDefaults = { [VALUE]: word(0) };

/**
 * Alarms stay until somebody acknowledges them, by writing the word with their bits cleared.
 * @see IEC 62056-6-1 (OBIS), 0-b:97.98.0 alarm register
 */
export const alarmRegister: ClassDefinition<ParameterRow> = dataClass({
  read: ({ parameters }) => parameters.get(VALUE),
  writing: {
    event: 'alarm-acknowledged',
    prepare({ parameters }, data) {
      const kept = wordShape.read(data, 'attribute 2');
      return () => parameters.put(VALUE, word(raised(parameters) & kept));
    },
  },
});

/** Which bits raise an alarm. @see IEC 62056-6-1 (OBIS), 0-b:97.98.10 alarm filter */
export const alarmFilter: ClassDefinition<ParameterRow> = dataClass({
  read: ({ parameters }) => parameters.get(VALUE),
  writing: {
    event: 'setting-changed',
    prepare({ parameters }, data) {
      wordShape.read(data, 'attribute 2');
      return () => parameters.put(VALUE, data);
    },
  },
});

const raised = (parameters: Parameters): number => valueOfParameter(parameters, VALUE, wordShape);

/** Raises an alarm when a bit of the state that passes the filter comes on. */
export class AlarmWatch implements Watcher {
  readonly actor = 'alarm register';
  readonly #register: Parameters;
  readonly #filter: Parameters;
  #before = 0;

  constructor(register: Parameters, filter: Parameters) {
    this.#register = register;
    this.#filter = filter;
  }

  observe({ state }: Snapshot, { events, at, device, actor }: AccessContext): void {
    const bits = bitsOf(state);
    const coming = bits & ~this.#before & raised(this.#filter);
    this.#before = bits;
    const fresh = coming & ~raised(this.#register);
    if (fresh === 0) return;
    events.record({ name: 'alarm-raised', at, ldev: device.id, actor, data: word(fresh) });
    this.#register.put(VALUE, word(raised(this.#register) | fresh));
  }
}
