/**
 * The bits of the word at 205; bit n is also what function 02 reads at 100 + n. `saved` ones stay set until the order
 * 60007 acknowledges them, the others follow their cause.
 * @see SENTRON PAC3200 Manual 02/2008, page 45 (word), page 46 (function 02)
 */
export const statusBits = {
  'parameters-changed': { bit: 8, saved: true },
  'limit-violated': { bit: 9, saved: true },
  'pulse-rate-was-exceeded': { bit: 10, saved: true },
  'device-restarted': { bit: 11, saved: true },
  'energy-reset': { bit: 12, saved: true },
  'module-in-slot-1': { bit: 16, saved: false },
  'pulse-rate-exceeded': { bit: 17, saved: false },
  'no-synchronization-pulse': { bit: 24, saved: false },
  'configuration-menu-active': { bit: 25, saved: false },
  'voltage-overload': { bit: 26, saved: false },
  'current-overload': { bit: 27, saved: false },
} as const satisfies Record<string, { bit: number; saved: boolean }>;

type StatusBit = keyof typeof statusBits;
type BitOfKind<Saved extends boolean> = {
  [Name in StatusBit]: (typeof statusBits)[Name]['saved'] extends Saved ? Name : never;
}[StatusBit];

const SAVED = Object.values(statusBits).reduce((mask, { bit, saved }) => (saved ? mask | (1 << bit) : mask), 0);

export class StatusWord {
  #word = 0;

  get word(): number {
    return this.#word;
  }

  /** The bits that survive a power cut. */
  get saved(): number {
    return this.#word & SAVED;
  }

  has(name: StatusBit): boolean {
    return (this.#word & maskOf(name)) !== 0;
  }

  raise(name: BitOfKind<true>): void {
    this.#word |= maskOf(name);
  }

  follow(name: BitOfKind<false>, cause: boolean): void {
    this.#word = cause ? this.#word | maskOf(name) : this.#word & ~maskOf(name);
  }

  /** Clears the saved bits that are set in `mask`. */
  acknowledge(mask: number): void {
    this.#word &= ~(mask & SAVED);
  }

  /** As when power returns: only what was saved is left. */
  restore(saved: number): void {
    this.#word = saved & SAVED;
  }
}

const maskOf = (name: StatusBit): number => 1 << statusBits[name].bit;
