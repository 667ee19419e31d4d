import { MeanReverting, type Random } from './random.ts';
import { perPhase, type ThreePhases } from './three-phases.ts';

/** What one phase takes from the network, in W, var and (distortion) VA. Negative: gives to it. */
export interface Load {
  readonly active: number;
  readonly reactive: number;
  readonly distortion: number;
}

/** How a piece of equipment takes its power: reactive and distortion power per watt, and how the phases share it. */
interface Draw {
  readonly phases: ThreePhases<number>;
  readonly reactive: number;
  readonly distortion: number;
}

/** Mean power of everything that nobody switches on purpose, in W, for each hour of the day. */
const BACKGROUND = [
  210, 190, 180, 175, 180, 200, 320, 480, 460, 400, 380, 420, 520, 470, 400, 380, 420, 560, 760, 840, 780, 640, 450,
  300,
] as const;
const BACKGROUND_DRAW: Draw = { phases: [0.45, 0.35, 0.2], reactive: 0.25, distortion: 0.3 };
const BACKGROUND_NOISE = { sigma: 0.15, timeConstant: 300 };
/** The input filters of whatever is plugged in, in var per phase. */
const FILTERS = -60;

/** Equipment that is on or off. `on` and `off` are the least and most minutes that it stays so. */
interface Appliance {
  readonly name: string;
  readonly power: number; // W
  readonly draw: Draw;
  readonly on: readonly [number, number];
  readonly off: readonly [number, number];
  /** The hours of the day in which it is switched on. */
  readonly hours: readonly [number, number];
}

const APPLIANCES: readonly Appliance[] = [
  {
    name: 'fridge',
    power: 100,
    draw: { phases: [1, 0, 0], reactive: 0.6, distortion: 0.1 },
    on: [12, 18],
    off: [25, 40],
    hours: [0, 24],
  },
  {
    name: 'kettle',
    power: 2_000,
    draw: { phases: [0, 1, 0], reactive: 0, distortion: 0.01 },
    on: [2, 5],
    off: [40, 240],
    hours: [6, 22],
  },
  {
    name: 'car',
    power: 11_000,
    draw: { phases: [1 / 3, 1 / 3, 1 / 3], reactive: 0.05, distortion: 0.04 },
    on: [60, 240],
    off: [900, 2_400],
    hours: [17, 23],
  },
];

const SOLAR = { peak: 8_000, sunrise: 6.5, sunset: 19.5 }; // W, hours of the day
const SOLAR_DRAW: Draw = { phases: [1 / 3, 1 / 3, 1 / 3], reactive: 0.03, distortion: 0.03 };
const CLOUDS = { sigma: 0.35, timeConstant: 900 };

const DAY = 86_400; // s
const QUARTER_HOUR = 900; // s
const MINUTE = 60; // s

/** One house with its appliances, an electric car and solar panels, in steps of 1 s. */
export class Household {
  readonly #background: ThreePhases<MeanReverting>;
  readonly #clouds: MeanReverting;
  readonly #switched: readonly SwitchedAppliance[];

  constructor(random: Random) {
    this.#background = perPhase((phase) => new MeanReverting(random.stream(`background ${phase}`), BACKGROUND_NOISE));
    this.#clouds = new MeanReverting(random.stream('clouds'), CLOUDS);
    this.#switched = APPLIANCES.map((appliance) => new SwitchedAppliance(appliance, random.stream(appliance.name)));
  }

  /** `time` counts seconds since 1970; the house lives by UTC. */
  step(time: number): ThreePhases<Load> {
    const background = backgroundPower(time);
    const solar = solarPower(time, this.#clouds.step());
    const switched = this.#switched.map((appliance) => ({ draw: appliance.draw, power: appliance.step(time) }));
    return perPhase((phase) => {
      const noise = Math.max(0.2, 1 + this.#background[phase].step());
      const parts = [
        { draw: BACKGROUND_DRAW, power: background * noise },
        ...switched,
        { draw: SOLAR_DRAW, power: -solar },
      ];
      return parts.reduce<Load>((load, { draw, power }) => plus(load, draw, power * draw.phases[phase]), {
        active: 0,
        reactive: FILTERS,
        distortion: 0,
      });
    });
  }
}

/** Harmonics of different equipment have no common angle: their powers add up as squares. */
function plus(load: Load, draw: Draw, power: number): Load {
  return {
    active: load.active + power,
    reactive: load.reactive + Math.abs(power) * draw.reactive,
    distortion: Math.hypot(load.distortion, power * draw.distortion),
  };
}

/** The profile changes every quarter of an hour, on the straight line between two hours' means. */
function backgroundPower(time: number): number {
  const quarter = Math.floor((time % DAY) / QUARTER_HOUR);
  const hour = Math.floor(quarter / 4);
  const here = BACKGROUND[hour] ?? 0;
  const next = BACKGROUND[(hour + 1) % BACKGROUND.length] ?? here;
  return here + ((next - here) * (quarter % 4)) / 4;
}

function solarPower(time: number, clouds: number): number {
  const hour = ((time % DAY) / DAY) * 24;
  const height = Math.sin((Math.PI * (hour - SOLAR.sunrise)) / (SOLAR.sunset - SOLAR.sunrise));
  const isDay = hour > SOLAR.sunrise && hour < SOLAR.sunset;
  return isDay ? SOLAR.peak * height * Math.min(1, Math.max(0.1, 0.7 + clouds)) : 0;
}

class SwitchedAppliance {
  readonly draw: Draw;
  readonly #appliance: Appliance;
  readonly #random: Random;
  #isOn = false;
  #remaining: number;

  constructor(appliance: Appliance, random: Random) {
    this.draw = appliance.draw;
    this.#appliance = appliance;
    this.#random = random;
    this.#remaining = random.between(0, appliance.off[1] * MINUTE);
  }

  /** The power of this second, in W. */
  step(time: number): number {
    this.#remaining -= 1;
    if (this.#remaining <= 0 && (this.#isOn || this.#mayStart(time))) this.#toggle();
    return this.#isOn ? this.#appliance.power : 0;
  }

  #mayStart(time: number): boolean {
    const hour = ((time % DAY) / DAY) * 24;
    const [from, to] = this.#appliance.hours;
    return hour >= from && hour < to;
  }

  #toggle(): void {
    this.#isOn = !this.#isOn;
    const [least, most] = this.#isOn ? this.#appliance.on : this.#appliance.off;
    this.#remaining = this.#random.between(least, most) * MINUTE;
  }
}
