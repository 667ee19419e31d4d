import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { MeterContext } from './meter-context.ts';
import { MeterRests, type TaskResult } from './meter-lane.ts';
import { MeterBusy } from './meter-reader.ts';
import type { RequestOutcome } from './tally.ts';

type Task = (context: MeterContext, signal: AbortSignal) => Promise<TaskResult>;

/** To ask again at once would give the same answer: the task waits for its next turn. */
const HOPELESS: ReadonlySet<string> = new Set(['METER_REFUSES', 'METER_ANSWER_TOO_LARGE']);

/** Does a task, and turns what goes wrong into what the lane and the alarms need to know. */
export async function attempt(task: Task, context: MeterContext, signal: AbortSignal): Promise<TaskResult> {
  try {
    return await task(context, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof MeterRests) return 'postponed';
    return await failed(error, context).catch((second: unknown) => ours(second, context));
  }
}

/** One meter's trouble, and ours, such as a disk that is full, must not end the reading of all others. */
function ours(error: unknown, { meter, log }: MeterContext): TaskResult {
  log.error('das.task-failed', { meter: meter.id, reason: reasonOf(error) });
  return { retryAfter: undefined, isAway: false };
}

async function failed(error: unknown, context: MeterContext): Promise<TaskResult> {
  if (!(error instanceof SealmeterError) || error.fault === 'internal') return ours(error, context);
  const { meter, watch, board, tally, clock, log } = context;
  const { code, message } = error;
  tally.failed(outcomeOf(error));
  log.info('das.request-failed', { meter: meter.id, code, reason: message });
  await board.take(meter.id, watch.failed(error, clock.now()));
  if (HOPELESS.has(code)) return 'done';
  if (error instanceof MeterBusy) return { retryAfter: error.retryAfter, isAway: false };
  return { retryAfter: undefined, isAway: true };
}

function outcomeOf(error: SealmeterError): Exclude<RequestOutcome, 'answered'> {
  if (error instanceof MeterBusy) return 'busy';
  return error.code === 'METER_REFUSES' ? 'refused' : 'failed';
}
