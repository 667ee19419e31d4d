import { AccessRefusal } from './access-result.ts';
import { type CosemData, integerData, nullData } from './data-types.ts';
import { type AccessContext, type ClassDefinition, logicalNameAttribute } from './interface-class.ts';
import { type ParameterRow, parameter, valueOfParameter } from './parameter.ts';
import { noParameter, small } from './shape.ts';
import type { Snapshot } from './snapshot.ts';

/** In the order of their numbers: 0, 1, 2. */
const CONTROL_STATES = ['disconnected', 'connected', 'ready-for-reconnection'] as const;

export type ControlState = (typeof CONTROL_STATES)[number];

/** A breaker as its device has it. */
export interface Breaker {
  /** What the device says; `undefined` where it says nothing. */
  state(snapshot: Snapshot): ControlState | undefined;
  /** Resolves when the device has taken the order. @throws SealmeterError (device) */
  order(state: ControlState): Promise<void>;
}

/** A breaker whose device tells its state in a measured row, and takes orders, by the numbers of the states. */
export const measuredBreaker = (key: string, order: (state: number) => Promise<void>): Breaker => ({
  state({ sample }) {
    const measured = sample.values.get(key);
    return measured?.kind === 'value' ? CONTROL_STATES[Number(measured.quantity.value)] : undefined;
  },
  order: (state) => order(CONTROL_STATES.indexOf(state)),
});

export interface DisconnectControlRow extends ParameterRow {
  readonly breaker: Breaker;
}

/**
 * Which state a trigger leads to, by control mode; `undefined` where it leads to none. What the button at the device may do
 * in each mode is the device's own.
 * @see IEC 62056-6-2 (Blue Book), Disconnect control, control_mode (transitions a to h are from memory)
 */
const MODES: readonly {
  readonly remoteDisconnect: ControlState | undefined;
  readonly localDisconnect: ControlState | undefined;
  readonly remoteReconnect: ControlState | undefined;
  readonly localReconnect: ControlState | undefined;
}[] = [
  modeOf({ disconnects: false, remoteReconnect: undefined, localReconnect: undefined }),
  modeOf({ disconnects: true, remoteReconnect: 'ready-for-reconnection', localReconnect: undefined }),
  modeOf({ disconnects: true, remoteReconnect: 'connected', localReconnect: undefined }),
  modeOf({ disconnects: true, remoteReconnect: 'ready-for-reconnection', localReconnect: undefined }),
  modeOf({ disconnects: true, remoteReconnect: 'connected', localReconnect: undefined }),
  modeOf({ disconnects: true, remoteReconnect: 'ready-for-reconnection', localReconnect: 'connected' }),
  modeOf({ disconnects: true, remoteReconnect: 'ready-for-reconnection', localReconnect: 'connected' }),
];

function modeOf({
  disconnects,
  remoteReconnect,
  localReconnect,
}: {
  readonly disconnects: boolean;
  readonly remoteReconnect: ControlState | undefined;
  readonly localReconnect: ControlState | undefined;
}) {
  return {
    remoteDisconnect: disconnects ? ('disconnected' as const) : undefined,
    localDisconnect: disconnects ? ('ready-for-reconnection' as const) : undefined,
    remoteReconnect,
    localReconnect,
  };
}

const MODE = 4;
const modeShape = small('enum', { max: BigInt(MODES.length - 1) });

/** Remote reconnection without anybody at the device, no disconnection at it. */
export const DEFAULT_CONTROL_MODE: CosemData = integerData('enum', 4n);

/**
 * Connects and disconnects the consumer. A client acts remotely, a limiter or a schedule locally.
 * @see IEC 62056-6-2 (Blue Book), Disconnect control (class_id 70, version 0)
 */
export const disconnectControl: ClassDefinition<DisconnectControlRow> = {
  classId: 70,
  version: 0,
  name: 'Disconnect control',
  attributes: [
    logicalNameAttribute,
    {
      id: 2,
      name: 'output_state',
      types: ['boolean', 'null-data'],
      companions: [],
      read: ({ breaker }, snapshot) => {
        const state = breaker.state(snapshot);
        return state === undefined ? nullData : { type: 'boolean', value: state === 'connected' };
      },
    },
    {
      id: 3,
      name: 'control_state',
      types: ['enum', 'null-data'],
      companions: [],
      read: ({ breaker }, snapshot) => {
        const state = breaker.state(snapshot);
        return state === undefined ? nullData : integerData('enum', BigInt(CONTROL_STATES.indexOf(state)));
      },
    },
    parameter({ id: MODE, name: 'control_mode', shape: modeShape, event: 'setting-changed' }),
  ],
  methods: [
    {
      id: 1,
      name: 'remote_disconnect',
      running: {
        event: 'disconnect-ordered',
        prepare(row, data, { isLocal }) {
          noParameter.read(data, 'parameter');
          const { remoteDisconnect, localDisconnect } = modeOfRow(row);
          const target = allowed(isLocal ? localDisconnect : remoteDisconnect);
          return () => row.breaker.order(target);
        },
      },
    },
    {
      id: 2,
      name: 'remote_reconnect',
      running: {
        event: 'reconnect-ordered',
        prepare(row, data, context) {
          noParameter.read(data, 'parameter');
          const { remoteReconnect, localReconnect } = modeOfRow(row);
          const target = allowed(context.isLocal ? localReconnect : remoteReconnect);
          requireDisconnected(row, context);
          return () => row.breaker.order(target);
        },
      },
    },
  ],
};

const modeOfRow = ({ parameters }: DisconnectControlRow) => {
  const mode = MODES[valueOfParameter(parameters, MODE, modeShape)];
  if (mode === undefined) throw new TypeError('the shape of control_mode allows only modes that there are');
  return mode;
};

function allowed(target: ControlState | undefined): ControlState {
  if (target === undefined) throw new AccessRefusal('STATE_UNSUITABLE', 'the control mode does not permit this');
  return target;
}

/** Of a breaker that is connected, "ready for reconnection" would be a disconnection. */
function requireDisconnected({ breaker }: DisconnectControlRow, { device }: AccessContext): void {
  const state = breaker.state(device.snapshot());
  if (state === undefined) throw new AccessRefusal('HARDWARE_FAULT', "the device does not tell its breaker's state");
  if (state === 'connected') throw new AccessRefusal('STATE_UNSUITABLE', 'the consumer is connected');
}
