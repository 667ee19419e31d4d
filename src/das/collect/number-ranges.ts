import type { NumberRange } from '#das/reading-store.ts';

/** A set of numbers, kept as the ranges that they make, lowest first. */
export class NumberRanges {
  #ranges: readonly NumberRange[] = [];

  add({ first, last }: NumberRange): void {
    const isApart = (range: NumberRange): boolean => range.last + 1n < first || last + 1n < range.first;
    const touching = this.#ranges.filter((range) => !isApart(range));
    const whole = {
      first: touching.reduce((lowest, range) => (range.first < lowest ? range.first : lowest), first),
      last: touching.reduce((highest, range) => (range.last > highest ? range.last : highest), last),
    };
    const below = this.#ranges.filter((range) => isApart(range) && range.first < first);
    const above = this.#ranges.filter((range) => isApart(range) && range.first > first);
    this.#ranges = [...below, whole, ...above];
  }

  /** What of a range is in here. */
  within({ first, last }: NumberRange): readonly NumberRange[] {
    return this.#ranges.flatMap((range) => {
      const common = {
        first: range.first > first ? range.first : first,
        last: range.last < last ? range.last : last,
      };
      return common.first <= common.last ? [common] : [];
    });
  }

  /** What of a range is not in here. */
  lackingOf({ first, last }: NumberRange): readonly NumberRange[] {
    const lacking: NumberRange[] = [];
    let next = first;
    for (const range of this.within({ first, last })) {
      if (range.first > next) lacking.push({ first: next, last: range.first - 1n });
      next = range.last + 1n;
    }
    return next <= last ? [...lacking, { first: next, last }] : lacking;
  }

  /** The first number from this one on that is not in here. */
  firstLackingFrom(number: bigint): bigint {
    const [holding] = this.within({ first: number, last: number });
    if (holding === undefined) return number;
    return (this.#ranges.find(({ first, last }) => first <= number && number <= last)?.last ?? number) + 1n;
  }
}
