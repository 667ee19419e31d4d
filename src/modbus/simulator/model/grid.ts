import { add, multiply, type Phasor, phasor, polar, subtract, zero } from './phasor.ts';
import { MeanReverting, type Random } from './random.ts';
import { perPhase, type ThreePhases } from './three-phases.ts';

const NOMINAL_FREQUENCY = 50; // Hz
const FREQUENCY_NOISE = { sigma: 0.02, timeConstant: 420 };
/** What the hourly change of the power stations' schedules does to the frequency, in Hz. */
const HOURLY_STEP = 0.03;

const NOMINAL_VOLTAGE = 230; // V
const DAILY_DRIFT = 0.02;
const FLICKER = { sigma: 0.4, timeConstant: 30 };
/** The low voltage network up to the meter: IEC 60725's reference impedance, in ohm. */
const PHASE_IMPEDANCE = phasor(0.24, 0.15);
const NEUTRAL_IMPEDANCE = phasor(0.16, 0.1);

const DAY = 86_400; // s
const HOUR = 3_600; // s

export interface Supply {
  readonly frequency: number;
  readonly voltages: ThreePhases<Phasor>;
}

/** The public network: its frequency, and what is left of its voltage after the load's own current. */
export class Grid {
  readonly #frequency: MeanReverting;
  readonly #schedule: Random;
  readonly #flicker: ThreePhases<MeanReverting>;
  readonly #driftAngle: number;

  constructor(random: Random) {
    this.#frequency = new MeanReverting(random.stream('frequency'), FREQUENCY_NOISE);
    this.#schedule = random.stream('schedule');
    this.#flicker = perPhase((phase) => new MeanReverting(random.stream(`flicker ${phase}`), FLICKER));
    this.#driftAngle = random.stream('drift').between(0, 2 * Math.PI);
  }

  /** `time` counts seconds since 1970; `currents` are those of the second before, flowing into the house. */
  step(time: number, currents: ThreePhases<Phasor>): Supply {
    if (time % HOUR === 0) this.#frequency.push(this.#schedule.uniform() < 0.5 ? HOURLY_STEP : -HOURLY_STEP);
    const drift = 1 + DAILY_DRIFT * Math.sin((2 * Math.PI * time) / DAY + this.#driftAngle);
    const neutral = multiply(currents.reduce(add, zero), NEUTRAL_IMPEDANCE);
    const voltages = perPhase((phase) => {
      const source = polar(NOMINAL_VOLTAGE * drift + this.#flicker[phase].step(), (-2 * Math.PI * phase) / 3);
      const drop = add(multiply(currents[phase], PHASE_IMPEDANCE), neutral);
      return subtract(source, drop);
    });
    return { frequency: NOMINAL_FREQUENCY + this.#frequency.step(), voltages };
  }
}
