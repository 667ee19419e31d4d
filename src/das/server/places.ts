import type { ApiError } from './api-error.ts';

interface PlaceRules {
  /** At once … */
  readonly all: number;
  /** … and of one user, so that nobody takes all of them for himself. */
  readonly ofUser: number;
  readonly refusal: (taken: number, total: number) => ApiError;
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
  take(user: string): () => void {
    const { all, ofUser, refusal } = this.#rules;
    const taken = this.#taken.get(user) ?? 0;
    if (this.#total >= all || taken >= ofUser) throw refusal(taken, this.#total);
    this.#taken.set(user, taken + 1);
    this.#total += 1;
    return () => this.#giveBack(user);
  }

  #giveBack(user: string): void {
    const left = (this.#taken.get(user) ?? 1) - 1;
    if (left > 0) this.#taken.set(user, left);
    else this.#taken.delete(user);
    this.#total -= 1;
  }
}
