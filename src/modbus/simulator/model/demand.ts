import type { Measurand, Reading } from './measurands.ts';

/** What a demand period comes to, before there was one: mean powers, and extremes of momentary power; W and var. */
const nothing = {
  'active-import': Number.NaN,
  'reactive-import': Number.NaN,
  'active-export': Number.NaN,
  'reactive-export': Number.NaN,
  'active-maximum': Number.NaN,
  'active-minimum': Number.NaN,
  'reactive-maximum': Number.NaN,
  'reactive-minimum': Number.NaN,
};

export type DemandFigure = keyof typeof nothing;

/** Block demand: only the last completed period can be read, and only until the next one is complete. */
export class DemandPeriod {
  /** In seconds. A new length holds at once, for the period that runs. */
  length: number;
  #elapsed = 0;
  #active = new PeriodPower('active-power-total');
  #reactive = new PeriodPower('reactive-power-total');
  #completed = nothing;

  constructor(length: number) {
    this.length = length;
  }

  /** Seconds since the period that runs began. */
  get elapsed(): number {
    return this.#elapsed;
  }

  /** NaN before the first period is complete. */
  completed(figure: DemandFigure): number {
    return this.#completed[figure];
  }

  /** One second at the reading's powers. */
  step(reading: Reading): void {
    this.#active.add(reading);
    this.#reactive.add(reading);
    this.#elapsed += 1;
    if (this.#elapsed >= this.length) this.complete();
  }

  /** Ends the period now, whatever its length. */
  complete(): void {
    this.#completed = {
      'active-import': this.#active.meanImport,
      'reactive-import': this.#reactive.meanImport,
      'active-export': this.#active.meanExport,
      'reactive-export': this.#reactive.meanExport,
      'active-maximum': this.#active.maximum,
      'active-minimum': this.#active.minimum,
      'reactive-maximum': this.#reactive.maximum,
      'reactive-minimum': this.#reactive.minimum,
    };
    this.#restart();
  }

  /** As after a power cut: nothing is known, and a period begins. */
  forget(): void {
    this.#completed = nothing;
    this.#restart();
  }

  #restart(): void {
    this.#active = new PeriodPower('active-power-total');
    this.#reactive = new PeriodPower('reactive-power-total');
    this.#elapsed = 0;
  }
}

/** One power over the seconds of one period in which it was measured. */
class PeriodPower {
  readonly #measurand: Measurand;
  #seconds = 0;
  #imported = 0;
  #exported = 0;
  #maximum = Number.NEGATIVE_INFINITY;
  #minimum = Number.POSITIVE_INFINITY;

  constructor(measurand: Measurand) {
    this.#measurand = measurand;
  }

  add(reading: Reading): void {
    const power = reading[this.#measurand];
    if (Number.isNaN(power)) return;
    this.#seconds += 1;
    this.#imported += Math.max(power, 0);
    this.#exported += Math.max(-power, 0);
    this.#maximum = Math.max(this.#maximum, power);
    this.#minimum = Math.min(this.#minimum, power);
  }

  get meanImport(): number {
    return this.#imported / this.#seconds;
  }

  get meanExport(): number {
    return this.#exported / this.#seconds;
  }

  get maximum(): number {
    return this.#seconds === 0 ? Number.NaN : this.#maximum;
  }

  get minimum(): number {
    return this.#seconds === 0 ? Number.NaN : this.#minimum;
  }
}
