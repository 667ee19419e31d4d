/**
 * Repeatable chance: the same seed gives the same numbers for ever. Each part of the model draws from a stream of its
 * own, so that a change in one part leaves the others' numbers alone. Not for keys.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A stream of its own, named for its user. */
  stream(name: string): Random {
    let seed = this.#state;
    for (const character of name) seed = Math.imul(seed ^ (character.codePointAt(0) ?? 0), 0x0100_0193);
    return new Random(seed);
  }

  /** 0 up to, not including, 1. This is mulberry32: 32 bits of state are plenty for a household. */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.uniform();
  }

  /** Mean 0, standard deviation 1, by Box and Muller. */
  gaussian(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}

/** How far a wandering quantity strays, and how fast it comes back. */
export interface Wander {
  /** Standard deviation in the long run. */
  readonly sigma: number;
  /** Seconds in which a deviation decays to 1/e. */
  readonly timeConstant: number;
}

/** A deviation from a mean that noise drives away and that always returns (Ornstein-Uhlenbeck), in steps of 1 s. */
export class MeanReverting {
  readonly #random: Random;
  readonly #remains: number;
  readonly #kick: number;
  #deviation: number;

  constructor(random: Random, { sigma, timeConstant }: Wander) {
    this.#random = random;
    this.#remains = Math.exp(-1 / timeConstant);
    this.#kick = sigma * Math.sqrt(1 - this.#remains ** 2);
    this.#deviation = sigma * random.gaussian();
  }

  step(): number {
    this.#deviation = this.#deviation * this.#remains + this.#kick * this.#random.gaussian();
    return this.#deviation;
  }

  push(amount: number): void {
    this.#deviation += amount;
  }
}
