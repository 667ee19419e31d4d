import { type Duration, Milliseconds } from '#core/time.ts';
import type { Random } from '#modbus/simulator/model/random.ts';
import { type Frame, writeFrame } from './frames.ts';
import { type Act, type WireFaultName, wireFaults } from './wire-faults.ts';

/** Which replies a fault hits. */
export interface FaultSpan {
  /** How many replies are left alone first. Default: 0. */
  readonly after?: number;
  /** How many are hit. Default: every one, until the fault is cleared. */
  readonly times?: number;
}

/** What a PAC3200 is assumed to take for an answer. */
const LATENCY = { least: Milliseconds(20), most: Milliseconds(100) };

const READ_HOLDING_REGISTERS = 0x03;
const READ_INPUT_REGISTERS = 0x04;

/** What is wrong with the wire at the moment, and so what goes out for a reply. */
export class Faults {
  isSlow = false;
  readonly #random: Random;
  #fault: { readonly name: WireFaultName; after: number; times: number } | undefined;
  #gate: PromiseWithResolvers<void> | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Only one fault garbles replies at a time; a new one takes the place of the old. */
  garble(name: WireFaultName, { after = 0, times = Number.POSITIVE_INFINITY }: FaultSpan): void {
    this.#fault = { name, after, times };
  }

  hang(): void {
    this.#gate ??= Promise.withResolvers();
  }

  clear(): void {
    this.isSlow = false;
    this.#fault = undefined;
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  /** Until the server does not hang, or no longer. */
  get untilAwake(): Promise<void> | undefined {
    return this.#gate?.promise;
  }

  actsFor(reply: Frame): readonly Act[] {
    const fault = isReading(reply) ? this.#takeFault() : undefined;
    const acts = fault === undefined ? [{ send: writeFrame(reply) }] : wireFaults[fault].acts(reply);
    return this.isSlow ? [{ wait: this.#latency() }, ...acts] : acts;
  }

  #takeFault(): WireFaultName | undefined {
    if (this.#fault === undefined) return undefined;
    if (this.#fault.after > 0) {
      this.#fault.after -= 1;
      return undefined;
    }
    const { name } = this.#fault;
    this.#fault.times -= 1;
    if (this.#fault.times === 0) this.#fault = undefined;
    return name;
  }

  #latency(): Duration {
    return Milliseconds(Math.round(this.#random.between(LATENCY.least, LATENCY.most)));
  }
}

/** Faults are those of readings: an exception or another function's reply goes out as it is. */
const isReading = ({ pdu }: Frame): boolean => pdu[0] === READ_HOLDING_REGISTERS || pdu[0] === READ_INPUT_REGISTERS;
