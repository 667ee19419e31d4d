import { equalBytes } from '#core/bytes.ts';
import type { Instant } from '#core/time.ts';
import { valuesOf } from '#das/measured-values.ts';
import type { NumberRange } from '#das/reading-store.ts';
import type { Mark, Verdict } from '#das/verdict.ts';
import { type CaptureRow, captureRowsOf, hashOfCapture, sha256 } from './capture-rows.ts';
import { type Finding, holds, isOver } from './findings.ts';
import { LIVE } from './live-task.ts';
import type { MeterContext } from './meter-context.ts';
import type { TaskResult } from './meter-lane.ts';
import { MeterRefusal } from './meter-reader.ts';
import { askProven, judgeReceived, keep, provenOrRefused, type Received, targetOf } from './proven.ts';

/** The profile of captures. @see docs/mapping.md § 6 */
const CAPTURES = '/objects/7-0000638000ff/attributes/2';

/**
 * Rows that are asked for at once: sealed they are one document, which has 4 MiB at most. Each page is read in one go, and
 * a live reading that is due waits for it.
 */
const PAGE = 8;

/** What a meter has told of its captures in this run. */
export class CaptureMemory {
  /** The meter has no profile of captures. */
  isAbsent = false;
  /** Rows that fit into one answer. */
  page = PAGE;
  /** Captures that follow the newest one here may be there. */
  isBehind = true;
  /** The holes that are still to be asked for in this turn. */
  holes: readonly NumberRange[] | undefined;
}

/**
 * One step of bringing a meter's captures here: first those after the newest that is kept, then exactly the numbers that
 * are missing before it.
 */
export async function readCaptures(
  context: MeterContext,
  memory: CaptureMemory,
  signal: AbortSignal,
): Promise<TaskResult> {
  if (memory.isAbsent) return 'done';
  try {
    return await step(context, memory, signal);
  } catch (error) {
    return adapt(error, memory);
  }
}

async function step(context: MeterContext, memory: CaptureMemory, signal: AbortSignal): Promise<TaskResult> {
  const highest = (await standingOf(context))?.highestNumber ?? 0n;
  if (memory.isBehind) {
    const rows = await readRange(context, memory, { first: highest + 1n, last: undefined }, signal);
    memory.isBehind = rows.length === memory.page;
    return 'more';
  }
  memory.holes ??= await holesBelow(context, highest);
  const [hole, ...others] = memory.holes;
  if (hole === undefined) {
    await tellGaps(context);
    Object.assign(memory, { isBehind: true, holes: undefined });
    return 'done';
  }
  const rows = await readRange(context, memory, hole, signal);
  const next = rows.length < memory.page ? undefined : rows.at(-1)?.number;
  // Where the answer is not full, the meter has no more of them.
  memory.holes = next === undefined || next >= hole.last ? others : [{ ...hole, first: next + 1n }, ...others];
  return 'more';
}

/** As many as are filled in one turn; the next turn goes on. */
const MOST_HOLES = 200;

async function holesBelow({ store, meter }: MeterContext, highest: bigint): Promise<readonly NumberRange[]> {
  if (highest === 0n) return [];
  return await store.missingNumbers(meter.id, 'capture', { first: 1n, last: highest }, MOST_HOLES);
}

/** A range to ask for; without an end, everything that follows. */
interface Wanted {
  readonly first: bigint;
  readonly last: bigint | undefined;
}

/** Keeps as many of a range as fit into one answer. @returns what the meter has given */
async function readRange(
  context: MeterContext,
  { page }: CaptureMemory,
  { first, last }: Wanted,
  signal: AbortSignal,
): Promise<readonly CaptureRow[]> {
  const upTo = last === undefined ? '' : `&sa.totype=double-long-unsigned:${last}`;
  const part = `${CAPTURES}?sa.fromtype=double-long-unsigned:${first}${upTo}&sa.count=${page}`;
  const proven = await askProven(context, { part, kind: 'profile' }, signal);
  if (proven === undefined) return [];
  const rows = captureRowsOf(proven.reading) ?? [];
  await keepRows(context, rows, proven.received.receivedAt);
  return rows;
}

async function keepRows(context: MeterContext, rows: readonly CaptureRow[], receivedAt: Instant): Promise<void> {
  const judged = await Promise.all(
    rows.map(async (row, index) => ({
      row,
      result: await judgeRow(context, row, await hashBefore(context, row, rows[index - 1]), receivedAt),
    })),
  );
  const kept: Promise<unknown>[] = [];
  for (const { row, result } of judged) {
    const proven = result && (await provenOrRefused(context, result.received, result.verdict));
    const { number, hash: chainHash } = row;
    if (proven !== undefined) kept.push(keep(context, proven, { number, chainHash, values: valuesOf(proven.reading) }));
  }
  await Promise.all(kept);
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

interface JudgedCapture {
  readonly received: Received;
  readonly verdict: Verdict;
}

/** @returns `undefined` for a row without a document */
async function judgeRow(
  context: MeterContext,
  row: CaptureRow,
  previous: Uint8Array | undefined,
  receivedAt: Instant,
): Promise<JudgedCapture | undefined> {
  if (row.document === undefined) return undefined;
  const received = { body: row.document, receivedAt, target: targetOf(context, LIVE), kind: 'capture' } as const;
  const verdict = withMark(await judgeReceived(context, received), (reading) =>
    judgeChain(context.meter.id, row, previous, reading),
  );
  return { received, verdict };
}

type CaptureReading = NonNullable<Verdict['reading']>;

function withMark(verdict: Verdict, markOf: (reading: CaptureReading) => Mark): Verdict {
  if (verdict.reading === undefined) return verdict;
  const mark = markOf(verdict.reading);
  return { ...verdict, marks: [...verdict.marks, mark], proven: verdict.proven && mark.outcome !== 'failed' };
}

/** Whether the capture is the one that its hash covers, and follows from the one before. */
function judgeChain(
  meter: string,
  row: CaptureRow,
  previous: Uint8Array | undefined,
  { sequenceNumber, at }: CaptureReading,
): Mark {
  const { document = new Uint8Array(), documentHash = new Uint8Array() } = row;
  const problem = [
    { what: 'its document is not the one that was journaled', isSo: !equalBytes(sha256(document), documentHash) },
    {
      what: 'its document is of another sample',
      isSo: sequenceNumber !== row.sampleNumber || BigInt(at) !== row.sampledAt,
    },
    { what: 'it is not what its hash covers', isSo: !equalBytes(hashOfCapture(meter, row), row.hash) },
    {
      what: 'it does not follow from the one before',
      isSo: previous !== undefined && !equalBytes(previous, row.previous),
    },
  ].find(({ isSo }) => isSo);
  if (problem !== undefined) {
    const finding = `capture ${row.number}: ${problem.what}`;
    return { check: 'hash-chain', outcome: 'failed', finding, code: 'CAPTURE_CHAIN_BROKEN' };
  }
  const follows = previous === undefined ? 'the one before it is not here' : `follows from ${row.number - 1n}`;
  return { check: 'hash-chain', outcome: 'passed', finding: `capture ${row.number}, as journaled; ${follows}` };
}

async function tellGaps(context: MeterContext): Promise<void> {
  const { store, meter, board } = context;
  const { lowestNumber: first, highestNumber: last } = (await standingOf(context)) ?? {};
  if (first === undefined || last === undefined) return;
  const missing = await store.missingNumbers(meter.id, 'capture', { first, last }, MOST_HOLES);
  await board.take(meter.id, [gapFinding(missing)]);
}

async function standingOf({ store, meter }: MeterContext) {
  return (await store.standings(meter.id)).find(({ kind }) => kind === 'capture');
}

const SHOWN = 5;

/** They were asked for a moment ago, so the meter does not give them: it was not asked in time, or nobody had sealed them. */
function gapFinding(missing: readonly NumberRange[]): Finding {
  if (missing.length === 0) return isOver('capture-gap');
  const shown = missing.slice(0, SHOWN).map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`));
  const more = missing.length > SHOWN ? ', and more' : '';
  return holds('capture-gap', `number ${shown.join(', ')}${more}; the meter does not give them`);
}

/** A meter may have no such profile, or longer documents than we thought. */
function adapt(error: unknown, memory: CaptureMemory): TaskResult {
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
