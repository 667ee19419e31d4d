import { equalBytes } from '#core/bytes.ts';
import type { Instant } from '#core/time.ts';
import type { Mark, Verdict } from '#das/verdict.ts';
import { type CaptureRow, hashOfCapture, sha256 } from './capture-rows.ts';
import { LIVE } from './live-task.ts';
import type { MeterContext } from './meter-context.ts';
import { judgeReceived, type Received, targetOf } from './proven.ts';

interface JudgedCapture {
  readonly received: Received;
  readonly verdict: Verdict;
}

/**
 * @param previous the hash of the capture before, where that is known
 * @returns `undefined` for a row without a document
 */
export async function judgeRow(
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
