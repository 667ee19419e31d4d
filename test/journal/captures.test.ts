import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Measured } from '#core/sample.ts';
import { Instant, Minutes } from '#core/time.ts';
import type { Capture, CaptureRange } from '#journal/captures.ts';
import type { Journal } from '#journal/journal.ts';
import { goodValues, METER_ID, START } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { columns, timeOf } from './support/captures.ts';
import { documentOf, newCapture, open } from './support/journals.ts';

const OTHER_ID = '1sie0087654321.sm';

const numbersOf = (captures: Iterable<Capture>): readonly number[] => Array.from(captures, ({ number }) => number);

const read = (journal: Journal, range: Omit<CaptureRange, 'device'> = {}): readonly number[] =>
  numbersOf(journal.captures.read({ device: METER_ID, ...range }));

function journalWith(captures: number): Journal {
  const journal = open(temporaryFolder());
  for (let number = 1; number <= captures; number += 1) journal.capture(newCapture(number));
  return journal;
}

test('a capture comes back as it was journaled', () => {
  using journal = open(temporaryFolder());
  const taken = newCapture(7, { state: ['clock-set', 'value-missing'], values: { ...goodValues, power: 'refused' } });
  assert.equal(journal.capture(taken), 1);
  const [capture] = journal.captures.read({ device: METER_ID });
  assert.ok(capture !== undefined);
  assert.equal(capture.number, 1);
  assert.equal(capture.captureTime, taken.captureTime);
  assert.equal(capture.sampledAt, taken.snapshot.at);
  assert.equal(capture.sampleNumber, 7n);
  assert.equal(capture.state, '0110000000000000');
  assert.deepEqual(new Map(capture.values), taken.snapshot.sample.values);
  assert.deepEqual(new Uint8Array(journal.captures.document(capture) ?? []), documentOf(7));
});

test('each device has numbers of its own, without gaps, and each row follows the one before', () => {
  using journal = open(temporaryFolder());
  for (let number = 1; number <= 5; number += 1) {
    assert.equal(journal.capture(newCapture(number)), number);
    assert.equal(journal.capture(newCapture(100 + number, { device: OTHER_ID })), number);
  }
  for (const device of [METER_ID, OTHER_ID]) {
    const captures = [...journal.captures.read({ device })];
    assert.deepEqual(numbersOf(captures), [1, 2, 3, 4, 5]);
    for (const [index, { previous }] of captures.entries()) {
      if (index > 0) assert.deepEqual(previous, captures[index - 1]?.hash);
    }
  }
  assert.deepEqual(journal.captures.devices(), [METER_ID, OTHER_ID]);
});

test('numbers go on after a restart', () => {
  const folder = temporaryFolder();
  for (let restart = 0; restart < 4; restart += 1) {
    using journal = open(folder);
    assert.equal(journal.capture(newCapture(2 * restart + 1)), 2 * restart + 1);
    assert.equal(journal.capture(newCapture(2 * restart + 2)), 2 * restart + 2);
  }
  using journal = open(folder);
  assert.deepEqual(read(journal), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(journal.samplesUsed(METER_ID), 8n);
});

test('a sample is journaled once, and never after a newer one', () => {
  using journal = open(temporaryFolder());
  journal.capture(newCapture(10));
  for (const old of [10, 9, 0]) assert.throws(() => journal.capture(newCapture(old)), RangeError);
  assert.equal(journal.capture(newCapture(11)), 2);
});

test('what is journaled together is journaled whole or not at all', () => {
  using journal = open(temporaryFolder());
  journal.capture(newCapture(1));
  const half = (): void => {
    journal.capture(newCapture(2));
    journal.log({ name: 'network-back', data: {} });
    throw new Error('half-way');
  };
  assert.throws(() => journal.together(half), /half-way/);
  assert.deepEqual(read(journal), [1]);
  assert.deepEqual([...journal.events.read({ book: 'system' })], []);
  assert.equal(journal.capture(newCapture(3)), 2);
});

test('a range of numbers includes its ends', () => {
  using journal = journalWith(6);
  assert.deepEqual(read(journal, { first: 2, last: 4 }), [2, 3, 4]);
  assert.deepEqual(read(journal, { first: 5 }), [5, 6]);
  assert.deepEqual(read(journal, { first: 7 }), []);
  assert.equal(journal.captures.last(METER_ID)?.number, 6);
  assert.equal(journal.captures.last(OTHER_ID), undefined);
});

test('a time window includes its start and excludes its end', () => {
  using journal = journalWith(6);
  assert.deepEqual(read(journal, { from: timeOf(2), to: timeOf(4) }), [2, 3]);
  assert.deepEqual(read(journal, { from: Instant(timeOf(2) + 1), to: Instant(timeOf(4) + 1) }), [3, 4]);
  assert.deepEqual(read(journal, { from: timeOf(5) }), [5, 6]);
  assert.deepEqual(read(journal, { to: timeOf(3) }), [1, 2]);
  assert.deepEqual(read(journal, { to: timeOf(1) }), []);
  assert.deepEqual(read(journal, { from: timeOf(7) }), []);
  assert.deepEqual(read(journal, { from: Instant(timeOf(2) + 1), to: timeOf(3) }), []);
  assert.deepEqual(read(journal, { from: timeOf(2), first: 4 }), [4, 5, 6]);
});

test('a time window finds the captures of both times where the clock was set back', () => {
  using journal = open(temporaryFolder());
  const hours = [10, 11, 12, 9, 10, 11, 12, 13];
  for (const [index, hour] of hours.entries()) {
    journal.capture(newCapture(index + 1, { at: Instant(START + hour * 3_600_000) }));
  }
  const at = (hour: number): Instant => Instant(START + hour * 3_600_000);
  assert.deepEqual(read(journal, { from: at(11), to: at(12) }), [2, 6]);
  assert.deepEqual(read(journal, { from: at(9), to: at(11) }), [1, 4, 5]);
  assert.deepEqual(read(journal, { from: at(14), to: at(20) }), []);
  assert.deepEqual(read(journal, { from: Instant(at(9) + 1), to: at(10) }), []);
});

test('many captures are read page by page, in order', () => {
  using journal = open(temporaryFolder());
  journal.together(() => {
    for (let number = 1; number <= 600; number += 1) journal.capture(newCapture(number));
  });
  assert.deepEqual(
    read(journal),
    Array.from({ length: 600 }, (_, index) => index + 1),
  );
  assert.equal(read(journal, { from: timeOf(100), to: timeOf(500) }).length, 400);
});

test('captures may come while others are being read', () => {
  using journal = journalWith(3);
  const seen: number[] = [];
  for (const { number } of journal.captures.read({ device: METER_ID })) {
    seen.push(number);
    journal.capture(newCapture(10 + number));
  }
  assert.deepEqual(seen, [1, 2, 3]);
  assert.deepEqual(read(journal), [1, 2, 3, 4, 5, 6]);
});

test('a capture without a document is a capture, and has none', () => {
  using journal = open(temporaryFolder());
  journal.capture(newCapture(1, { document: undefined }));
  const [capture] = journal.captures.read({ device: METER_ID });
  assert.equal(capture?.documentHash, undefined);
  assert.equal(capture === undefined ? '' : journal.captures.document(capture), undefined);
});

test('columns stand in the journal once, with the units that the values really have', () => {
  using journal = journalWith(2);
  const [first, second] = [...journal.captures.read({ device: METER_ID })];
  assert.equal(first?.values.columns, second?.values.columns);
  const units = new Map(first?.values.columns.map(({ key, unit }) => [key, unit.symbol]));
  assert.equal(units.get('energy'), 'Wh');
  assert.equal(units.get('demand/period'), 's', 'not the watts of the demand');
  assert.deepEqual(
    first?.values.columns.map(({ key }) => key),
    columns.map(({ key }) => key),
  );
  assert.equal(first?.values.get('nothing'), undefined);
});

test('whatever the values, they come back exactly', () => {
  using journal = open(temporaryFolder());
  let sampleNumber = 0;
  const reason = fc.constantFrom(
    'unreachable',
    'refused',
    'not-measured',
    'out-of-range',
    'input-missing',
    'not-yet-read',
  );
  const value = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }),
    fc.bigInt({ min: -40_000n, max: 40_000n }),
    reason,
  );
  const values = fc.dictionary(fc.constantFrom(...columns.map(({ key }) => key)), value);
  fc.assert(
    fc.property(
      values,
      fc.array(fc.integer({ min: -100_000, max: 100_000 }), { minLength: 9, maxLength: 9 }),
      (values, ages) => {
        sampleNumber += 1;
        const capture = newCapture(sampleNumber, { values, document: undefined });
        const measured = [...capture.snapshot.sample.values].map(([key, one], index): [string, Measured] => [
          key,
          one.kind === 'value' ? { ...one, readAt: Instant(one.readAt + (ages[index] ?? 0)) } : one,
        ]);
        const sample = { ...capture.snapshot.sample, values: new Map(measured) };
        journal.capture({ ...capture, snapshot: { ...capture.snapshot, sample } });
        const expected = columns.map(({ key }) => [
          key,
          sample.values.get(key) ?? { kind: 'missing', reason: 'not-yet-read' },
        ]);
        assert.deepEqual([...(journal.captures.last(METER_ID)?.values ?? [])], expected);
      },
    ),
    { numRuns: 150 },
  );
});

test('whatever the documents, they come back byte for byte', () => {
  using journal = open(temporaryFolder());
  let sampleNumber = 0;
  const piece = fc.constantFrom('<a>', '<', '', '<b></b>', '1234', 'é\u0000', '<<', '>');
  const document = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(piece, { maxLength: 20 }).map((pieces) => new TextEncoder().encode(pieces.join(''))),
  );
  fc.assert(
    fc.property(document, (document) => {
      sampleNumber += 1;
      journal.capture(newCapture(sampleNumber, { document }));
      const last = journal.captures.last(METER_ID);
      assert.ok(last !== undefined);
      assert.deepEqual(new Uint8Array(journal.captures.document(last) ?? []), document);
    }),
    { numRuns: 200 },
  );
});

test('the files of a journal are for their owner alone', () => {
  const folder = join(temporaryFolder(), 'made', 'on', 'demand');
  using journal = open(folder);
  journal.capture(newCapture(1));
  for (const file of ['journal.db', 'journal.db-wal', 'journal.db-shm', 'journal.lock', 'heads.0', 'heads.1']) {
    assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
  }
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('a capture has the time that it was taken for beside that of its sample', () => {
  using journal = open(temporaryFolder());
  const capture = newCapture(1);
  journal.capture({ ...capture, captureTime: Instant(START - 3_000) });
  const [read] = journal.captures.read({ device: METER_ID });
  assert.equal(read?.captureTime, START - 3_000);
  assert.equal(read?.sampledAt, START);
});

test('captures are read backwards too, whole or in part', () => {
  using journal = open(temporaryFolder());
  journal.together(() => {
    for (let number = 1; number <= 600; number += 1) journal.capture(newCapture(number));
  });
  const backwards = (range: Omit<CaptureRange, 'device'> = {}): readonly number[] =>
    numbersOf(journal.captures.read({ device: METER_ID, ...range }, 'newest-first'));
  for (const range of [{}, { first: 590 }, { last: 3 }, { first: 7, last: 500 }, { from: timeOf(4), to: timeOf(9) }]) {
    assert.deepEqual(backwards(range), read(journal, range).toReversed());
  }
  assert.deepEqual(backwards({ first: 601 }), []);
});

test('captures are counted by the period that they were taken for', () => {
  using journal = journalWith(9);
  journal.capture(newCapture(10, { at: Instant(timeOf(10) + 1_234) }));
  assert.equal(journal.captures.count(METER_ID, Minutes(15)), 9);
  assert.equal(journal.captures.count(METER_ID, Minutes(60)), 2);
  assert.equal(journal.captures.count(OTHER_ID, Minutes(15)), 0);
});

test('columns that were taken back with a failed commit are not remembered for others', () => {
  using journal = open(temporaryFolder());
  const reversed = { ...newCapture(1), columns: columns.toReversed() };
  const failing = (): void => {
    journal.capture(reversed);
    assert.equal(read(journal).length, 1);
    throw new Error('half-way');
  };
  assert.throws(() => journal.together(failing), /half-way/);
  journal.capture(newCapture(1));
  const [capture] = journal.captures.read({ device: METER_ID });
  assert.deepEqual(new Map(capture?.values), newCapture(1).snapshot.sample.values);
});
