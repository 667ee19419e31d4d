import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '#core/log.ts';
import { addTime, Hours, Instant, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import type { ClockStatus } from '#journal/clock-status.ts';
import { ClockWatch } from '#journal/clock-watch.ts';
import type { NewEvent } from '#journal/event-books.ts';
import { StepDetector } from '#journal/step-detector.ts';
import { METER_ID, START } from '../support/example-meter.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { open } from './support/journals.ts';

const OTHER_ID = '1sie0087654321.sm';

const good: ClockStatus = { synchronised: true, offset: Milliseconds(2.4), source: 'chrony 192.0.2.1' };
const bad: ClockStatus = { synchronised: false, offset: undefined, source: 'chrony' };

/** A watch whose source says what the test wants. */
async function watched(first: ClockStatus | undefined) {
  const clock = new FakeClock();
  const events: NewEvent[] = [];
  const state = { status: first };
  const watch = new ClockWatch({
    clock,
    source: { read: () => Promise.resolve(state.status) },
    onEvent: (event) => events.push(event),
    log: silentLog,
  });
  await settle();
  const told = (): readonly string[] => events.splice(0).map(({ name }) => name);
  const say = async (status: ClockStatus | undefined): Promise<void> => {
    state.status = status;
    await clock.advance(Minutes(1));
  };
  return { clock, watch, events, told, say, [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose]() };
}

test('samples are marked until the clock is known to be right', async () => {
  await using run = await watched(undefined);
  assert.deepEqual(run.watch.flags(METER_ID), ['clock-not-synchronised']);
  await run.say(bad);
  assert.deepEqual(run.watch.flags(METER_ID), ['clock-not-synchronised']);
  assert.deepEqual(run.told(), []);
  await run.say(good);
  assert.deepEqual(run.watch.flags(METER_ID), []);
  const [event] = run.events;
  assert.deepEqual(event, {
    name: 'clock-synchronised',
    data: { source: 'chrony 192.0.2.1', offsetMilliseconds: 2n },
  });
});

test('what changes is told, what stays is not', async () => {
  await using run = await watched(good);
  assert.deepEqual(run.told(), ['clock-synchronised']);
  await run.say(good);
  assert.deepEqual(run.told(), []);
  await run.say(bad);
  assert.deepEqual(run.told(), ['clock-not-synchronised']);
  assert.deepEqual(run.watch.flags(METER_ID), ['clock-not-synchronised']);
  await run.say(bad);
  assert.deepEqual(run.told(), []);
});

test('a source that falls silent is believed for a while', async () => {
  await using run = await watched(good);
  run.told();
  await run.say(undefined);
  await run.clock.advance(Hours(3));
  assert.deepEqual(run.watch.flags(METER_ID), []);
  assert.deepEqual(run.told(), []);
  await run.clock.advance(Hours(1));
  assert.deepEqual(run.watch.flags(METER_ID), ['clock-not-synchronised']);
  assert.deepEqual(run.told(), ['clock-not-synchronised']);
  await run.say(good);
  assert.deepEqual(run.told(), ['clock-synchronised']);
});

test('a step marks the next sample of each device once, and is an event with both times', async () => {
  await using run = await watched(good);
  run.told();
  run.clock.set(addTime(START, Seconds(100)));
  assert.deepEqual(run.watch.flags(METER_ID), ['clock-set']);
  assert.deepEqual(run.watch.flags(METER_ID), []);
  assert.deepEqual(run.watch.flags(OTHER_ID), ['clock-set']);
  assert.deepEqual(run.events, [{ name: 'clock-stepped', data: { from: START, to: addTime(START, Seconds(100)) } }]);
});

test('a step between two samples is told even without a sample', async () => {
  await using run = await watched(good);
  run.told();
  run.clock.set(addTime(START, Seconds(-100)));
  await run.clock.advance(Minutes(1));
  assert.deepEqual(run.told(), ['clock-stepped']);
  assert.deepEqual(run.watch.flags(METER_ID), ['clock-set']);
});

test('a book that cannot be written stops neither the watch nor the sample', async () => {
  const clock = new FakeClock();
  const failures: string[] = [];
  await using watch = new ClockWatch({
    clock,
    source: { read: () => Promise.resolve(good) },
    onEvent() {
      throw new Error('disk full');
    },
    log: { ...silentLog, error: (event, fields) => failures.push(`${event} ${String(fields?.['reason'])}`) },
  });
  await settle();
  clock.set(addTime(START, Seconds(100)));
  assert.deepEqual(watch.flags(METER_ID), ['clock-set']);
  assert.deepEqual(failures, ['clock.event-not-kept disk full', 'clock.event-not-kept disk full']);
});

test('the events fit their books', async () => {
  const clock = new FakeClock();
  using journal = open(temporaryFolder(), { clock });
  {
    await using watch = new ClockWatch({
      clock,
      source: { read: () => Promise.resolve(good) },
      onEvent: (event) => journal.log(event),
      log: silentLog,
    });
    await settle();
    clock.set(addTime(START, Hours(1)));
    watch.flags(METER_ID);
  }
  assert.equal([...journal.events.read({ book: 'system' })].length, 1);
  assert.equal([...journal.events.read({ book: 'calibration' })].length, 1);
});

test('a disposed watch asks nobody', async () => {
  const run = await watched(good);
  await run.watch[Symbol.asyncDispose]();
  await run.clock.advance(Minutes(10));
  assert.equal(run.clock.waiting, 0);
});

test('a clock that runs on is no step', async () => {
  const clock = new FakeClock();
  const steps = new StepDetector(clock, Seconds(1));
  await clock.advance(Hours(100));
  assert.equal(steps.check(), undefined);
});

test('steps below the limit add up', () => {
  const clock = new FakeClock(Instant(0));
  const steps = new StepDetector(clock, Seconds(1));
  clock.set(Instant(700));
  assert.equal(steps.check(), undefined);
  clock.set(Instant(1_400));
  assert.deepEqual(steps.check(), { from: 0, to: 1_400 });
  assert.equal(steps.check(), undefined, 'told once');
  clock.set(Instant(-600));
  assert.deepEqual(steps.check(), { from: 1_400, to: -600 });
});
