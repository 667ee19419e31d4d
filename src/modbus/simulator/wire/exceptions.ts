/**
 * The exception codes that a simulated meter answers with.
 * @see MODBUS Application Protocol V1.1b3 § 7. F0h is the family's own: write protection is on (PAC3220 manual).
 */
export const exceptionCodes = {
  'illegal function': 0x01,
  'illegal data address': 0x02,
  'illegal data value': 0x03,
  'server device failure': 0x04,
  'gateway target device failed to respond': 0x0b,
  'write protection is on': 0xf0,
} as const;

export type ExceptionName = keyof typeof exceptionCodes;

/** Thrown by whatever may not answer a request; becomes an exception reply, never an error of the simulator. */
export class ModbusRefusal extends Error {
  override readonly name = 'ModbusRefusal';
  readonly code: number;

  constructor(reason: ExceptionName) {
    super(reason);
    this.code = exceptionCodes[reason];
  }
}
