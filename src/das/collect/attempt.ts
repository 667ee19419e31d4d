import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { MeterContext } from './meter-context.ts';
import type { TaskResult } from './meter-lane.ts';
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
    return await failed(error, context);
  }
}

async function failed(error: unknown, { meter, watch, board, tally, clock, log }: MeterContext): Promise<TaskResult> {
  if (!(error instanceof SealmeterError) || error.fault === 'internal') {
    // One meter's trouble, and ours, must not end the reading of all others.
    log.error('das.task-failed', { meter: meter.id, reason: reasonOf(error) });
    return { retryAfter: undefined };
  }
  const { code, message } = error;
  tally.failed(outcomeOf(error));
  log.info('das.request-failed', { meter: meter.id, code, reason: message });
  await board.take(meter.id, watch.failed(error, clock.now()));
  if (HOPELESS.has(code)) return 'done';
  return { retryAfter: error instanceof MeterBusy ? error.retryAfter : undefined };
}

function outcomeOf(error: SealmeterError): Exclude<RequestOutcome, 'answered'> {
  if (error instanceof MeterBusy) return 'busy';
  return error.code === 'METER_REFUSES' ? 'refused' : 'failed';
}
