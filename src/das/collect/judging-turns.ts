/** So many that can wait are judged at once: one is read while the signature of another is verified in a thread. */
const AT_ONCE = 2;

/** Waits for somebody else, and needs no processor meanwhile. */
type Outside = <Result>(wait: () => Promise<Result>) => Promise<Result>;

/**
 * Lets documents that can wait be judged a few at a time. Each takes the processor for some milliseconds, and everything that
 * has come meanwhile, such as a live reading, has its turn between two of them.
 */
export class JudgingTurns {
  readonly #waiting = new Set<() => void>();
  #underWay = 0;

  async inTurn<Result>(judge: (outside: Outside) => Promise<Result>): Promise<Result> {
    if (this.#underWay >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    else this.#underWay += 1;
    try {
      return await judge((wait) => this.#outside(wait));
    } finally {
      this.#leave();
    }
  }

  /** Others have the place meanwhile. It goes on at once afterwards: that is rare, and seldom comes for many. */
  async #outside<Result>(wait: () => Promise<Result>): Promise<Result> {
    this.#leave();
    try {
      return await wait();
    } finally {
      this.#underWay += 1;
    }
  }

  #leave(): void {
    this.#underWay -= 1;
    const [next] = this.#waiting;
    if (next === undefined || this.#underWay >= AT_ONCE) return;
    this.#waiting.delete(next);
    // The place is handed over, so that nobody gets in between.
    this.#underWay += 1;
    next();
  }
}
