import type { SiteState } from './model/site.ts';
import type { PhaseIndex } from './model/three-phases.ts';

/**
 * What the wire needs to know of a meter. Every method throws `ModbusRefusal` where the meter would answer with an
 * exception; addresses and lengths of a request have been read, but not judged, before.
 */
export interface ModbusDevice {
  /** Whichever function codes the meter knows; any other is refused before the meter is asked. */
  readonly functionCodes: ReadonlySet<number>;
  /** Objects 0, 1 and 2 of function 2Bh: manufacturer, device name, firmware version. */
  readonly identification: readonly string[];
  /** The registers' bytes as they go over the wire. Function 3 reads holding registers, 4 input registers. */
  readRegisters(functionCode: 3 | 4, start: number, count: number): Uint8Array;
  readBits(start: number, count: number): readonly boolean[];
  writeRegisters(start: number, words: Uint8Array): void;
  /** Function 06 on an offset that is not a value but an order. */
  command(at: number, value: number): void;
}

/** What the simulator needs to know of a meter: the world around it, which its wire does not show. */
export interface SimulatedMeter extends ModbusDevice {
  /** While it is set, every write is refused. */
  isWriteProtected: boolean;
  /** One second passes. */
  step(site: SiteState): void;
  /** An input that is not connected measures NaN. */
  setConnected(phase: PhaseIndex, isConnected: boolean): void;
  /** The contact at the digital input. */
  setInput(isOn: boolean): void;
  /** Power goes and comes back: everything since the last save is lost. */
  powerCut(): void;
  /** As on a regular stop: nothing is lost. */
  save(): void;
}
