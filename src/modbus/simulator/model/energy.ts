import type { Reading } from './measurands.ts';

/** Tariff 1 is the high one. */
export type Tariff = 1 | 2;

/** In Wh, varh and VAh; the order is that of a PAC3200's registers and of its reset command. */
export const energyCounters = [
  'active-energy-import-t1',
  'active-energy-import-t2',
  'active-energy-export-t1',
  'active-energy-export-t2',
  'reactive-energy-import-t1',
  'reactive-energy-import-t2',
  'reactive-energy-export-t1',
  'reactive-energy-export-t2',
  'apparent-energy-t1',
  'apparent-energy-t2',
] as const;

export type EnergyCounter = (typeof energyCounters)[number];
export type EnergyValues = Readonly<Record<EnergyCounter, number>>;

/** Where a counter starts again from 0. */
export const ENERGY_ROLLOVER = 1.0e12;

const SECONDS_PER_HOUR = 3_600;

/**
 * Energy is power x time in steps of 1 s. The sign of the total power, not that of a phase, says whether the house
 * takes or gives: this is how a meter that balances over its phases counts.
 */
export class EnergyMeter {
  readonly #values = new Map<EnergyCounter, number>();

  /** One second at the reading's powers. A power that is not measured (NaN) adds nothing. */
  integrate(reading: Reading, tariff: Tariff): void {
    this.#addSigned('active-energy', reading['active-power-total'], tariff);
    this.#addSigned('reactive-energy', reading['reactive-power-total'], tariff);
    this.#add(`apparent-energy-t${tariff}`, reading['apparent-power-total']);
  }

  get(counter: EnergyCounter): number {
    return this.#values.get(counter) ?? 0;
  }

  set(counter: EnergyCounter, value: number): void {
    this.#values.set(counter, value);
  }

  values(): EnergyValues {
    return Object.fromEntries(energyCounters.map((counter) => [counter, this.get(counter)])) as EnergyValues;
  }

  restore(values: EnergyValues): void {
    for (const counter of energyCounters) this.set(counter, values[counter]);
  }

  #addSigned(energy: 'active-energy' | 'reactive-energy', power: number, tariff: Tariff): void {
    this.#add(`${energy}-${power < 0 ? 'export' : 'import'}-t${tariff}`, Math.abs(power));
  }

  #add(counter: EnergyCounter, power: number): void {
    if (Number.isNaN(power)) return;
    this.#values.set(counter, (this.get(counter) + power / SECONDS_PER_HOUR) % ENERGY_ROLLOVER);
  }
}
