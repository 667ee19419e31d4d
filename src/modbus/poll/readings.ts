import type { Measured, MissingReason } from '#core/sample.ts';
import type { Instant } from '#core/time.ts';
import { addUp, type BlockReading, decode, measuredMean } from '#modbus/decode.ts';
import type { Block, MeanMeasurand, Measurand, MeasurePlan, ReadMeasurand } from '#modbus/measure-plan.ts';
import { RunningMean } from './running-mean.ts';

/** The newest of every value that is read from registers, and what follows from them. */
export class Readings {
  readonly #plan: MeasurePlan;
  readonly #read = new Map<string, Measured>();
  readonly #means: ReadonlyMap<string, RunningMean>;
  /** Keys of what this device does not have and need not have. */
  readonly #absent = new Set<string>();

  constructor(plan: MeasurePlan) {
    this.#plan = plan;
    this.#means = new Map(plan.measurands.filter(isMean).map(({ key }) => [key, new RunningMean()]));
    this.lose('not-yet-read');
  }

  /** Takes in what a block holds. The values in it, for whoever watches them. */
  store(block: Block, reading: BlockReading): ReadonlyMap<ReadMeasurand, Measured> {
    const stored = new Map(block.measurands.map((measurand) => [measurand, decode(measurand, reading)]));
    for (const [{ key }, measured] of stored) {
      this.#read.set(key, measured);
      this.#absent.delete(key);
    }
    return stored;
  }

  /** The device refuses a block: its values are not there, whatever they were before. */
  refuse({ measurands, optional }: Block): void {
    for (const { key } of measurands) {
      this.#read.set(key, { kind: 'missing', reason: 'refused' });
      if (optional) this.#absent.add(key);
    }
  }

  /** No value is known any more. */
  lose(reason: MissingReason): void {
    for (const measurand of this.#plan.measurands) {
      if (measurand.kind === 'read') this.#read.set(measurand.key, { kind: 'missing', reason });
    }
  }

  /** All values of the plan at this instant, in its order; to be called once per sample, for the running means. */
  at(at: Instant): ReadonlyMap<string, Measured> {
    return new Map(
      this.#plan.measurands.map((measurand) => {
        if (measurand.kind === 'sum') return [measurand.key, addUp(measurand, this.#read)];
        if (measurand.kind === 'mean') return [measurand.key, this.#mean(measurand, at)];
        return [measurand.key, this.#read.get(measurand.key) ?? { kind: 'missing', reason: 'not-yet-read' }];
      }),
    );
  }

  /** Whether the device owes us a value: not one that this model may lack, nor a mean, which takes a period to form. */
  get isIncomplete(): boolean {
    return [...this.#read].some(([key, { kind }]) => kind === 'missing' && !this.#absent.has(key));
  }

  #mean(measurand: MeanMeasurand, at: Instant): Measured {
    const { key, of, period, elapsed } = measurand;
    const observation = {
      at,
      value: this.#read.get(of),
      period: this.#read.get(period),
      elapsed: this.#read.get(elapsed),
    };
    return measuredMean(measurand, this.#means.get(key)?.observe(observation) ?? 'input-missing', at);
  }
}

function isMean(measurand: Measurand): measurand is MeanMeasurand {
  return measurand.kind === 'mean';
}
