import type { Memory } from '#modbus/simulator/memory.ts';
import { EnergyMeter, energyCounters } from '#modbus/simulator/model/energy.ts';
import { allNumbersOf } from '#modbus/simulator/saved-numbers.ts';

const PART = 'counters';
const names = [...energyCounters, 'operating-seconds', 'universal-counter', 'limit-violations'] as const;

/** Whatever only ever counts up, unless somebody resets it. */
export class Counters {
  readonly energies = new EnergyMeter();
  operatingSeconds = 0;
  /** Pulses at the digital input. */
  universal = 0;
  limitViolations = 0;
  readonly #memory: Memory;

  /** @param counted Wh that it has imported in the high tariff, as long as nothing else was saved */
  constructor(memory: Memory, counted: number) {
    this.#memory = memory;
    this.energies.set('active-energy-import-t1', counted);
  }

  save(): void {
    const values: Readonly<Record<(typeof names)[number], number>> = {
      ...this.energies.values(),
      'operating-seconds': this.operatingSeconds,
      'universal-counter': this.universal,
      'limit-violations': this.limitViolations,
    };
    this.#memory.write(PART, values);
  }

  restore(): void {
    const saved = this.#memory.read(PART, (content) => allNumbersOf(content, names));
    if (saved === undefined) return;
    this.energies.restore(saved);
    this.operatingSeconds = saved['operating-seconds'];
    this.universal = saved['universal-counter'];
    this.limitViolations = saved['limit-violations'];
  }
}
