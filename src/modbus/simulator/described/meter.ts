import type { Log } from '#core/log.ts';
import type { MeasurePlan, ReadFunction } from '#modbus/measure-plan.ts';
import type { SimulatedMeter } from '#modbus/simulator/device.ts';
import type { Memory } from '#modbus/simulator/memory.ts';
import { measure } from '#modbus/simulator/model/measure.ts';
import type { SiteState } from '#modbus/simulator/model/site.ts';
import type { PhaseIndex } from '#modbus/simulator/model/three-phases.ts';
import { RegisterMap } from '#modbus/simulator/register-map.ts';
import { numbersOf } from '#modbus/simulator/saved-numbers.ts';
import { blockFields, signalKey } from './fields.ts';
import { type Signal, signalFor } from './signals.ts';

export interface DescribedMeterOptions {
  readonly plan: MeasurePlan;
  readonly memory: Memory;
  readonly serialNumber: string;
  readonly log: Log;
}

const PART = 'signals';
const SAVED_EVERY = 300; // s

/**
 * Any meter that there is a description of, so far as its rows are named for what the model knows: readings only, no
 * orders, no status. A row that the model does not know reads as not measured.
 */
export class DescribedMeter implements SimulatedMeter {
  readonly registers: ReadonlyMap<number, RegisterMap>;
  /** Nothing can be written anyway. */
  isWriteProtected = false;
  readonly #memory: Memory;
  readonly #signals: ReadonlyMap<string, Signal>;
  readonly #isConnected: [boolean, boolean, boolean] = [true, true, true];
  #seconds = 0;

  constructor({ plan, memory, serialNumber, log }: DescribedMeterOptions) {
    this.#memory = memory;
    this.#signals = makeSignals(plan, log);
    const codes = new Set(plan.blocks.map(({ functionCode }) => functionCode));
    this.registers = new Map([...codes].map((code) => [code, registersOf(code, plan, this.#signals, serialNumber)]));
    this.#restore();
    this.save();
  }

  step(site: SiteState): void {
    const reading = measure(site, this.#isConnected);
    for (const signal of this.#signals.values()) signal.step(reading);
    this.#seconds += 1;
    if (this.#seconds % SAVED_EVERY === 0) this.save();
  }

  setConnected(phase: PhaseIndex, isConnected: boolean): void {
    this.#isConnected[phase] = isConnected;
  }

  /** No description says what an input would do. */
  setInput(): void {}

  powerCut(): void {
    this.#restore();
  }

  save(): void {
    const values = [...this.#signals].map(([key, { value }]) => [key, value] as const);
    this.#memory.write(PART, Object.fromEntries(values.filter(([, value]) => !Number.isNaN(value))));
  }

  #restore(): void {
    const saved = this.#memory.read(PART, (content) => numbersOf(content, [...this.#signals.keys()])) ?? {};
    for (const [key, signal] of this.#signals) signal.restore(saved[key]);
  }
}

function makeSignals(plan: MeasurePlan, log: Log): ReadonlyMap<string, Signal> {
  const signals = new Map<string, Signal>();
  for (const measurand of plan.measurands) {
    if (measurand.kind !== 'read') continue;
    const key = signalKey(measurand);
    const signal = signals.get(key) ?? signalFor(key);
    if (signal === undefined) log.warn('simulator.row-not-modelled', { key: measurand.key });
    else signals.set(key, signal);
  }
  return signals;
}

function registersOf(
  functionCode: ReadFunction,
  plan: MeasurePlan,
  signals: ReadonlyMap<string, Signal>,
  serialNumber: string,
): RegisterMap {
  const blocks = plan.blocks.filter((block) => block.functionCode === functionCode);
  const fields = blocks.flatMap((block) => blockFields(block, plan, signals, serialNumber));
  return new RegisterMap(fields, { mostRead: plan.access.maxRegisters });
}
