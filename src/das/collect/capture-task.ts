import { SealmeterError } from '#core/errors.ts';
import type { Instant } from '#core/time.ts';
import { valuesOf } from '#das/measured-values.ts';
import type { NumberRange } from '#das/reading-store.ts';
import type { Mark } from '#das/verdict.ts';
import { holesToFill, standingOf, tellGaps } from './capture-gaps.ts';
import type { CaptureMemory } from './capture-memory.ts';
import { judgeRow } from './capture-proof.ts';
import { type CaptureRow, captureRowsOf } from './capture-rows.ts';
import { failedMarks } from './findings.ts';
import type { MeterContext } from './meter-context.ts';
import type { TaskResult } from './meter-lane.ts';
import { MeterRefusal } from './meter-reader.ts';
import { askProven, keep, type Proven, provenOrRefused } from './proven.ts';

/** The profile of captures. @see docs/mapping.md § 6 */
const CAPTURES = '/objects/7-0000638000ff/attributes/2';

/**
 * One step of bringing a meter's captures here: first those after the newest that is kept, then exactly the numbers that
 * are missing before it.
 */
export async function readCaptures(
  context: MeterContext,
  memory: CaptureMemory,
  signal: AbortSignal,
): Promise<TaskResult> {
  memory.beginTurn(context.clock.monotonic());
  const result = memory.isAbsent ? 'done' : await tryStep(context, memory, signal);
  if (result === 'done') memory.endTurn();
  return result;
}

async function tryStep(context: MeterContext, memory: CaptureMemory, signal: AbortSignal): Promise<'more' | 'done'> {
  try {
    return await step(context, memory, signal);
  } catch (error) {
    return adapt(error, memory);
  }
}

async function step(context: MeterContext, memory: CaptureMemory, signal: AbortSignal): Promise<'more' | 'done'> {
  if (memory.isBehind) {
    const highest = (await standingOf(context))?.highestNumber ?? 0n;
    const first = memory.fruitless.firstLackingFrom((highest > memory.reached ? highest : memory.reached) + 1n);
    memory.isBehind = (await readRange(context, memory, { first, last: undefined }, signal)).mayGoOn;
    return 'more';
  }
  memory.holes ??= await holesToFill(context, memory);
  const [hole, ...others] = memory.holes.flatMap((range) => memory.fruitless.lackingOf(range));
  if (hole === undefined) {
    await tellGaps(context, memory);
    return 'done';
  }
  const { end, mayGoOn } = await readRange(context, memory, hole, signal);
  if (end === 'none' && hole.first <= memory.letGo + 1n) memory.letGo = hole.last;
  memory.holes = !mayGoOn || end >= hole.last ? others : [{ ...hole, first: end + 1n }, ...others];
  return 'more';
}

/** A range to ask for; without an end, everything that follows. */
interface Wanted {
  readonly first: bigint;
  readonly last: bigint | undefined;
}

/** The number of the last capture that a meter gave, if any, and whether there may be more of what it was asked for. */
type Given =
  | { readonly end: bigint; readonly mayGoOn: true }
  | { readonly end: bigint | 'none' | 'unknown'; readonly mayGoOn: false };

/** Keeps as many of a range as fit into one answer. */
async function readRange(
  context: MeterContext,
  memory: CaptureMemory,
  { first, last }: Wanted,
  signal: AbortSignal,
): Promise<Given> {
  const { page } = memory;
  const upTo = last === undefined ? '' : `&sa.totype=double-long-unsigned:${last}`;
  const part = `${CAPTURES}?sa.fromtype=double-long-unsigned:${first}${upTo}&sa.count=${page}`;
  const proven = await askProven(context, { part, kind: 'profile' }, signal);
  const rows = proven && (await rowsIn(context, proven));
  if (proven === undefined || rows === undefined) return { end: 'unknown', mayGoOn: false };
  await keepRows(context, memory, rows, proven.received.receivedAt);
  const end = rows.at(-1)?.number;
  if (end === undefined) return { end: 'none', mayGoOn: false };
  if (end > memory.reached) memory.reached = end;
  // Where the answer is not full, the meter has no more of them; one that gives others than it was asked for never has.
  return rows.length >= page && end >= first ? { end, mayGoOn: true } : { end, mayGoOn: false };
}

const UNREADABLE: Mark = {
  check: 'content',
  outcome: 'failed',
  finding: 'it is no part of a profile of captures, or a capture in it lacks a field',
  code: 'CAPTURES_UNREADABLE',
};

/** The captures of an answer. One that was sealed, and has none that can be read, is refused all the same. */
async function rowsIn(
  context: MeterContext,
  { reading, received, verdict }: Proven,
): Promise<readonly CaptureRow[] | undefined> {
  const rows = captureRowsOf(reading);
  if (rows !== undefined) return rows;
  await provenOrRefused(context, received, { ...verdict, proven: false, marks: [...verdict.marks, UNREADABLE] });
  return undefined;
}

async function keepRows(
  context: MeterContext,
  memory: CaptureMemory,
  rows: readonly CaptureRow[],
  receivedAt: Instant,
): Promise<void> {
  const judged = await Promise.all(
    rows.map(async (row, index) => ({
      row,
      result: await judgeRow(context, row, await hashBefore(context, row, rows[index - 1]), receivedAt),
    })),
  );
  const kept: Promise<unknown>[] = [];
  for (const { row, result } of judged) {
    const { number, hash: chainHash } = row;
    const proven = result && (await provenOrRefused(context, result.received, result.verdict));
    if (proven !== undefined) kept.push(keep(context, proven, { number, chainHash, values: valuesOf(proven.reading) }));
    else if (result === undefined) note(memory, number, 'unsealed');
    else if (!result.verdict.marks.some(isPassing)) note(memory, number, 'refused');
  }
  await Promise.all(kept);
}

/** What may be otherwise in a moment: a CA does not answer, or a clock is wrong. */
const PASSING: ReadonlySet<string> = new Set(['SIGNATURE_REVOCATION_UNKNOWN', 'READING_FROM_FUTURE']);

const isPassing = (mark: Mark): boolean => failedMarks([mark]).some(({ code = '' }) => PASSING.has(code));

function note({ fruitless, unsealed }: CaptureMemory, number: bigint, what: 'unsealed' | 'refused'): void {
  const range: NumberRange = { first: number, last: number };
  fruitless.add(range);
  if (what === 'unsealed') unsealed.add(range);
}

/** The hash of the capture before, from the same answer or from the store; `undefined` where it is in neither. */
async function hashBefore(
  { store, meter }: MeterContext,
  { number }: CaptureRow,
  former: CaptureRow | undefined,
): Promise<Uint8Array | undefined> {
  if (former?.number === number - 1n) return former.hash;
  return (await store.numbered(meter.id, 'capture', number - 1n))?.chainHash;
}

/** A meter may have no such profile, or longer documents than we thought. */
function adapt(error: unknown, memory: CaptureMemory): 'more' | 'done' {
  // On a slow line a shorter answer may come to its end.
  if (error instanceof SealmeterError && error.code === 'METER_SILENT') memory.page = Math.ceil(memory.page / 2);
  if (!(error instanceof MeterRefusal)) throw error;
  if (error.problem === 'RESOURCE_UNKNOWN') {
    memory.isAbsent = true;
    return 'done';
  }
  if (error.problem === 'ANSWER_TOO_LARGE' && memory.page > 1) {
    memory.page = Math.floor(memory.page / 2);
    return 'more';
  }
  throw error;
}
