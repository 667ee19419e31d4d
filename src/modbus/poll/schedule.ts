import type { Duration } from '#core/time.ts';
import type { Block, MeasurePlan } from '#modbus/measure-plan.ts';

/**
 * Which blocks are to be read in a round. Rounds are counted in periods of the group `fast`, so that periods neither
 * drift nor pile up: a round that takes too long leaves out the ones that it ran over.
 */
export class Schedule {
  readonly #blocks: readonly Block[];
  /** Rounds between two readings, per group. */
  readonly #rounds: ReadonlyMap<string, number>;
  readonly #lastRound = new Map<string, number>();
  readonly #absent = new Set<Block>();

  constructor({ groups, blocks }: MeasurePlan, period: Duration) {
    this.#rounds = new Map(
      groups.map(({ name, every }) => [
        name,
        every === 'connection' ? Number.POSITIVE_INFINITY : Math.ceil(every / period),
      ]),
    );
    this.#blocks = blocks.toSorted((a, b) => rank(a) - rank(b));
  }

  /** After a connect all is due: what was read before may be another device's. */
  startOver(): void {
    this.#lastRound.clear();
    this.#absent.clear();
  }

  /** What is due in this round, in the order in which it is to be read; it is then taken as read. */
  take(round: number): readonly Block[] {
    const due = [...this.#rounds].filter(([group, rounds]) => {
      const last = this.#lastRound.get(group);
      return last === undefined || round - last >= rounds;
    });
    for (const [group] of due) this.#lastRound.set(group, round);
    const groups = new Set(due.map(([group]) => group));
    return this.#blocks.filter((block) => groups.has(block.group) && !this.#absent.has(block));
  }

  /** Not asked for again over this connection. */
  leaveOut(block: Block): void {
    this.#absent.add(block);
  }
}

/** Who it is comes first, then the group that gives the sample its time and has the status word, then the rest. */
function rank({ identity, group }: Block): number {
  if (identity.length > 0) return 0;
  return group === 'fast' ? 1 : 2;
}
