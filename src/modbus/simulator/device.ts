import type { SiteState } from './model/site.ts';
import type { PhaseIndex } from './model/three-phases.ts';
import type { RegisterMap } from './register-map.ts';

/**
 * What the wire needs to know of a meter: whatever a meter lacks is a function that it does not know. Every method
 * throws `ModbusRefusal` where the meter would answer with an exception; requests have been read, but not judged.
 */
export interface ModbusDevice {
  /** What functions 03 (holding registers) and 04 (input registers) read. */
  readonly registers: ReadonlyMap<number, RegisterMap>;
  /** What function 02 reads, by offset. */
  readonly bits?: ReadonlyMap<number, () => boolean>;
  /** Function 10h; the bytes are those of the wire. */
  writeRegisters?(start: number, words: Uint8Array): void;
  /** Function 06 on an offset that is not a value but an order. */
  command?(at: number, value: number): void;
  /** Function 2Bh, objects 0, 1 and 2: manufacturer, device name, firmware version. */
  readonly identification?: readonly string[];
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
  /** Whether the consumer behind the meter is connected. Absent where the meter has no breaker: then always. */
  readonly isConnecting?: boolean;
  /** Somebody presses the button at the breaker. */
  pressButton?(): void;
  /** What the display shows, where the meter has one that can be written. */
  readonly display?: readonly string[];
  /** Power goes and comes back: everything since the last save is lost. */
  powerCut(): void;
  /** As on a regular stop: nothing is lost. */
  save(): void;
}
