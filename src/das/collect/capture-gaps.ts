import type { NumberRange, Standing } from '#das/reading-store.ts';
import type { CaptureMemory } from './capture-memory.ts';
import { type Finding, holds, isOver } from './findings.ts';
import type { MeterContext } from './meter-context.ts';

/** As many as are filled, and told of, in one turn; the next turn goes on. */
const MOST_HOLES = 200;

/** Where the captures of a meter stand. */
export async function standingOf({ store, meter }: MeterContext): Promise<Standing | undefined> {
  return (await store.standings(meter.id)).find(({ kind }) => kind === 'capture');
}

/** The numbers that are missing up to the newest, other than those that it is no use to ask for. */
export async function holesToFill(context: MeterContext, memory: CaptureMemory): Promise<readonly NumberRange[]> {
  const standing = await standingOf(context);
  const { lowestNumber: lowest, highestNumber: highest } = standing ?? {};
  if (standing === undefined || lowest === undefined || highest === undefined) return [];
  // To look for holes takes longer the more captures there are; that there is none is known.
  const last = standing.missing === 0n ? lowest - 1n : highest;
  const wanted: NumberRange[] = [];
  for await (const hole of missingWithin(context, { first: memory.letGo + 1n, last })) {
    wanted.push(...memory.fruitless.lackingOf(hole));
    if (wanted.length >= MOST_HOLES) break;
  }
  return wanted;
}

async function* missingWithin(
  { store, meter }: MeterContext,
  { first: from, last }: NumberRange,
): AsyncGenerator<NumberRange> {
  for (let first: bigint | undefined = from; first !== undefined && first <= last; ) {
    const holes = await store.missingNumbers(meter.id, 'capture', { first, last }, MOST_HOLES);
    yield* holes;
    const end = holes.at(-1)?.last;
    first = end === undefined || holes.length < MOST_HOLES ? undefined : end + 1n;
  }
}

/** Says what of the captures is missing at the end of a turn: they were asked for a moment ago. */
export async function tellGaps(context: MeterContext, memory: CaptureMemory): Promise<void> {
  const { store, meter, board } = context;
  const standing = await standingOf(context);
  const { lowestNumber: first = 1n, highestNumber: last = 0n, missing = 0n } = standing ?? {};
  const inside = missing === 0n ? [] : await store.missingNumbers(meter.id, 'capture', { first, last }, MOST_HOLES);
  // Before and after those that are here, only what the meter gave is known to have been there.
  const before = memory.fruitless.within({ first: 1n, last: first - 1n });
  const after = memory.fruitless.within({ first: last + 1n, last: HIGHEST });
  await board.take(meter.id, [gapFinding([...before, ...inside, ...after], memory)]);
}

/** A meter counts captures in a double-long-unsigned. */
const HIGHEST = 2n ** 32n - 1n;

function gapFinding(missing: readonly NumberRange[], { fruitless, unsealed }: CaptureMemory): Finding {
  if (missing.length === 0) return isOver('capture-gap');
  const withheld = missing.flatMap((range) => fruitless.lackingOf(range));
  const bare = missing.flatMap((range) => unsealed.within(range));
  const refused = missing.flatMap((range) => fruitless.within(range)).flatMap((range) => unsealed.lackingOf(range));
  const told = [
    { ranges: withheld, why: 'the meter does not give them' },
    { ranges: bare, why: 'nobody had sealed them, so that they prove nothing' },
    { ranges: refused, why: 'what the meter gives was not proven' },
  ];
  const parts = told.filter(({ ranges }) => ranges.length > 0);
  return holds('capture-gap', parts.map(({ ranges, why }) => `number ${inWords(ranges)}; ${why}`).join('; '));
}

const SHOWN = 5;

function inWords(ranges: readonly NumberRange[]): string {
  const shown = ranges.slice(0, SHOWN).map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`));
  const all = ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
  return ranges.length > SHOWN ? `${shown.join(', ')}, and more, ${all} in all` : shown.join(', ');
}
