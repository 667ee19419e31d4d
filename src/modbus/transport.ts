import { type ErrorDetail, SealmeterError } from '#core/errors.ts';
import type { ReadFunction } from './measure-plan.ts';

/** @see MODBUS Application Protocol V1.1b3 § 6.3 and 6.4: 1 to 125 registers in one request, addresses 0 to 65535 */
export const MOST_REGISTERS = 125;
export const ADDRESS_SPACE = 65_536;

/** Registers to read in one request. The address is the one of the PDU, counted from 0. */
export interface RegisterRange {
  readonly functionCode: ReadFunction;
  readonly address: number;
  readonly count: number;
}

/** By function 06 one register, by function 10h several. The address is the one of the PDU. */
export type WriteFunction = 6 | 16;

/** Registers to write in one request, as the bytes of the wire. */
export interface RegisterWrite {
  readonly functionCode: WriteFunction;
  readonly address: number;
  readonly words: Uint8Array;
}

/**
 * The way to one device. It only reads: whoever measures cannot change anything. What acts on a device has a way of its
 * own (actuator.ts), which knows no address but those that a device description gives it.
 * One request is in flight at any time; a second one is a mistake of the caller.
 */
export interface ModbusTransport extends AsyncDisposable {
  /**
   * Connects, unless there is a connection. The number is another one for every new connection: what was learned about
   * the device over an earlier one is then void.
   * @throws ModbusError `offline` at once while it is too early for a new attempt, `connect`
   */
  connect(signal?: AbortSignal): Promise<number>;

  /**
   * Exactly 2 × count bytes, as they came over the wire.
   * @throws ModbusError; `exception` leaves the connection as it is, every other kind ends it
   */
  read(range: RegisterRange, signal?: AbortSignal): Promise<Uint8Array>;

  /** Gives the connection up, so that the next `connect` makes a new one. */
  disconnect(reason: string): void;
}

/** How a request can fail. One row per kind: its stable code, and what to look at. */
const FAILURES = {
  request: { code: 'MODBUS_REQUEST_INVALID', mend: 'correct the addresses in the device file' },
  offline: { code: 'MODBUS_OFFLINE', mend: 'the next attempt follows by itself' },
  connect: {
    code: 'MODBUS_CONNECT_FAILED',
    mend: 'check host, port and network, and whether another client holds the meter',
  },
  timeout: { code: 'MODBUS_TIMEOUT', mend: 'check the unit identifier and the load on the meter or its gateway' },
  closed: { code: 'MODBUS_CONNECTION_LOST', mend: 'check the network and whether another client holds the meter' },
  stopped: { code: 'MODBUS_STOPPED', mend: 'nothing: we ended the connection ourselves' },
  protocol: { code: 'MODBUS_PROTOCOL_VIOLATED', mend: 'check that host and port are those of a Modbus TCP device' },
  identity: {
    code: 'MODBUS_DEVICE_NOT_IDENTIFIED',
    mend: 'check host, port and unit: a device of another model answers',
  },
  exception: { code: 'MODBUS_EXCEPTION', mend: 'compare the device file with the manual of the device' },
} as const satisfies Readonly<Record<string, { code: string; mend: string }>>;

export type ModbusErrorKind = keyof typeof FAILURES;

export class ModbusError extends SealmeterError {
  override readonly name = 'ModbusError';
  readonly kind: ModbusErrorKind;
  /** The number that the device sent, where it answered with an exception. */
  readonly exceptionCode: number | undefined;

  constructor(
    kind: ModbusErrorKind,
    message: string,
    detail: Pick<ErrorDetail, 'cause'> & { exceptionCode?: number } = {},
  ) {
    super('device', FAILURES[kind].code, message, { mend: FAILURES[kind].mend, cause: detail.cause });
    this.kind = kind;
    this.exceptionCode = detail.exceptionCode;
  }
}
