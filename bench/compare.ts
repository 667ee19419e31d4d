/** One row of the table: what we do, against the floor that was measured in the same run. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly floor: number;
  readonly unit: string;
  /** ours / floor: the median over the rounds, each of which measures both. */
  readonly ratio: number;
  /** What the ratio has to reach, and in which direction. */
  readonly reach: { readonly at: 'most' | 'least'; readonly ratio: number } | undefined;
}

/** One measurement without a floor: a size, a share. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reach: { readonly at: 'most' | 'least'; readonly value: number } | undefined;
}

export interface Effort {
  /** How often each side is measured; the median counts. */
  readonly rounds: number;
  /** Calls of a side in one round. */
  readonly calls: number;
}

type Work = () => unknown;

interface Sides {
  readonly ours: Work;
  readonly floor: Work;
  /** Lays out what the next round of ours uses up; its time does not count. */
  readonly prepare?: () => Promise<void>;
}

/** Until the compiler has seen enough of both. */
export const WARM_UP_ROUNDS = 5;

/**
 * Measures two ways of doing a thing in turn, so that a machine that slows down slows both, and compares round by
 * round. The figures are microseconds per call.
 */
export async function compare(
  name: string,
  { ours, floor, prepare }: Sides,
  { rounds, calls }: Effort,
  reach?: Row['reach'],
): Promise<Row> {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    await prepare?.();
    await microsecondsPerCall(floor, calls);
    await microsecondsPerCall(ours, calls);
  }
  const measured: { ours: number; floor: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    await prepare?.();
    const floorTime = await microsecondsPerCall(floor, calls);
    measured.push({ floor: floorTime, ours: await microsecondsPerCall(ours, calls) });
  }
  return {
    name,
    ours: median(measured.map((round) => round.ours)),
    floor: median(measured.map((round) => round.floor)),
    unit: 'µs',
    ratio: median(measured.map((round) => round.ours / round.floor)),
    reach,
  };
}

async function microsecondsPerCall(work: Work, calls: number): Promise<number> {
  const start = performance.now();
  for (let call = 0; call < calls; call++) await work();
  return ((performance.now() - start) * 1_000) / calls;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export const isReached = ({ ratio, reach }: Row): boolean =>
  reach === undefined || (reach.at === 'most' ? ratio <= reach.ratio : ratio >= reach.ratio);

export const isFigureReached = ({ value, reach }: Figure): boolean =>
  reach === undefined || (reach.at === 'most' ? value <= reach.value : value >= reach.value);
