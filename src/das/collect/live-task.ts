import { valuesOf } from '#das/measured-values.ts';
import { judge } from '#das/verdict.ts';
import type { Certificate } from '#pki/certificate.ts';
import type { Expiry } from './live-detectors.ts';
import type { MeterContext } from './meter-context.ts';
import type { TaskResult } from './meter-lane.ts';
import { askProven, keep } from './proven.ts';

/** All that the meter measures, of one sample. */
export const LIVE = '/objects';

/** Reads what the meter shows now, keeps it, compares it with the reading before, and tells whoever looks. */
export async function readLive(context: MeterContext, signal: AbortSignal): Promise<TaskResult> {
  const { meter, watch, board, feed } = context;
  if (watch.newest === undefined) await recallNewest(context);
  const expected = watch.newest === undefined ? {} : { newest: watch.newest };
  const proven = await askProven(context, { part: LIVE, kind: 'live', expected }, signal);
  if (proven === undefined) {
    watch.refused();
    return 'done';
  }
  const { reading, digest, received, askedAt } = proven;
  const values = valuesOf(reading);
  const expiry = expiryOf(context, proven.server);
  const compared = watch.compare({ reading, digest, values, askedAt, receivedAt: received.receivedAt, expiry });
  // First, because what is kept is what the next reading is compared with: should the process end in between, the same is
  // found once more.
  await board.take(meter.id, compared.findings);
  const { outcome, document } = await keep(context, proven, { values });
  if (outcome !== 'stored' && outcome !== 'known') {
    watch.refused();
    return 'done';
  }
  compared.accept();
  const { sequenceNumber: number, at, state } = reading;
  feed.publish({ meter: meter.id, document, number, at, proven: true, state, values });
  return 'done';
}

/** The end that is to be seen to first: of the newest signature certificate, or of what the server has shown. */
function expiryOf({ pinned }: MeterContext, { subject, notAfter }: Certificate): Expiry {
  const [newest] = [...pinned].sort((a, b) => b.notAfter - a.notAfter);
  if (newest === undefined || notAfter < newest.notAfter) return { at: notAfter, subject: subject.text };
  return { at: newest.notAfter, subject: newest.subject };
}

/**
 * What the next reading has to follow, across restarts too. What the newest kept one says is read once more; where the
 * certificate that had sealed it is not pinned any more, its number still counts.
 */
async function recallNewest({ store, meter, pinned, watch, crypto }: MeterContext): Promise<void> {
  const entry = await store.latest(meter.id, 'live');
  const kept = entry && (await store.document(entry.id));
  if (kept === undefined) return;
  const { number: sequenceNumber, digest, values, receivedAt } = kept;
  const { reading } = await judge(kept.bytes, pinned, crypto);
  watch.recall({ sequenceNumber, digest }, reading && { reading, values, receivedAt });
}
