import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { Days, type Instant, Minutes } from '#core/time.ts';
import { DEFAULT_COLLECTOR_LIMITS } from '#das/collector.ts';
import { startDas } from '#das/das.ts';
import type { KeepLimits, ReadingStore } from '#das/reading-store.ts';
import { DEFAULT_SCHEDULE } from '#das/schedule.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { RecordingLog } from '../http/support/recording-log.ts';
import { meter as party, TODAY } from '../http/support/tls-parties.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { makeSigningKey } from '../support/signing-keys.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KEEP: KeepLimits = { live: Days(31) };

interface Tidied {
  readonly now: Instant;
  readonly keep: KeepLimits;
}

/** A DAS that reads no meter, and whose store says when it is tidied up. */
async function idleDas(t: TestContext, maintain: (tidied: Tidied) => Promise<void>) {
  const [clock, log] = [new FakeClock(TODAY), new RecordingLog()];
  const store: ReadingStore = {
    ...(await openSqliteStore(temporaryFolder(t))),
    maintain: (now, keep) => maintain({ now, keep }),
  };
  const das = await startDas({
    store,
    collector: {
      connect: () => ({
        get: () => Promise.reject(new TypeError('there is no meter')),
        tend: () => Promise.resolve(),
        [Symbol.dispose]() {},
      }),
      signer: makeSigningKey().signer,
      signatures: undefined,
      scheduleOf: () => DEFAULT_SCHEDULE,
      limits: DEFAULT_COLLECTOR_LIMITS,
    },
    server: { tls: { ...party, clientRoots: [] }, demo: true },
    listen: { host: '127.0.0.1', port: 0 },
    meters: [],
    keep: KEEP,
    clock,
    log,
  });
  return { das, clock, log };
}

it('the store is tidied up every five minutes, by the limits of the configuration, until the DAS ends', async (t) => {
  const tidied: Tidied[] = [];
  const { das, clock } = await idleDas(t, (one) => {
    tidied.push(one);
    return Promise.resolve();
  });
  for (let round = 0; round < 3; round += 1) await clock.advance(Minutes(5));
  assert.deepEqual(
    tidied,
    [5, 10, 15].map((minutes) => ({ now: TODAY + Minutes(minutes), keep: KEEP })),
  );
  await das[Symbol.asyncDispose]();
  await clock.advance(Minutes(30));
  assert.equal(tidied.length, 3);
});

it('where it cannot be tidied up the log says so, and it is tried again', async (t) => {
  let tried = 0;
  const { das, clock, log } = await idleDas(t, () => {
    tried += 1;
    return Promise.reject(new Error('the disk is full'));
  });
  await clock.advance(Minutes(10));
  assert.equal(tried, 2);
  assert.deepEqual(
    log.of('das.housekeeping-failed').map(({ reason }) => reason),
    Array(2).fill('the disk is full'),
  );
  await das[Symbol.asyncDispose]();
});
