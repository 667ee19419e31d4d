import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Days, Instant, Seconds } from '#core/time.ts';
import { backupJournal } from '#journal/backup.ts';
import type { Journal } from '#journal/journal.ts';
import { openJournalReader } from '#journal/journal-reader.ts';
import { type RestoreReport, restoreJournal } from '#journal/restore.ts';
import { verifyJournal } from '#journal/verify.ts';
import { METER_ID, START } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { timeOf } from './support/captures.ts';
import { makeJournal, newCapture, open, proofs, seal } from './support/journals.ts';
import { tamper } from './support/tampering.ts';

const CAPTURES = `captures/${METER_ID}`;
const NOW = Instant(START + Days(1));

const restore = (folder: string, backup: string, now = NOW): Promise<RestoreReport> =>
  restoreJournal({ folder, backup, clock: new FakeClock(now), proofs, seal });

const numbers = (journal: Pick<Journal, 'captures'>): readonly number[] =>
  Array.from(journal.captures.read({ device: METER_ID }), ({ number }) => number);

function backupOf(folder: string): string {
  const file = join(temporaryFolder(), 'backup.db');
  backupJournal(folder, file);
  return file;
}

test('a backup is one file for its owner alone, and has what was committed when it was made', () => {
  const folder = temporaryFolder();
  using journal = open(folder);
  journal.capture(newCapture(1));
  journal.capture(newCapture(2));
  const backup = backupOf(folder);
  journal.capture(newCapture(3));
  assert.deepEqual(readdirSync(join(backup, '..')), ['backup.db']);
  assert.equal(statSync(backup).mode & 0o777, 0o600);
  using reader = openJournalReader(backup);
  assert.deepEqual(numbers(reader), [1, 2]);
  assert.deepEqual(numbers(journal), [1, 2, 3]);
});

test('a backup overwrites nothing, and one that was broken off does not matter', () => {
  const folder = temporaryFolder();
  makeJournal(folder, 2);
  const file = join(temporaryFolder(), 'backup.db');
  writeFileSync(`${file}.unfinished`, 'half a backup');
  backupJournal(folder, file);
  assert.ok(!existsSync(`${file}.unfinished`));
  const before = readFileSync(file);
  assert.throws(() => backupJournal(folder, file), { code: 'BACKUP_EXISTS' });
  assert.deepEqual(readFileSync(file), before);
});

test('a backup takes the place of a journal, which is moved aside', async () => {
  const folder = join(temporaryFolder(), 'journal');
  makeJournal(folder, 3);
  const backup = backupOf(folder);
  {
    using journal = open(folder);
    journal.capture(newCapture(4));
    journal.capture(newCapture(5));
    journal.log({
      name: 'read',
      consumer: 'bob',
      data: { device: 'm', client: 'x', resource: '/', sealed: 'no', sample: 1n },
    });
  }
  const { lost, replaced } = await restore(folder, backup);
  assert.deepEqual(lost, [
    { chain: CAPTURES, first: 4, last: 5 },
    { chain: 'consumer/bob', first: 1, last: 1 },
  ]);
  {
    using old = openJournalReader(replaced);
    assert.deepEqual(numbers(old), [1, 2, 3, 4, 5]);
  }
  using journal = open(folder, { clock: new FakeClock(NOW) });
  assert.deepEqual(numbers(journal), [1, 2, 3]);
  const [event] = Array.from(journal.events.read({ book: 'system' })).slice(-1);
  assert.deepEqual(event?.data, { newestRow: timeOf(3), rowsLost: 3n });
});

test('no number comes again after a restore, and what follows the loss verifies', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 3);
  const backup = backupOf(folder);
  {
    using journal = open(folder);
    for (let number = 4; number <= 9; number += 1) journal.capture(newCapture(number));
  }
  await restore(folder, backup);
  {
    using journal = open(folder, { clock: new FakeClock(NOW) });
    const next = journal.samplesUsed(METER_ID) + 1n;
    assert.ok(next > 9n);
    assert.equal(journal.capture(newCapture(Number(next), { at: NOW })), 10);
    assert.equal(journal.capture(newCapture(Number(next) + 1, { at: Instant(NOW + 1) })), 11);
    assert.deepEqual(numbers(journal), [1, 2, 3, 10, 11]);
    const read = (first: number, last: number): readonly number[] =>
      Array.from(journal.captures.read({ device: METER_ID, first, last }), ({ number }) => number);
    assert.deepEqual(read(5, 10), [10]);
    assert.deepEqual(read(2, 6), [2, 3]);
    assert.deepEqual(read(5, 6), []);
    await journal.checkpoint(seal);
  }
  assert.equal((await verifyJournal(folder, proofs)).firstBad, undefined);
});

test('rows that are missing for another reason are found out after a restore too', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 3);
  const backup = backupOf(folder);
  {
    using journal = open(folder);
    journal.capture(newCapture(4));
  }
  await restore(folder, backup);
  {
    using journal = open(folder);
    const used = Number(journal.samplesUsed(METER_ID));
    for (let count = 1; count <= 3; count += 1) journal.capture(newCapture(used + count));
  }
  tamper(folder, 'DELETE FROM captures WHERE number = 6');
  assert.equal((await verifyJournal(folder, proofs)).firstBad?.where, `${CAPTURES} 6`);
});

test('on a machine that knows nothing of the journal, numbers go on above all that can have been given since', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 3);
  const backup = backupOf(folder);
  const other = join(temporaryFolder(), 'other', 'machine');
  const newest = timeOf(3);
  await restore(other, backup, Instant(newest + Seconds(100)));
  using journal = open(other);
  assert.ok(journal.samplesUsed(METER_ID) > 100_000n);
  assert.equal(journal.capture(newCapture(Number(journal.samplesUsed(METER_ID)) + 1)), 100_004);
  assert.ok(journal.log({ name: 'network-back', data: {} }) > 100_000);
});

test('the same after another journal was begun in the folder', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 3);
  const backup = backupOf(folder);
  const other = temporaryFolder();
  makeJournal(other, 50);
  const { replaced } = await restore(other, backup, Instant(timeOf(3) + Seconds(100)));
  {
    using journal = open(other);
    assert.deepEqual(numbers(journal), [1, 2, 3]);
  }
  using old = openJournalReader(replaced);
  assert.equal(numbers(old).length, 50);
});

test('nothing is restored while the clock stands before the backup', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 3);
  await assert.rejects(restore(folder, backupOf(folder), timeOf(2)), { code: 'RESTORE_CLOCK' });
  using journal = open(folder);
  assert.deepEqual(numbers(journal), [1, 2, 3]);
});

test('a backup that does not verify changes nothing', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 3);
  const broken = temporaryFolder();
  makeJournal(broken, 3);
  tamper(broken, 'UPDATE captures SET sampled_at = 1 WHERE number = 2');
  await assert.rejects(restore(folder, join(broken, 'journal.db')), {
    code: 'BACKUP_DAMAGED',
    fault: 'evidence',
    message: /captures\/1sie0012345678\.sm 2/,
  });
  const files = readdirSync(folder);
  assert.ok(!files.some((name) => name.startsWith('replaced')), files.join());
  using journal = open(folder);
  assert.equal(journal.capture(newCapture(4)), 4);
});

test('nothing is restored while a meter writes the journal', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 3);
  const backup = backupOf(folder);
  using journal = open(folder);
  await assert.rejects(restore(folder, backup), { code: 'JOURNAL_LOCKED' });
  assert.equal(journal.capture(newCapture(4)), 4);
});

test('a journal that is damaged is restored like any other', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 3);
  const backup = backupOf(folder);
  writeFileSync(join(folder, 'journal.db'), 'rubbish');
  assert.throws(() => open(folder), { code: 'JOURNAL_NOT_ONE' });
  await restore(folder, backup);
  using journal = open(folder);
  assert.deepEqual(numbers(journal), [1, 2, 3]);
  assert.equal(journal.capture(newCapture(Number(journal.samplesUsed(METER_ID)) + 1)), 4);
});

test('the folder of a meter may be restored from, and a restored journal again', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 2);
  const other = temporaryFolder();
  for (let count = 1; count <= 3; count += 1) {
    const { replaced } = await restore(other, folder);
    assert.equal(replaced, join(other, `replaced-${count}`));
  }
  using journal = open(other);
  assert.deepEqual(numbers(journal), [1, 2]);
});

test('a restore that was interrupted in the middle of its renaming is finished by the next start', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 3);
  const backup = backupOf(folder);
  const finished = temporaryFolder();
  await restore(finished, backup);
  for (const done of [[], ['journal.db'], ['journal.db', 'heads.0', 'heads.1']]) {
    const interrupted = join(temporaryFolder(), 'journal');
    makeJournal(interrupted, 7);
    const ready = join(interrupted, 'restored');
    mkdirSync(ready);
    writeFileSync(join(ready, 'replaced-as'), 'replaced-1');
    if (done.length > 0) {
      const aside = join(interrupted, 'replaced-1');
      mkdirSync(aside);
      for (const name of ['journal.db', 'heads.0', 'heads.1']) renameSync(join(interrupted, name), join(aside, name));
    }
    for (const name of ['journal.db', 'heads.0', 'heads.1'].filter((name) => existsSync(join(finished, name)))) {
      writeFileSync(join(done.includes(name) ? interrupted : ready, name), readFileSync(join(finished, name)));
    }
    {
      using journal = open(interrupted);
      assert.deepEqual(numbers(journal), [1, 2, 3]);
    }
    using old = openJournalReader(join(interrupted, 'replaced-1'));
    assert.equal(numbers(old).length, 7);
  }
});
