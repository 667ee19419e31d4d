import { writeSync } from 'node:fs';
import { Instant } from '#core/time.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { judged, METER, numbersFrom, QUARTER } from './judged.ts';

// Appends batches to the store of a folder until it is killed. What is acknowledged is said: "kept FIRST LAST". It begins
// a batch before the last document that it finds, as a collector does that does not know how far it came.

export const BATCH = 5;

const [, , folder = ''] = process.argv;
const store = await openSqliteStore(folder);
writeSync(1, 'opened\n');
const latest = await store.latest(METER, 'capture');
let next = Math.max(1, Number(latest?.number ?? 0n) - BATCH);
for (;;) {
  const batch = numbersFrom(next, BATCH).map((number) => judged(number));
  await store.append(batch);
  next += BATCH;
  writeSync(1, `kept ${next - BATCH} ${next - 1}\n`);
  const { at } = batch[0] ?? judged(0);
  // Packs and roll-ups are made all the time, so that some are killed in the middle.
  if (next % 3 === 0) await store.maintain(Instant(at - 200 * QUARTER), {});
}
