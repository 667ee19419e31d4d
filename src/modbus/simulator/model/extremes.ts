import type { Measurand, Reading } from './measurands.ts';

export type ExtremeValues = Readonly<Partial<Record<Measurand, number>>>;

/** The largest and the smallest value that each measurand has had since the last reset. */
export class Extremes {
  #maxima = new Map<Measurand, number>();
  #minima = new Map<Measurand, number>();

  /** A measurand that is not measured (NaN) has no extreme either, and changes none. */
  observe(reading: Reading): void {
    for (const [measurand, value] of entriesOf(reading)) {
      if (Number.isNaN(value)) continue;
      this.#maxima.set(measurand, Math.max(value, this.maximum(measurand, value)));
      this.#minima.set(measurand, Math.min(value, this.minimum(measurand, value)));
    }
  }

  maximum(measurand: Measurand, otherwise = Number.NaN): number {
    return this.#maxima.get(measurand) ?? otherwise;
  }

  minimum(measurand: Measurand, otherwise = Number.NaN): number {
    return this.#minima.get(measurand) ?? otherwise;
  }

  values(): { readonly maxima: ExtremeValues; readonly minima: ExtremeValues } {
    return { maxima: Object.fromEntries(this.#maxima), minima: Object.fromEntries(this.#minima) };
  }

  restore(values: { readonly maxima: ExtremeValues; readonly minima: ExtremeValues }): void {
    this.#maxima = new Map(entriesOf(values.maxima));
    this.#minima = new Map(entriesOf(values.minima));
  }

  resetMaxima(): void {
    this.#maxima.clear();
  }

  resetMinima(): void {
    this.#minima.clear();
  }
}

const entriesOf = (values: ExtremeValues): readonly [Measurand, number][] =>
  Object.entries(values) as [Measurand, number][];
