import type { Instant } from '#core/time.ts';
import { Grid, type Supply } from './grid.ts';
import { Household, type Load } from './household.ts';
import { conjugate, divide, type Phasor, phasor, zero } from './phasor.ts';
import { MeanReverting, Random } from './random.ts';
import { perPhase, type ThreePhases } from './three-phases.ts';

/** What there is to measure on one phase. */
export interface PhaseState {
  readonly voltage: Phasor;
  /** The fundamental's; harmonics are in `load.distortion`. */
  readonly current: Phasor;
  readonly load: Load;
  /** Harmonics' share of the voltage's RMS value, in %. */
  readonly voltageDistortion: number;
}

/** The electrical truth of one second, whoever measures it. */
export interface SiteState {
  readonly frequency: number;
  readonly phases: ThreePhases<PhaseState>;
}

const noLoad: Load = { active: 0, reactive: 0, distortion: 0 };

const VOLTAGE_DISTORTION = { mean: 2.2, wander: { sigma: 0.3, timeConstant: 1_200 } }; // %

/** The place where the meter is mounted: the public network on one side, a household on the other. */
export class Site {
  readonly #grid: Grid;
  readonly #household: Household;
  readonly #voltageDistortion: ThreePhases<MeanReverting>;
  #time: number;
  #currents: ThreePhases<Phasor> = [zero, zero, zero];

  constructor(start: Instant, seed: number) {
    const random = new Random(seed);
    this.#grid = new Grid(random.stream('grid'));
    this.#household = new Household(random.stream('household'));
    this.#voltageDistortion = perPhase(
      (phase) => new MeanReverting(random.stream(`voltage distortion ${phase}`), VOLTAGE_DISTORTION.wander),
    );
    this.#time = Math.floor(start / 1_000);
  }

  /** One second passes. Behind an open breaker the household takes nothing and gives nothing, whatever it would. */
  step(isConnected = true): SiteState {
    this.#time += 1;
    const supply = this.#grid.step(this.#time, this.#currents);
    const wanted = this.#household.step(this.#time);
    const loads = isConnected ? wanted : perPhase(() => noLoad);
    const phases = perPhase((phase) => this.#phaseState(supply, loads, phase));
    this.#currents = perPhase((phase) => phases[phase].current);
    return { frequency: supply.frequency, phases };
  }

  #phaseState(supply: Supply, loads: ThreePhases<Load>, phase: 0 | 1 | 2): PhaseState {
    const voltage = supply.voltages[phase];
    const load = loads[phase];
    return {
      voltage,
      current: conjugate(divide(phasor(load.active, load.reactive), voltage)),
      load,
      voltageDistortion: Math.max(0, VOLTAGE_DISTORTION.mean + this.#voltageDistortion[phase].step()),
    };
  }
}
