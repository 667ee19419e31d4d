import type { Reading } from './measurands.ts';
import { add, magnitude, type Phasor, subtract, zero } from './phasor.ts';
import type { PhaseState, SiteState } from './site.ts';
import { perPhase, phaseIndices, type ThreePhases } from './three-phases.ts';

/**
 * What a meter makes of one second. `isConnected` says which phases its inputs are wired to: an open phase measures
 * NaN, and totals, means and unbalances are those of the others.
 */
export function measure(site: SiteState, isConnected: ThreePhases<boolean>): Reading {
  const phases = perPhase((phase) => (isConnected[phase] ? measurePhase(site.phases[phase]) : notMeasured));
  const [l1, l2, l3] = phases;
  const voltages = perPhase((phase) => (isConnected[phase] ? site.phases[phase].voltage : undefined));
  const [l1l2, l2l3, l3l1] = perPhase((phase) => lineToLine(voltages[phase], voltages[phase === 2 ? 0 : phase + 1]));
  const total = {
    apparent: sum(phases.map(({ apparent }) => apparent)),
    active: sum(phases.map(({ active }) => active)),
    reactive: sum(phases.map(({ reactive }) => reactive)),
  };
  const currents = phases.map(({ current }) => current);
  const lineToNeutral = phases.map(({ voltage }) => voltage);
  const neutral = phaseIndices.filter((phase) => isConnected[phase]).map((phase) => site.phases[phase].current);
  return {
    'voltage-l1-n': l1.voltage,
    'voltage-l2-n': l2.voltage,
    'voltage-l3-n': l3.voltage,
    'voltage-l1-l2': l1l2,
    'voltage-l2-l3': l2l3,
    'voltage-l3-l1': l3l1,
    'current-l1': l1.current,
    'current-l2': l2.current,
    'current-l3': l3.current,
    'apparent-power-l1': l1.apparent,
    'apparent-power-l2': l2.apparent,
    'apparent-power-l3': l3.apparent,
    'active-power-l1': l1.active,
    'active-power-l2': l2.active,
    'active-power-l3': l3.active,
    'reactive-power-l1': l1.reactive,
    'reactive-power-l2': l2.reactive,
    'reactive-power-l3': l3.reactive,
    'power-factor-l1': powerFactor(l1),
    'power-factor-l2': powerFactor(l2),
    'power-factor-l3': powerFactor(l3),
    'thd-voltage-l1': l1.voltageDistortion,
    'thd-voltage-l2': l2.voltageDistortion,
    'thd-voltage-l3': l3.voltageDistortion,
    'thd-current-l1': l1.currentDistortion,
    'thd-current-l2': l2.currentDistortion,
    'thd-current-l3': l3.currentDistortion,
    frequency: isConnected.includes(true) ? site.frequency : Number.NaN,
    'average-voltage-l-n': mean(lineToNeutral),
    'average-voltage-l-l': mean([l1l2, l2l3, l3l1]),
    'average-current': mean(currents),
    'apparent-power-total': total.apparent,
    'active-power-total': total.active,
    'reactive-power-total': total.reactive,
    'power-factor-total': powerFactor(total),
    'unbalance-voltage': unbalance(lineToNeutral),
    'unbalance-current': unbalance(currents),
    'neutral-current': neutral.length === 0 ? Number.NaN : magnitude(neutral.reduce(add, zero)),
  };
}

interface PhaseReading {
  readonly voltage: number;
  readonly current: number;
  readonly apparent: number;
  readonly active: number;
  readonly reactive: number;
  readonly voltageDistortion: number;
  readonly currentDistortion: number;
}

const notMeasured: PhaseReading = {
  voltage: Number.NaN,
  current: Number.NaN,
  apparent: Number.NaN,
  active: Number.NaN,
  reactive: Number.NaN,
  voltageDistortion: Number.NaN,
  currentDistortion: Number.NaN,
};

/** Apparent power has three parts, active, reactive and distortion, so S² ≥ P² + Q². @see IEEE 1459 § 3.1.2 */
function measurePhase({ voltage, load, voltageDistortion }: PhaseState): PhaseReading {
  const apparent = Math.hypot(load.active, load.reactive, load.distortion);
  return {
    voltage: magnitude(voltage),
    current: apparent / magnitude(voltage),
    apparent,
    active: load.active,
    reactive: load.reactive,
    voltageDistortion,
    currentDistortion: apparent === 0 ? 0 : (100 * load.distortion) / apparent,
  };
}

const powerFactor = ({ active, apparent }: { readonly active: number; readonly apparent: number }): number =>
  apparent === 0 ? 1 : Math.abs(active) / apparent;

const lineToLine = (a: Phasor | undefined, b: Phasor | undefined): number =>
  a === undefined || b === undefined ? Number.NaN : magnitude(subtract(a, b));

const measured = (values: readonly number[]): readonly number[] => values.filter((value) => !Number.isNaN(value));

function sum(values: readonly number[]): number {
  const known = measured(values);
  return known.length === 0 ? Number.NaN : known.reduce((total, value) => total + value, 0);
}

const mean = (values: readonly number[]): number => sum(values) / measured(values).length;

/** The largest deviation from the mean, as a share of it, in %. */
function unbalance(values: readonly number[]): number {
  const average = mean(values);
  const largest = Math.max(...measured(values).map((value) => Math.abs(value - average)));
  return average === 0 ? 0 : (100 * largest) / average;
}
