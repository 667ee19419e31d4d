interface PlaceRules {
  /** At once … */
  readonly all: number;
  /** … and of one holder, so that nobody takes all of them for himself. */
  readonly ofOne: number;
  /** What is thrown where there is no place left for a holder of so many, when so many are taken in all. */
  readonly refusal: (taken: number, total: number) => Error;
}

/** For what lasts, such as a stream or an export: only so many of it at once. */
export class Places {
  readonly #rules: PlaceRules;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor(rules: PlaceRules) {
    this.#rules = rules;
  }

  /** @returns what gives the place back, to be called once */
  take(holder: string): () => void {
    const { all, ofOne, refusal } = this.#rules;
    const taken = this.#taken.get(holder) ?? 0;
    if (this.#total >= all || taken >= ofOne) throw refusal(taken, this.#total);
    this.#taken.set(holder, taken + 1);
    this.#total += 1;
    return () => this.#giveBack(holder);
  }

  #giveBack(holder: string): void {
    const left = (this.#taken.get(holder) ?? 1) - 1;
    if (left > 0) this.#taken.set(holder, left);
    else this.#taken.delete(holder);
    this.#total -= 1;
  }
}
