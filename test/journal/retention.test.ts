import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Days, type Duration, Instant, timeBetween } from '#core/time.ts';
import type { Checkpoint } from '#journal/checkpoints.ts';
import type { Journal } from '#journal/journal.ts';
import { openJournalReader } from '#journal/journal-reader.ts';
import { verifyJournal } from '#journal/verify.ts';
import { METER_ID, START } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { timeOf } from './support/captures.ts';
import { newCapture, open, proofs, seal } from './support/journals.ts';

const OTHER_ID = '1sie0087654321.sm';

function fill(journal: Journal, captures: number, device = METER_ID): void {
  journal.together(() => {
    for (let number = 1; number <= captures; number += 1) {
      journal.capture(newCapture(number, { device, at: timeOf(number) }));
    }
  });
}

const numbers = (journal: Journal, device = METER_ID): readonly number[] =>
  Array.from(journal.captures.read({ device }), ({ number }) => number);

const upTo = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** As old as the captures from this number on, seen at the time of the last one. */
const ageOf = (number: number, last: number): Duration => timeBetween(timeOf(number), timeOf(last));

function checkpointsOf(folder: string): readonly Checkpoint[] {
  using reader = openJournalReader(folder);
  return [...reader.checkpoints()];
}

test('a checkpoint says where every chain stands, as text that a person can read', async () => {
  const folder = temporaryFolder();
  const clock = new FakeClock();
  {
    using journal = open(folder, { clock });
    fill(journal, 3);
    journal.log({ name: 'network-back', data: {} });
    assert.equal(await journal.checkpoint(seal), 1);
  }
  const [checkpoint] = checkpointsOf(folder);
  const hash = '[0-9a-f]{64}';
  const expected = [
    'sealmeter journal checkpoint 1',
    'journal [0-9a-f]{32}',
    'number 1',
    'at 2026-11-20T09:15:00.000Z',
    'reason progress',
    `previous ${hash}`,
    `chain captures/1sie0012345678.sm first 1 before ${hash} last 3 hash ${hash} next 4 samples 3`,
    `chain system first 1 before ${hash} last 1 hash ${hash} next 2 samples 0`,
  ];
  assert.match(checkpoint?.text ?? '', new RegExp(`^${expected.join('\n')}\n$`));
});

test('a checkpoint is about what has changed since the one before, and there is none where nothing has', async () => {
  const folder = temporaryFolder();
  {
    using journal = open(folder);
    assert.equal(await journal.checkpoint(seal), undefined);
    fill(journal, 1);
    assert.equal(await journal.checkpoint(seal), 1);
    assert.equal(await journal.checkpoint(seal), undefined);
    journal.log({ name: 'network-back', data: {} });
    assert.equal(await journal.checkpoint(seal), 2);
  }
  const named = checkpointsOf(folder).map(({ statements }) => statements.map(({ name }) => name));
  assert.deepEqual(named, [[`captures/${METER_ID}`], ['system']]);
});

test('checkpoints that are asked for at the same time are made one after the other', async () => {
  using journal = open(temporaryFolder());
  fill(journal, 1);
  const slowly = async (text: Uint8Array) => {
    await new Promise((resolve) => setImmediate(resolve));
    journal.log({ name: 'network-back', data: {} });
    return seal(text);
  };
  assert.deepEqual(await Promise.all([journal.checkpoint(slowly), journal.checkpoint(slowly)]), [1, 2]);
});

test('a signer that fails makes no checkpoint, and the next one can be made', async () => {
  using journal = open(temporaryFolder());
  fill(journal, 1);
  const away = (): never => {
    throw new Error('token removed');
  };
  await assert.rejects(journal.checkpoint(away), /token removed/);
  assert.equal(await journal.checkpoint(seal), 1);
});

test('captures beyond an age go, oldest first, and what remains verifies', async () => {
  const folder = temporaryFolder();
  const clock = new FakeClock(timeOf(20));
  {
    using journal = open(folder, { clock });
    fill(journal, 20);
    fill(journal, 20, OTHER_ID);
    const removed = await journal.retain({ captures: ageOf(15, 20) }, seal);
    assert.deepEqual(removed, [
      { chain: `captures/${METER_ID}`, first: 1, last: 14 },
      { chain: `captures/${OTHER_ID}`, first: 1, last: 14 },
    ]);
    assert.deepEqual(numbers(journal), upTo(15, 20));
    assert.deepEqual(await journal.retain({ captures: ageOf(15, 20) }, seal), []);
    assert.equal(journal.capture(newCapture(21)), 21);
    const events = Array.from(journal.events.read({ book: 'system' }), ({ name, data }) => ({ name, data }));
    assert.deepEqual(events[0], {
      name: 'rows-removed',
      data: { chain: `captures/${METER_ID}`, from: 1n, to: 14n },
    });
  }
  const verdict = await verifyJournal(folder, proofs);
  assert.equal(verdict.firstBad, undefined);
  assert.deepEqual(verdict.chains.map(({ name, first, last, proven }) => ({ name, first, last, proven })).slice(0, 2), [
    { name: `captures/${METER_ID}`, first: 15, last: 21, proven: 7 },
    { name: `captures/${OTHER_ID}`, first: 15, last: 20, proven: 6 },
  ]);
});

test('what has been let go of is gone from ranges and windows, and nothing else is', async () => {
  using journal = open(temporaryFolder(), { clock: new FakeClock(timeOf(10)) });
  fill(journal, 10);
  await journal.retain({ captures: ageOf(6, 10) }, seal);
  const read = (range: object): readonly number[] =>
    Array.from(journal.captures.read({ device: METER_ID, ...range }), ({ number }) => number);
  assert.deepEqual(read({ first: 2, last: 7 }), [6, 7]);
  assert.deepEqual(read({ first: 2, last: 5 }), []);
  assert.deepEqual(read({ from: timeOf(1), to: timeOf(8) }), [6, 7]);
  assert.deepEqual(read({ from: timeOf(1), to: timeOf(6) }), []);
});

test('rows may be let go of while they are being read', async () => {
  using journal = open(temporaryFolder(), { clock: new FakeClock(timeOf(600)) });
  fill(journal, 600);
  const seen: number[] = [];
  for (const { number } of journal.captures.read({ device: METER_ID })) {
    seen.push(number);
    if (number === 10) await journal.retain({ captures: ageOf(500, 600) }, seal);
  }
  assert.deepEqual(seen, [...upTo(1, 32), ...upTo(500, 600)], 'the page that was being read, then what is there');
});

test('the last row stays, whatever its age', async () => {
  const folder = temporaryFolder();
  {
    using journal = open(folder, { clock: new FakeClock(Instant(START + Days(1_000))) });
    fill(journal, 5);
    await journal.retain({ captures: Days(1) }, seal);
    assert.deepEqual(numbers(journal), [5]);
  }
  using journal = open(folder);
  assert.equal(journal.capture(newCapture(6)), 6);
});

test('a younger row protects those after it: numbers have no holes', async () => {
  using journal = open(temporaryFolder(), { clock: new FakeClock(timeOf(100)) });
  const hours = [1, 2, 90, 3, 95, 99];
  for (const [index, hour] of hours.entries()) journal.capture(newCapture(index + 1, { at: timeOf(hour) }));
  await journal.retain({ captures: ageOf(80, 100) }, seal);
  assert.deepEqual(numbers(journal), [3, 4, 5, 6]);
});

test('events go by their own age; the calibration book is never shortened', async () => {
  const folder = temporaryFolder();
  const clock = new FakeClock();
  {
    using journal = open(folder, { clock });
    for (let day = 0; day < 10; day += 1) {
      journal.log({ name: 'network-back', data: {} });
      journal.log({ name: 'clock-stepped', data: { from: START, to: START } });
      journal.log({
        name: 'read',
        consumer: 'alice',
        data: { device: 'm', client: 'a', resource: '/', sealed: 'no', sample: 1n },
      });
      await clock.advance(Days(1));
    }
    await journal.retain({ events: Days(3) }, seal);
    const count = (range: Parameters<typeof journal.events.read>[0]): number => [...journal.events.read(range)].length;
    assert.equal(count({ book: 'calibration' }), 10);
    assert.equal(count({ book: 'consumer', consumer: 'alice' }), 3);
    assert.equal(count({ book: 'system' }), 3 + 2, 'two of them say what was let go of');
  }
  assert.equal((await verifyJournal(folder, proofs)).firstBad, undefined);
});

test('beyond a size the oldest captures go, of whichever device, and the file does not grow any more', async () => {
  const folder = temporaryFolder();
  const clock = new FakeClock(timeOf(1_000));
  using journal = open(folder, { clock });
  const file = join(folder, 'journal.db');
  const bytes = 400_000;
  let sample = 0;
  const sizes: number[] = [];
  for (let day = 0; day < 8; day += 1) {
    journal.together(() => {
      for (let count = 0; count < 200; count += 1) {
        sample += 1;
        for (const device of [METER_ID, OTHER_ID]) journal.capture(newCapture(sample, { device, at: timeOf(sample) }));
      }
    });
    await journal.retain({ bytes }, seal);
    sizes.push(statSync(file).size);
  }
  const kept = numbers(journal);
  assert.deepEqual(numbers(journal, OTHER_ID).at(-1), 1_600);
  assert.deepEqual(kept, upTo(kept[0] ?? 0, 1_600));
  assert.ok(kept.length > 100 && kept.length < 600, `${kept.length} captures kept`);
  assert.ok(Math.max(...sizes) < 2 * bytes, `${Math.max(...sizes)} bytes`);
});

test('without limits nothing goes', async () => {
  using journal = open(temporaryFolder(), { clock: new FakeClock(Instant(START + Days(9_999))) });
  fill(journal, 3);
  assert.deepEqual(await journal.retain({}, seal), []);
  assert.deepEqual(numbers(journal), [1, 2, 3]);
});

test('a signer that fails lets nothing go', async () => {
  using journal = open(temporaryFolder(), { clock: new FakeClock(timeOf(50)) });
  fill(journal, 10);
  const away = (): never => {
    throw new Error('token removed');
  };
  await assert.rejects(journal.retain({ captures: ageOf(50, 50) }, away), /token removed/);
  assert.deepEqual(numbers(journal), upTo(1, 10));
});
