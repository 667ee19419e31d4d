import type { WriteFunction } from './transport.ts';

/**
 * All that may ever be written to a device of this model. What is not in here is not written: there is no other address
 * and no other value.
 */
export interface ActuatorPlan {
  readonly breaker?: BreakerPoint;
  readonly tariff?: SwitchPoint;
  readonly display?: DisplayPoint;
}

/** A register that takes orders. */
export interface SwitchPoint {
  readonly address: number;
  readonly functionCode: WriteFunction;
  /** The numbers that it takes. */
  readonly values: readonly number[];
}

/** Takes 0 to disconnect, 1 to connect, 2 to be ready for reconnection. */
export interface BreakerPoint extends SwitchPoint {
  /** The key of the row in which the device says, by the same numbers, which it is. */
  readonly state: string;
}

/** Lines of printable ASCII, two characters to a register, one line after the other. Written by function 10h. */
export interface DisplayPoint {
  readonly address: number;
  readonly lines: number;
  /** An even number. */
  readonly columns: number;
}
