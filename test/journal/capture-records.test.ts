import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { Minutes } from '#core/time.ts';
import { allTime } from '#cosem/time-span.ts';
import { captureRecords } from '#journal/capture-records.ts';
import type { Journal } from '#journal/journal.ts';
import { hashOf, sha256 } from '../support/capture-chain.ts';
import { METER_ID } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { timeOf } from './support/captures.ts';
import { documentOf, newCapture, open, seal } from './support/journals.ts';
import { tamper } from './support/tampering.ts';

const MISSING_SEAL = 4;
const LAST = 9;

/** The signer was away for one of them. */
function fill(journal: Journal): void {
  for (let number = 1; number <= LAST; number += 1) {
    journal.capture(newCapture(number, number === MISSING_SEAL ? { document: undefined } : {}));
  }
}

const recordsOf = (journal: Journal) => captureRecords(journal.captures, METER_ID);

const numbersOf = (journal: Journal, ...range: Parameters<ReturnType<typeof recordsOf>['entries']>) =>
  Array.from(recordsOf(journal).entries(...range), ({ number }) => number);

test('a record has all that its hash covers, and the document as it was sealed', () => {
  using journal = open(temporaryFolder());
  fill(journal);
  let before: Uint8Array | undefined;
  for (const record of recordsOf(journal).entries(allTime, 'oldest-first')) {
    const { number, captureTime, sampledAt, documentHash, hash, previous } = record;
    const times = { captureTime: BigInt(captureTime), sampledAt: BigInt(sampledAt) };
    assert.deepEqual(hashOf(METER_ID, { ...record, ...times, number: BigInt(number) }), hash);
    assert.deepEqual(previous, before ?? previous);
    before = hash;
    if (number === MISSING_SEAL) assert.equal(documentHash, undefined);
    else assert.deepEqual([utf8(record.document()), documentHash], [documentOf(number), sha256(documentOf(number))]);
  }
  assert.deepEqual(before, journal.captures.last(METER_ID)?.hash);
});

test('records are found by number and by time, also where those before have been let go of', async () => {
  using journal = open(temporaryFolder(), { clock: new FakeClock(timeOf(LAST)) });
  fill(journal);
  await journal.retain({ captures: Minutes(90) }, seal);
  assert.deepEqual(numbersOf(journal, allTime, 'oldest-first'), [3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(numbersOf(journal, { ...allTime, numbers: { first: 1, last: 4 } }, 'oldest-first'), [3, 4]);
  assert.deepEqual(numbersOf(journal, { ...allTime, numbers: { first: 5, last: 7 } }, 'newest-first'), [7, 6, 5]);
  const numbers = { first: 6, last: 99 };
  assert.deepEqual(numbersOf(journal, { from: timeOf(5), to: timeOf(8), numbers }, 'oldest-first'), [6, 7]);
  assert.equal(recordsOf(journal).count(), 7);
  assert.equal(recordsOf(journal).newest()?.number, LAST);
});

test('a device without captures has no records', () => {
  using journal = open(temporaryFolder());
  assert.deepEqual([recordsOf(journal).count(), recordsOf(journal).newest()], [0, undefined]);
  assert.deepEqual(numbersOf(journal, allTime, 'oldest-first'), []);
});

test('a record that was changed is not shown', () => {
  const folder = temporaryFolder();
  {
    using journal = open(folder);
    fill(journal);
  }
  tamper(folder, "UPDATE captures SET state = '0000000000000001' WHERE number = 6");
  using journal = open(folder);
  assert.throws(() => numbersOf(journal, allTime, 'oldest-first'), { code: 'JOURNAL_DAMAGED' });
});
