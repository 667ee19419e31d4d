import { type Measurand, measurands, type Reading } from '#modbus/simulator/model/measurands.ts';

/** One number that a meter shows, second after second. */
export interface Signal {
  /** NaN: nothing yet, or not measured. */
  readonly value: number;
  step(reading: Reading): void;
  /** Takes up the value that was saved, or begins anew. */
  restore(saved: number | undefined): void;
}

type Formula = (reading: Reading) => number;

const SECONDS_PER_HOUR = 3_600;
/** Seconds in which a demand takes up 63 % of a step, as a thermal demand meter does. */
const DEMAND_TIME_CONSTANT = 900;

/**
 * The signal for a row of a device description, found by the row's key: `voltage-l1-n`, `max-demand-active`,
 * `reactive-energy-export-l2`. `undefined` where the model has no such thing.
 */
export function signalFor(key: string): Signal | undefined {
  const [, extreme, rest = ''] = /^(max|min)-(.+)$/.exec(key) ?? [];
  if (extreme !== undefined) return extremeOf(extreme === 'max' ? Math.max : Math.min, signalFor(rest));
  const energy = energyFormula(key);
  if (energy !== undefined) return new Integral(energy);
  const demand = demandFormula(key);
  if (demand !== undefined) return new Demand(demand);
  const formula = momentaryFormula(key);
  return formula && new Momentary(formula);
}

class Momentary implements Signal {
  value = Number.NaN;
  readonly #formula: Formula;

  constructor(formula: Formula) {
    this.#formula = formula;
  }

  step(reading: Reading): void {
    this.value = this.#formula(reading);
  }

  /** Without a past. */
  restore(): void {}
}

/** Energy: a power over time, in steps of 1 s. */
class Integral implements Signal {
  value = 0;
  readonly #formula: Formula;

  constructor(formula: Formula) {
    this.#formula = formula;
  }

  step(reading: Reading): void {
    const power = this.#formula(reading);
    if (!Number.isNaN(power)) this.value += power / SECONDS_PER_HOUR;
  }

  restore(saved = 0): void {
    this.value = saved;
  }
}

class Demand implements Signal {
  value = Number.NaN;
  readonly #formula: Formula;

  constructor(formula: Formula) {
    this.#formula = formula;
  }

  step(reading: Reading): void {
    const now = this.#formula(reading);
    if (Number.isNaN(now)) return;
    this.value = Number.isNaN(this.value) ? now : this.value + (now - this.value) / DEMAND_TIME_CONSTANT;
  }

  restore(): void {
    this.value = Number.NaN;
  }
}

/** The largest or smallest value of another signal. */
class Extreme implements Signal {
  value = Number.NaN;
  readonly #choose: (a: number, b: number) => number;
  readonly #of: Signal;

  constructor(choose: (a: number, b: number) => number, of: Signal) {
    this.#choose = choose;
    this.#of = of;
  }

  step(reading: Reading): void {
    this.#of.step(reading);
    const { value } = this.#of;
    if (Number.isNaN(value)) return;
    this.value = Number.isNaN(this.value) ? value : this.#choose(this.value, value);
  }

  restore(saved = Number.NaN): void {
    this.value = saved;
  }
}

const extremeOf = (choose: (a: number, b: number) => number, of: Signal | undefined): Signal | undefined =>
  of && new Extreme(choose, of);

/** What becomes of a power before it is added up. */
const directions: ReadonlyMap<string, (power: number) => number> = new Map([
  ['import', (power: number) => Math.max(power, 0)],
  ['export', (power: number) => Math.max(-power, 0)],
  ['absolute', Math.abs],
  ['net', (power: number) => power],
]);

function energyFormula(key: string): Formula | undefined {
  const match = /^(active|reactive|apparent)-energy(?:-(import|export|absolute|net))?(?:-(l[123]|total))?$/.exec(key);
  if (match === null) return undefined;
  const [, kind, direction = 'net', part = 'total'] = match;
  const power = momentaryFormula(`${kind}-power-${part}`);
  const take = directions.get(direction);
  return power && take && ((reading) => take(power(reading)));
}

/** `demand-active` is that of the total active power; others carry the name of what they are the mean of. */
function demandFormula(key: string): Formula | undefined {
  const [, of] = /^demand-(.+)$/.exec(key) ?? [];
  return of === undefined ? undefined : (momentaryFormula(`${of}-power-total`) ?? momentaryFormula(of));
}

function momentaryFormula(key: string): Formula | undefined {
  return isMeasurand(key) ? (reading) => reading[key] : derived.get(key);
}

const isMeasurand = (key: string): key is Measurand => measurands.some((measurand) => measurand === key);

const meanOf = (...names: readonly Measurand[]): Formula => {
  return (reading) => names.reduce((sum, name) => sum + reading[name], 0) / names.length;
};

const angle = (phase: 'l1' | 'l2' | 'l3'): Formula => {
  return (reading) =>
    (180 / Math.PI) * Math.atan2(reading[`reactive-power-${phase}`], reading[`active-power-${phase}`]);
};

/** What other meters show of the same reading. */
const derived: ReadonlyMap<string, Formula> = new Map<string, Formula>([
  ['phase-angle-l1', angle('l1')],
  ['phase-angle-l2', angle('l2')],
  ['phase-angle-l3', angle('l3')],
  ['current-sum', (reading) => 3 * reading['average-current']],
  ['thd-average-voltage', meanOf('thd-voltage-l1', 'thd-voltage-l2', 'thd-voltage-l3')],
  ['thd-average-current', meanOf('thd-current-l1', 'thd-current-l2', 'thd-current-l3')],
  ['thd-voltage-l1-l2', meanOf('thd-voltage-l1', 'thd-voltage-l2')],
  ['thd-voltage-l2-l3', meanOf('thd-voltage-l2', 'thd-voltage-l3')],
  ['thd-voltage-l3-l1', meanOf('thd-voltage-l3', 'thd-voltage-l1')],
]);
