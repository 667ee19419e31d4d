import { addTime, Hours, Instant, Milliseconds } from '#core/time.ts';
import type { Order } from '#cosem/time-span.ts';
import type { CaptureTimes } from './capture-schedule.ts';
import type { Capture, CaptureRange, CaptureReader } from './captures.ts';

/** Moments that are at least so far apart are looked up one by one; others are picked out of all captures. */
const SPARSE = Hours(1);

/**
 * The entries of a profile: the captures that were taken for its moments. A load profile takes them all, a daily or a
 * monthly one those at the beginning of a day or a month; nothing is stored twice. Where a capture is missing the profile
 * has no entry, and where the clock was set back it may have two.
 * @throws SealmeterError (evidence) `JOURNAL_DAMAGED`
 */
export function* profileEntries(
  captures: CaptureReader,
  range: CaptureRange,
  times: CaptureTimes,
  order: Order = 'oldest-first',
): Generator<Capture, void, undefined> {
  const span = captures.timeSpan(range.device);
  if (span === undefined) return;
  const from = Instant(Math.max(span.from, range.from ?? span.from));
  const to = Instant(Math.min(span.to, range.to ?? span.to));
  if (times.period !== undefined && times.period < SPARSE) yield* pick(captures.read(range, order), times);
  else yield* lookUp(captures, range, momentsOf(times, from, to), order);
}

function* pick(captures: Iterable<Capture>, times: CaptureTimes): Generator<Capture, void, undefined> {
  for (const capture of captures) if (times.atOrBefore(capture.captureTime) === capture.captureTime) yield capture;
}

function* lookUp(
  captures: CaptureReader,
  range: CaptureRange,
  moments: readonly Instant[],
  order: Order,
): Generator<Capture, void, undefined> {
  const ordered = order === 'oldest-first' ? moments : moments.toReversed();
  for (const from of ordered) yield* captures.read({ ...range, from, to: addTime(from, Milliseconds(1)) }, order);
}

/** Start included, end excluded. */
function momentsOf(times: CaptureTimes, from: Instant, to: Instant): readonly Instant[] {
  const moments: Instant[] = [];
  const first = times.atOrBefore(from);
  for (let time = first === from ? first : times.after(from); time < to; time = times.after(time)) moments.push(time);
  return moments;
}
