import type { Instant } from '#core/time.ts';
import { MarkTable } from './mark-table.ts';

// No `node:` import here.

/** A verified signature that is about to be acted upon. */
export interface SignatureUse {
  readonly keyId: string;
  /** What may come once with this key. Short. */
  readonly mark: Uint8Array;
  /** The client that uses it. */
  readonly owner: string;
  /** Until when it would be found fresh. */
  readonly until: Instant;
  /** Whether the same client may use it again. */
  readonly mayRepeat: boolean;
}

/**
 * - `first`: never seen before, and remembered from now on.
 * - `repeated`: seen before, and may be.
 * - `replayed`: seen before.
 * - `forgotten`: it may have been seen before; only a wall clock that was set back can bring this about.
 * - `full`: refused, because it could not be remembered.
 */
export type Recollection = 'first' | 'repeated' | 'replayed' | 'forgotten' | 'full';

/** How many signatures are remembered at most. An entry takes some 30 octets and lives for the freshness window. */
export interface ReplayLimits {
  readonly total: number;
  readonly perKey: number;
}

/** 4 MB. In a window of 300 s one key may sign 166 requests a second for ever, or 50,000 at once. */
const DEFAULT_REPLAY_LIMITS: ReplayLimits = { total: 100_000, perKey: 50_000 };

/**
 * Remembers which signatures were used, for as long as each would be found fresh. It is bounded, and rather than
 * forget one of them it refuses the next. `remember` checks and inserts in one step, so that of two equal requests at
 * once one is the first. It lives in one process and dies with it.
 */
export class ReplayMemory {
  readonly #limits: ReplayLimits;
  readonly #keys = new Map<string, MarkTable>();
  #size = 0;
  #forgottenUpTo = Number.NEGATIVE_INFINITY;
  #lastCleaned = Number.NEGATIVE_INFINITY;

  constructor(limits: ReplayLimits = DEFAULT_REPLAY_LIMITS) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /** Call it last, when everything else about the request has been found right. */
  remember(use: SignatureUse, now: Instant): Recollection {
    this.#forgetStale(now);
    const known = this.#keys.get(use.keyId);
    const found = known?.find(use.mark, use.owner);
    if (found !== undefined) return use.mayRepeat && found === 'own' ? 'repeated' : 'replayed';
    if (secondOf(use.until) <= this.#forgottenUpTo) return 'forgotten';
    if (this.#size >= this.#limits.total || (known?.size ?? 0) >= this.#limits.perKey) return 'full';
    this.#marksOf(use.keyId).add(use.mark, use.owner, secondOf(use.until));
    this.#size += 1;
    return 'first';
  }

  #marksOf(keyId: string): MarkTable {
    const marks = this.#keys.get(keyId) ?? new MarkTable();
    this.#keys.set(keyId, marks);
    return marks;
  }

  #forgetStale(now: Instant): void {
    const second = secondOf(now);
    if (second === this.#lastCleaned) return; // once a second is enough
    this.#lastCleaned = second;
    for (const [keyId, marks] of this.#keys) {
      const before = marks.size;
      this.#forgottenUpTo = Math.max(this.#forgottenUpTo, marks.forgetBefore(second));
      this.#size -= before - marks.size;
      if (marks.size === 0) this.#keys.delete(keyId);
    }
  }
}

/** The second that an instant is in. */
const secondOf = (instant: Instant): number => Math.floor(instant / 1_000);
