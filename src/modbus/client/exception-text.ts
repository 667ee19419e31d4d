import { ModbusError } from '#modbus/transport.ts';

/**
 * One row per exception code that a device is known to send.
 * @see MODBUS Application Protocol V1.1b3 § 7; 07h is from the older PI-MBUS-300, F0h from the SENTRON PAC family
 */
const EXCEPTIONS: ReadonlyMap<number, string> = new Map([
  [0x01, 'illegal function: the device does not know this request'],
  [0x02, 'illegal data address: a register does not exist, or the request cuts through a value'],
  [0x03, 'illegal data value: the device does not like the number of registers'],
  [0x04, 'server device failure: the device could not carry out the request'],
  [0x05, 'acknowledge: the device needs longer'],
  [0x06, 'server device busy'],
  [0x07, 'negative acknowledge'],
  [0x08, 'memory parity error'],
  [0x0a, 'gateway path unavailable: the gateway has no way to this unit'],
  [0x0b, 'gateway target device failed to respond: nothing answers to this unit behind the gateway'],
  [0xf0, 'write protection is on'],
]);

export function exceptionError(code: number, what: string): ModbusError {
  const text = EXCEPTIONS.get(code) ?? 'an exception that no specification names';
  const number = code.toString(16).toUpperCase().padStart(2, '0');
  return new ModbusError('exception', `${what}: exception ${number}h, ${text}`, { exceptionCode: code });
}
