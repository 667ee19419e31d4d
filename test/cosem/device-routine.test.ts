import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Log, silentLog } from '#core/log.ts';
import { AccessRefusal } from '#cosem/access-result.ts';
import { DeviceRoutine } from '#cosem/device-routine.ts';
import type { AccessContext } from '#cosem/interface-class.ts';
import type { Watcher } from '#cosem/watcher.ts';
import { exampleMeter, exampleSample, goodValues } from '../support/example-meter.ts';
import { RecordedEvents, secondsAfter } from './support/standard-meter.ts';

function routineOf(watchers: readonly Watcher[], log: Log = silentLog) {
  const device = exampleMeter();
  const routine = new DeviceRoutine({ device, watchers, events: new RecordedEvents(), log });
  let number = 100n;
  return (second: number): Promise<void> => {
    number += 1n;
    return routine.observe(device.accept(exampleSample(goodValues, secondsAfter(second)), number));
  };
}

function watching(seen: string[], actor: string, refuses: () => boolean = () => false): Watcher {
  return {
    actor,
    observe({ at }) {
      seen.push(`${actor} ${(at - secondsAfter(0)) / 1_000}`);
      if (refuses()) throw new AccessRefusal('HARDWARE_FAULT');
    },
  };
}

test('every watcher looks at every snapshot, in order', async () => {
  const seen: string[] = [];
  const observe = routineOf([watching(seen, 'a'), watching(seen, 'b')]);
  await observe(1);
  await observe(2);
  assert.deepEqual(seen, ['a 1', 'b 1', 'a 2', 'b 2']);
});

test('one that is refused rests for a minute, and the others go on', async () => {
  const seen: string[] = [];
  const warnings: unknown[] = [];
  const log = { ...silentLog, warn: (event: string, fields: unknown) => void warnings.push([event, fields]) };
  const observe = routineOf([watching(seen, 'a', () => true), watching(seen, 'b')], log);
  for (const second of [1, 2, 60, 61]) await observe(second);
  assert.deepEqual(seen, ['a 1', 'b 1', 'b 2', 'b 60', 'a 61', 'b 61']);
  assert.equal(warnings.length, 2);
});

test('a snapshot that comes while a watcher still acts is passed over', async () => {
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow: Watcher = {
    actor: 'slow',
    async observe({ at }) {
      seen.push(`slow ${(at - secondsAfter(0)) / 1_000}`);
      await promise;
    },
  };
  const observe = routineOf([slow]);
  const first = observe(1);
  await observe(2);
  resolve();
  await first;
  await observe(3);
  assert.deepEqual(seen, ['slow 1', 'slow 3']);
});

test('a watcher acts for the device, by its own name', async () => {
  const contexts: AccessContext[] = [];
  const observe = routineOf([{ actor: 'limiter', observe: (_snapshot, context) => void contexts.push(context) }]);
  await observe(5);
  assert.deepEqual(
    contexts.map(({ actor, isLocal, at }) => ({ actor, isLocal, at })),
    [{ actor: 'limiter', isLocal: true, at: secondsAfter(5) }],
  );
});
