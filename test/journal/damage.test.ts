import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { toHex } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Journal } from '#journal/journal.ts';
import { openJournalReader } from '#journal/journal-reader.ts';
import { verifyJournal } from '#journal/verify.ts';
import { METER_ID } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { documentOf, newCapture, open, proofs, seal } from './support/journals.ts';
import { randomFrom } from './support/random.ts';

const FLIPS = 400;
const CAPTURES = 40;

/** What a disk holds when a writer has just been killed: part of it in the database, part of it still in the log. */
async function killedJournal(): Promise<{ folder: string; hashes: readonly string[] }> {
  const folder = temporaryFolder();
  const copy = join(temporaryFolder(), 'killed');
  for (const [first, last] of [
    [1, 25],
    [26, CAPTURES],
  ] as const) {
    using journal = open(folder);
    for (let number = first; number <= last; number += 1) {
      journal.capture(newCapture(number));
      if (number % 10 === 0)
        journal.log({
          name: 'clock-stepped',
          data: { from: newCapture(1).captureTime, to: newCapture(number).captureTime },
        });
    }
    await journal.checkpoint(seal);
    // Closing writes the log back, so the copy is made while the journal is open.
    if (last === CAPTURES) cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith('-shm') });
  }
  using journal = open(folder);
  const hashes = Array.from(journal.captures.read({ device: METER_ID }), ({ hash }) => toHex(hash));
  return { folder: copy, hashes };
}

/** Damage is refused by one of these codes, and by nothing else: no crash, no other error. */
const REFUSALS = ['JOURNAL_DAMAGED', 'JOURNAL_NOT_ONE', 'JOURNAL_NEWER', 'JOURNAL_OLDER', 'JOURNAL_WRITE_FAILED'];

function assertRefused(error: unknown): void {
  assert.ok(error instanceof SealmeterError && REFUSALS.includes(error.code), String(error));
}

/** Whether all of it was read. Whatever is read is what was written; what cannot be read is refused. */
function isReadWhole(reading: Pick<Journal, 'captures' | 'events'>, hashes: readonly string[]): boolean {
  try {
    const captures = [...reading.captures.read({ device: METER_ID })];
    for (const [index, capture] of captures.entries()) {
      assert.equal(toHex(capture.hash), hashes[index]);
      assert.deepEqual(new Map(capture.values), newCapture(index + 1).snapshot.sample.values);
      assert.deepEqual(new Uint8Array(reading.captures.document(capture) ?? []), documentOf(index + 1));
    }
    assert.equal(captures.length, hashes.length, 'rows are missing without a word');
    assert.equal([...reading.events.read({ book: 'calibration' })].length, CAPTURES / 10);
    return true;
  } catch (error) {
    assertRefused(error);
    return false;
  }
}

/** The same, of a folder that may not open at all. */
function isServed(folder: string, hashes: readonly string[]): boolean {
  try {
    using reader = openJournalReader(folder);
    if (!isReadWhole(reader, hashes)) return false;
    // What a reader took as good, a writer goes on with.
    using journal = open(folder);
    assert.equal(journal.capture(newCapture(CAPTURES + 1)), CAPTURES + 1);
    return true;
  } catch (error) {
    assertRefused(error);
    return false;
  }
}

test('the journal that is going to be damaged is good', async () => {
  const { folder, hashes } = await killedJournal();
  assert.ok(statSync(join(folder, 'journal.db-wal')).size > 50_000);
  assert.ok(statSync(join(folder, 'journal.db')).size > 50_000);
  assert.ok(isServed(folder, hashes));
  assert.equal((await verifyJournal(folder, proofs)).firstBad, undefined);
});

test(`of ${FLIPS} flipped bits none is served as good, and none makes a row disappear without a word`, async (t) => {
  const { folder, hashes } = await killedJournal();
  const damaged = join(temporaryFolder(), 'damaged');
  const random = randomFrom(7);
  const counts = { noticed: 0, harmless: 0 };
  for (let flip = 0; flip < FLIPS; flip += 1) {
    cpSync(folder, damaged, { recursive: true });
    flipBit(damaged, random);
    if (isServed(damaged, hashes)) {
      counts.harmless += 1;
      assert.equal((await verifyJournal(damaged, { ...proofs })).firstBad, undefined);
    } else counts.noticed += 1;
    rmSync(damaged, { recursive: true });
  }
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.noticed > FLIPS / 4, 'most of the bits matter');
});

/** Anywhere in the database, its log, or the files beside it. */
function flipBit(folder: string, random: () => number): void {
  const files = readdirSync(folder).filter((name) => name.startsWith('journal.db') || name.startsWith('heads'));
  const sizes = files.map((name) => statSync(join(folder, name)).size);
  let place = Math.floor(random() * sizes.reduce((sum, size) => sum + size, 0));
  const index = sizes.findIndex((size) => {
    if (place < size) return true;
    place -= size;
    return false;
  });
  const file = join(folder, files[index] ?? '');
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << Math.floor(random() * 8)), place);
  writeFileSync(file, bytes);
}

test('a log or a database that was cut off anywhere is served whole or not at all', async () => {
  const { folder, hashes } = await killedJournal();
  const random = randomFrom(8);
  const served = (name: string): number =>
    Array.from({ length: 40 }, () => isServedWhenCut(folder, name, random, hashes)).filter(Boolean).length;
  assert.equal(served('journal.db-wal'), 0, 'every row of the log was acknowledged');
  assert.ok(served('journal.db') < 20, 'the log has only some of its pages');
});

function isServedWhenCut(folder: string, name: string, random: () => number, hashes: readonly string[]): boolean {
  const damaged = join(temporaryFolder(), 'damaged');
  cpSync(folder, damaged, { recursive: true });
  const file = join(damaged, name);
  truncateSync(file, Math.floor(random() * statSync(file).size));
  return isServed(damaged, hashes);
}

test('a last page that was written by half is no harm as long as it was not acknowledged', () => {
  const folder = temporaryFolder();
  const killed = join(temporaryFolder(), 'killed');
  {
    using journal = open(folder);
    for (let number = 1; number <= 5; number += 1) journal.capture(newCapture(number));
    cpSync(folder, killed, { recursive: true, filter: (path) => !path.endsWith('-shm') });
    journal.capture(newCapture(6));
    // The log has the sixth capture, the heads of the copy do not: it was being committed when the power went.
    cpSync(join(folder, 'journal.db-wal'), join(killed, 'journal.db-wal'));
  }
  const wal = join(killed, 'journal.db-wal');
  truncateSync(wal, statSync(wal).size - 2_048);
  using journal = open(killed);
  assert.equal(journal.capture(newCapture(6)), 6);
  assert.equal([...journal.captures.read({ device: METER_ID })].length, 6);
});
