import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { reasonOf } from '#core/errors.ts';
import { backupJournal } from '#journal/backup.ts';
import { openJournalReader } from '#journal/journal-reader.ts';
import { JournalDamage } from '#journal/store/journal-errors.ts';
import { type JournalVerdict, verifyJournal } from '#journal/verify.ts';
import { METER_ID } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { timeOf } from './support/captures.ts';
import { documentOf, makeJournal, newCapture, open, proofs, seal } from './support/journals.ts';
import { copyOf, moveInIndex, tamper } from './support/tampering.ts';

const CAPTURES = `captures/${METER_ID}`;

/** Ten captures, a few events, and a checkpoint about them. */
async function sealedJournal(): Promise<string> {
  const folder = temporaryFolder();
  makeJournal(folder, 10);
  using journal = open(folder);
  await journal.checkpoint(seal);
  return folder;
}

const whereBad = ({ firstBad }: JournalVerdict): string | undefined => firstBad?.where;

test('a good journal verifies, row by row', async () => {
  const folder = await sealedJournal();
  {
    using journal = open(folder);
    journal.capture(newCapture(11, { document: undefined }));
  }
  assert.deepEqual(await verifyJournal(folder, proofs), {
    isGood: true,
    firstBad: undefined,
    checkpoints: 1,
    chains: [
      { name: CAPTURES, first: 1, last: 11, proven: 11, checkpointed: 10, withoutDocument: 1, bad: undefined },
      { name: 'system', first: 1, last: 1, proven: 1, checkpointed: 1, withoutDocument: 0, bad: undefined },
      { name: 'calibration', first: 1, last: 1, proven: 1, checkpointed: 1, withoutDocument: 0, bad: undefined },
      { name: 'consumer/alice', first: 1, last: 1, proven: 1, checkpointed: 1, withoutDocument: 0, bad: undefined },
    ],
  });
});

test('an empty journal is good', async () => {
  const folder = temporaryFolder();
  open(folder)[Symbol.dispose]();
  assert.deepEqual(await verifyJournal(folder, proofs), {
    isGood: true,
    firstBad: undefined,
    chains: [],
    checkpoints: 0,
  });
});

test('a journal that is being written verifies meanwhile', async () => {
  const folder = await sealedJournal();
  using journal = open(folder);
  journal.capture(newCapture(11));
  const verdict = await verifyJournal(folder, {
    ...proofs,
    document(document, capture) {
      if (capture.number === 5) journal.capture(newCapture(12));
      return proofs.document(document, capture);
    },
  });
  assert.equal(verdict.firstBad, undefined);
});

/** Each with the first row that does not verify afterwards. */
const TAMPERED: readonly { what: string; statement: string; where: string }[] = [
  ['a sample time', 'UPDATE captures SET sampled_at = sampled_at + 1 WHERE number = 4', `${CAPTURES} 4`],
  ['a capture time', 'UPDATE captures SET capture_time = capture_time + 1 WHERE number = 4', `${CAPTURES} 4`],
  ['a sample number', 'UPDATE captures SET sample_number = 99 WHERE number = 4', `${CAPTURES} 4`],
  ['a state', "UPDATE captures SET state = '0000000000000001' WHERE number = 4", `${CAPTURES} 4`],
  ['values', "UPDATE captures SET measured = x'01010101010101010101' WHERE number = 4", `${CAPTURES} 4`],
  ['a hash', 'UPDATE captures SET hash = zeroblob(32) WHERE number = 4', `${CAPTURES} 4`],
  ['the hash before', 'UPDATE captures SET previous = zeroblob(32) WHERE number = 4', `${CAPTURES} 4`],
  ['the first row', 'UPDATE captures SET previous = zeroblob(32) WHERE number = 1', `${CAPTURES} 1`],
  ['the hash of a document', 'UPDATE captures SET document_hash = zeroblob(32) WHERE number = 4', `${CAPTURES} 4`],
  ['a document', "UPDATE captures SET delta = x'0300' WHERE number = 4", `${CAPTURES} 4`],
  [
    'a document for another',
    'UPDATE captures SET delta = (SELECT delta FROM captures WHERE number = 5) WHERE number = 4',
    `${CAPTURES} 4`,
  ],
  [
    'a document away',
    'UPDATE captures SET document_hash = NULL, template = NULL, delta = NULL WHERE number = 4',
    `${CAPTURES} 4`,
  ],
  ['a row away', 'DELETE FROM captures WHERE number = 4', `${CAPTURES} 4`],
  ['rows away', 'DELETE FROM captures WHERE number BETWEEN 4 AND 7', `${CAPTURES} 4`],
  ['the first rows away', 'DELETE FROM captures WHERE number <= 2', `${CAPTURES} 1`],
  [
    'two rows for one another',
    'UPDATE captures SET number = 100 WHERE number = 4; UPDATE captures SET number = 4 WHERE number = 5; UPDATE captures SET number = 5 WHERE number = 100',
    `${CAPTURES} 4`,
  ],
  ['columns', "UPDATE layouts SET columns = replace(columns, ' 30', ' 27')", 'layouts 1'],
  ['a template', "UPDATE templates SET deflated = x'0300'", 'templates 1'],
  ['an event', "UPDATE events SET data = '{}' WHERE chain = (SELECT id FROM chains WHERE kind = 'system')", 'system 1'],
  ['the time of a checkpoint', 'UPDATE checkpoints SET at = at + 1', 'checkpoints 1'],
  ['the key of a checkpoint', "UPDATE checkpoints SET key_id = 'sha256:other'", 'checkpoints 1'],
  [
    'what a checkpoint says',
    'UPDATE checkpoint_chains SET first = first + 1, last = last + 1, next = next + 1',
    'checkpoints 1',
  ],
].map(([what = '', statement = '', where = '']) => ({ what, statement, where }));

for (const { what, statement, where } of TAMPERED) {
  test(`whoever changes or takes ${what} is found out, with the row named`, async () => {
    const folder = await sealedJournal();
    tamper(folder, statement);
    const verdict = await verifyJournal(folder, proofs);
    assert.equal(verdict.isGood, false);
    assert.equal(whereBad(verdict), where);
  });
}

test('the other chains are still proven when one is not', async () => {
  const folder = await sealedJournal();
  tamper(folder, 'UPDATE captures SET sampled_at = 1 WHERE number = 8');
  const { chains } = await verifyJournal(folder, proofs);
  assert.deepEqual(
    chains.map(({ name, proven, bad }) => [name, proven, bad?.where]),
    [
      [CAPTURES, 7, `${CAPTURES} 8`],
      ['system', 1, undefined],
      ['calibration', 1, undefined],
      ['consumer/alice', 1, undefined],
    ],
  );
});

test('a document whose signature is wrong is found out although the chain holds', async () => {
  const folder = temporaryFolder();
  {
    using journal = open(folder);
    for (let number = 1; number <= 3; number += 1) journal.capture(newCapture(number));
    const forged = Buffer.from(documentOf(4))
      .toString()
      .replace(/<signature>../, '<signature>ff');
    journal.capture(newCapture(4, { document: Buffer.from(forged) }));
    journal.capture(newCapture(5, { document: documentOf(3) }));
  }
  const verdict = await verifyJournal(folder, proofs);
  assert.deepEqual(verdict.firstBad, { where: `${CAPTURES} 4`, problem: 'the signature of the document is wrong' });
  assert.equal(verdict.chains[0]?.proven, 3);
});

test('a checkpoint with a foreign seal is found out', async () => {
  const folder = temporaryFolder();
  makeJournal(folder, 2);
  {
    using journal = open(folder);
    await journal.checkpoint(() => ({ keyId: 'sha256:test', signature: new Uint8Array(64) }));
  }
  const verdict = await verifyJournal(folder, proofs);
  assert.deepEqual(verdict.firstBad, { where: 'checkpoints 1', problem: 'the signature of the checkpoint is wrong' });
});

/**
 * Whoever can write the chain with our own program can make up a chain that holds. What he cannot make is a checkpoint of
 * it; so he keeps the real one.
 */
async function historyRewritten(rewrite: (forgery: string) => void): Promise<JournalVerdict> {
  const folder = temporaryFolder();
  const forgery = join(temporaryFolder(), 'forgery');
  makeJournal(folder, 3);
  copyOf(folder, forgery);
  {
    using journal = open(folder);
    journal.capture(newCapture(4));
    await journal.checkpoint(seal);
  }
  rewrite(forgery);
  const take = (table: string): string => `INSERT INTO ${table} SELECT * FROM real.${table}`;
  tamper(forgery, `ATTACH '${join(folder, 'journal.db')}' AS real`, take('checkpoints'), take('checkpoint_chains'));
  for (const heads of ['heads.0', 'heads.1']) rmSync(join(forgery, heads), { force: true });
  return verifyJournal(join(forgery, 'journal.db'), proofs);
}

test('a row that was made up after the fact is not the one that was sealed', async () => {
  const verdict = await historyRewritten((forgery) => {
    using journal = open(forgery);
    journal.capture(newCapture(4, { values: {} }));
  });
  assert.deepEqual(verdict.firstBad, {
    where: `${CAPTURES} 4`,
    problem: 'it is not the row that was sealed by a checkpoint',
  });
});

test('rows that were taken off the end are missed by a checkpoint', async () => {
  const verdict = await historyRewritten(() => {});
  assert.deepEqual(verdict.firstBad, {
    where: `${CAPTURES} 4`,
    problem: 'a sealed checkpoint speaks of it, but it is not there',
  });
});

test('a backup verifies as the journal does, without anything beside it', async () => {
  const folder = await sealedJournal();
  const backup = join(temporaryFolder(), 'backup.db');
  backupJournal(folder, backup);
  assert.deepEqual(await verifyJournal(backup, proofs), await verifyJournal(folder, proofs));
});

test('an index that has another time for a row is found out', async () => {
  const folder = await sealedJournal();
  moveInIndex(join(folder, 'journal.db'), timeOf(4));
  const { firstBad, chains } = await verifyJournal(folder, proofs);
  assert.equal(chains[0]?.bad, undefined, 'the rows themselves are good');
  assert.equal(firstBad?.where, join(folder, 'journal.db'));
});

test('an index that has another time for a row cannot hide it from whoever asks for a time', async () => {
  const folder = await sealedJournal();
  moveInIndex(join(folder, 'journal.db'), timeOf(4));
  using reader = openJournalReader(folder);
  let noticed = 0;
  for (let from = 1; from <= 10; from += 1) {
    for (let to = from + 1; to <= 11; to += 1) {
      const range = { device: METER_ID, from: timeOf(from), to: timeOf(to) };
      try {
        const numbers = Array.from(reader.captures.read(range), ({ number }) => number);
        assert.deepEqual(
          numbers,
          Array.from({ length: to - from }, (_, index) => from + index),
        );
      } catch (error) {
        assert.ok(error instanceof JournalDamage, `${from} to ${to}: ${reasonOf(error)}`);
        noticed += 1;
      }
    }
  }
  assert.ok(noticed > 0);
});
