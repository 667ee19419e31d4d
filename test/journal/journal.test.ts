import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { migrate } from '#core/sqlite-schema.ts';
import { openJournalReader } from '#journal/journal-reader.ts';
import { MIGRATIONS } from '#journal/sql/schema.ts';
import { Database } from '#journal/store/database.ts';
import { JOURNAL_SCHEMA } from '#journal/store/journal-file.ts';
import { METER_ID } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeJournal, newCapture, open, seal } from './support/journals.ts';
import { copyOf, tamper, tryStatement } from './support/tampering.ts';

const OPEN_IN_CHILD = `
  import { systemClock } from '#core/clock.ts';
  import { openJournal } from '#journal/journal.ts';
  try {
    using journal = openJournal({ folder: process.argv[1], clock: systemClock });
    console.log('opened');
  } catch (error) {
    console.log(error.code);
  }
`;

function openInChild(folder: string): string {
  const args = ['--input-type=module-typescript', '--eval', OPEN_IN_CHILD, folder];
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.trim();
}

test('a second writer is told so, in this process and in another one', () => {
  const folder = temporaryFolder();
  {
    using journal = open(folder);
    journal.capture(newCapture(1));
    assert.throws(() => open(folder), { code: 'JOURNAL_LOCKED', fault: 'configuration' });
    assert.equal(openInChild(folder), 'JOURNAL_LOCKED', 'the failed attempt has not let go of the lock');
    journal.capture(newCapture(2));
  }
  assert.equal(openInChild(folder), 'opened');
});

test('readers need no lock and see what was committed', () => {
  const folder = temporaryFolder();
  using journal = open(folder);
  journal.capture(newCapture(1));
  using reader = openJournalReader(folder);
  assert.equal(reader.captures.last(METER_ID)?.number, 1);
  journal.capture(newCapture(2));
  assert.equal(reader.captures.last(METER_ID)?.number, 2);
});

const REFUSED: Readonly<Record<string, string>> = {
  'UPDATE captures SET state = state WHERE number = 2': 'kept as they are',
  "UPDATE events SET data = '{}'": 'kept as they are',
  'UPDATE chains SET subject = subject': 'kept as they are',
  'UPDATE layouts SET columns = columns': 'kept as they are',
  'UPDATE templates SET hash = hash': 'kept as they are',
  'UPDATE checkpoints SET at = at': 'kept as they are',
  'UPDATE checkpoint_chains SET first = first': 'kept as they are',
  'UPDATE journals SET id = id': 'kept as they are',
  'DELETE FROM captures WHERE number = 1': 'until a sealed checkpoint',
  'DELETE FROM captures': 'until a sealed checkpoint',
  'DELETE FROM events': 'until a sealed checkpoint',
  'DELETE FROM chains': 'kept as they are',
  'DELETE FROM layouts': 'kept as they are',
  'DELETE FROM templates': 'kept as they are',
  'DELETE FROM checkpoints': 'kept as they are',
  'DELETE FROM checkpoint_chains': 'kept as they are',
  'DELETE FROM journals': 'kept as they are',
  'INSERT OR REPLACE INTO captures SELECT * FROM captures WHERE number = 2': 'without gaps',
  'INSERT INTO captures SELECT id + 100, chain, number + 2, capture_time, sampled_at, sample_number, state, layout, measured, previous, hash, document_hash, template, delta FROM captures WHERE number = 3':
    'without gaps',
  'INSERT INTO events SELECT id + 100, chain, number + 5, at, code, data, previous, hash FROM events': 'without gaps',
  'INSERT INTO checkpoints SELECT number + 5, at, reason, key_id, signature, previous, hash FROM checkpoints':
    'without gaps',
  "INSERT INTO chains (kind, subject) VALUES ('other', '')": 'CHECK constraint',
  "INSERT INTO events (chain, number, at, code, data, previous, hash) VALUES ('one', 1, 1, 1, '', x'', x'')":
    'cannot store',
};

test('the database itself refuses to change, remove or overtake rows', async (t) => {
  const folder = temporaryFolder();
  makeJournal(folder, 3);
  {
    using journal = open(folder);
    await journal.checkpoint(seal);
  }
  for (const [statement, reason] of Object.entries(REFUSED)) {
    await t.test(statement, () => assert.throws(() => tryStatement(folder, statement), new RegExp(reason)));
  }
});

test('the calibration book cannot be shortened even under a checkpoint', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 1);
  {
    using journal = open(folder);
    await journal.checkpoint(seal);
  }
  const later = `INSERT INTO checkpoints SELECT number + 1, at, reason, key_id, signature, previous, hash FROM checkpoints;
    INSERT INTO checkpoint_chains SELECT chain, checkpoint + 1, first + 1, before, last, last_hash, next, samples_used FROM checkpoint_chains`;
  const remove = 'DELETE FROM events WHERE chain = (SELECT id FROM chains WHERE kind = ';
  assert.throws(() => tryStatement(folder, `BEGIN; ${later}; ${remove}'calibration')`), /until a sealed checkpoint/);
  tryStatement(folder, `BEGIN; ${later}; ${remove}'system'); ROLLBACK`);
});

const LOST: Readonly<Record<string, (folder: string, earlier: string) => void>> = {
  'the last capture was taken away': (folder) => tamper(folder, 'DELETE FROM captures WHERE number = 3'),
  'an earlier database was put back': (folder, earlier) =>
    cpSync(join(earlier, 'journal.db'), join(folder, 'journal.db')),
  'the database was removed': (folder) => rmSync(join(folder, 'journal.db')),
  'another journal was put in its place': (folder) => {
    const other = temporaryFolder();
    makeJournal(other, 3);
    cpSync(join(other, 'journal.db'), join(folder, 'journal.db'));
  },
  'what was acknowledged was removed': (folder) => {
    for (const name of ['heads.0', 'heads.1']) rmSync(join(folder, name));
  },
  'what was acknowledged was overwritten': (folder) => {
    for (const name of ['heads.0', 'heads.1']) writeFileSync(join(folder, name), 'nothing');
  },
  'the last capture was changed': (folder) =>
    tamper(folder, 'UPDATE captures SET state = 1111111111111111 WHERE number = 3'),
  'a trigger was dropped': (folder) => tryStatement(folder, 'DROP TRIGGER captures_no_update'),
  'a trigger was weakened': (folder) =>
    tryStatement(
      folder,
      'DROP TRIGGER events_no_update; CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT 1; END',
    ),
  'a chain was renamed': (folder) => tamper(folder, "UPDATE chains SET subject = 'bob' WHERE kind = 'consumer'"),
};

for (const [what, lose] of Object.entries(LOST)) {
  test(`a journal is not opened, to be written or to be read, where ${what}`, () => {
    const folder = join(temporaryFolder(), 'journal');
    const earlier = join(temporaryFolder(), 'earlier');
    makeJournal(folder, 2);
    copyOf(folder, earlier);
    {
      using journal = open(folder);
      journal.capture(newCapture(3));
    }
    lose(folder, earlier);
    assert.throws(() => open(folder), { code: 'JOURNAL_DAMAGED', fault: 'evidence' });
    const isThere = existsSync(join(folder, 'journal.db'));
    assert.throws(() => openJournalReader(folder), { code: isThere ? 'JOURNAL_DAMAGED' : 'JOURNAL_UNWRITABLE' });
  });
}

test('one of the two files that say what was acknowledged is enough', () => {
  for (const name of ['heads.0', 'heads.1']) {
    const folder = temporaryFolder();
    makeJournal(folder, 3);
    writeFileSync(join(folder, name), readFileSync(join(folder, name)).fill(0, 40, 60));
    using journal = open(folder);
    assert.equal(journal.capture(newCapture(4)), 4);
  }
});

test('a file that is no journal is left as it is', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'journal.db');
  new DatabaseSync(file).exec('CREATE TABLE t (a); PRAGMA user_version = 1');
  const before = readFileSync(file);
  assert.throws(() => open(folder), { code: 'JOURNAL_NOT_ONE' });
  assert.deepEqual(readFileSync(file), before);
  writeFileSync(file, 'no database at all, but long enough to be taken for one'.repeat(20));
  assert.throws(() => open(folder), { code: 'JOURNAL_NOT_ONE' });
  assert.throws(() => openJournalReader(folder), { code: 'JOURNAL_NOT_ONE' });
  assert.throws(() => openJournalReader(join(folder, 'nothing')), { code: 'JOURNAL_UNWRITABLE' });
});

test('a journal of a newer program is left as it is', () => {
  const folder = temporaryFolder();
  makeJournal(folder, 1);
  tryStatement(folder, 'PRAGMA user_version = 99');
  assert.throws(() => open(folder), { code: 'JOURNAL_NEWER' });
  assert.throws(() => openJournalReader(folder), { code: 'JOURNAL_NEWER' });
});

test('a journal of an older program is brought up to date by a writer, step by step', () => {
  const steps = [
    ...MIGRATIONS,
    { to: 2, sql: 'CREATE TABLE later (a INTEGER) STRICT' },
    { to: 3, sql: 'ALTER TABLE later ADD COLUMN b TEXT; INSERT INTO later VALUES (1, 2)' },
  ];
  const folder = temporaryFolder();
  makeJournal(folder, 2);
  for (let opening = 0; opening < 2; opening += 1) {
    using database = new Database(join(folder, 'journal.db'), 'write');
    migrate(database, { ...JOURNAL_SCHEMA, migrations: steps });
    assert.deepEqual({ ...database.get('PRAGMA user_version') }, { user_version: 3n });
    assert.deepEqual({ ...database.get('SELECT count(*) AS rows, max(b) AS b FROM later') }, { rows: 1n, b: '2' });
    assert.deepEqual({ ...database.get('SELECT count(*) AS rows FROM captures') }, { rows: 2n });
  }
});

test('a step that fails leaves the journal in its version', () => {
  const folder = temporaryFolder();
  makeJournal(folder, 1);
  {
    using database = new Database(join(folder, 'journal.db'), 'write');
    const steps = [...MIGRATIONS, { to: 2, sql: 'CREATE TABLE later (a); CREATE TABLE captures (a)' }];
    assert.throws(() => migrate(database, { ...JOURNAL_SCHEMA, migrations: steps }));
  }
  using journal = open(folder);
  assert.equal(journal.capture(newCapture(2)), 2);
});
