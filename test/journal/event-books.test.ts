import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Instant, Seconds } from '#core/time.ts';
import type { NewEvent } from '#journal/event-books.ts';
import { eventNames, eventOfCode, eventRow } from '#journal/event-codes.ts';
import { START } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { open } from './support/journals.ts';
import { tamper } from './support/tampering.ts';

const stepped: NewEvent = { name: 'clock-stepped', data: { from: START, to: Instant(START + 60_000) } };
const changed: NewEvent = {
  name: 'parameter-changed',
  data: { device: '', actor: 'technician', data: 'null-data' },
};
const read = (consumer: string, sample: bigint): NewEvent => ({
  name: 'read',
  consumer,
  data: { device: 'm', client: 'das', resource: '/cosem/ldevs', sealed: 'yes', sample },
});

test('an event comes back with its time, its number and its data', async () => {
  const clock = new FakeClock();
  using journal = open(temporaryFolder(), { clock });
  await clock.advance(Seconds(5));
  assert.equal(journal.log(stepped), 1);
  const [event] = journal.events.read({ book: 'calibration' });
  assert.equal(event?.number, 1);
  assert.equal(event?.name, 'clock-stepped');
  assert.equal(event?.code, 202);
  assert.equal(event?.at, START + 5_000);
  assert.deepEqual(event?.data, stepped.data);
});

test('an integer beyond what a number can hold comes back exactly', () => {
  using journal = open(temporaryFolder());
  const data = { device: 'a', counter: 'energy', from: 2n ** 64n - 1n, to: -1n, scaler: -3n, unit: 'Wh', sample: 0n };
  journal.log({ name: 'counter-stepped-back', data });
  const [event] = journal.events.read({ book: 'calibration' });
  assert.deepEqual(event?.data, data);
});

test('each book has numbers of its own, and the consumer book for each consumer', () => {
  using journal = open(temporaryFolder());
  assert.equal(journal.log(stepped), 1);
  assert.equal(journal.log({ name: 'network-back', data: {} }), 1);
  assert.equal(journal.log(read('alice', 1n)), 1);
  assert.equal(journal.log(read('bob / ünal', 2n)), 1);
  assert.equal(journal.log(read('alice', 3n)), 2);
  assert.equal(journal.log(stepped), 2);
  assert.deepEqual(journal.events.consumers(), ['alice', 'bob / ünal']);
  const samples = (consumer: string) =>
    Array.from(journal.events.read({ book: 'consumer', consumer }), ({ data }) => data['sample']);
  assert.deepEqual(samples('alice'), [1n, 3n]);
  assert.deepEqual(samples('bob / ünal'), [2n]);
  assert.deepEqual(samples('carol'), []);
  assert.deepEqual([...journal.events.read({ book: 'consumer' })], [], 'nobody reads the parts of all');
});

test('numbers go on after a restart, and a range includes its ends', () => {
  const folder = temporaryFolder();
  for (let restart = 0; restart < 3; restart += 1) {
    using journal = open(folder);
    journal.log(stepped);
    journal.log(stepped);
  }
  using journal = open(folder);
  const numbers = Array.from(journal.events.read({ book: 'calibration', first: 2, last: 5 }), ({ number }) => number);
  assert.deepEqual(numbers, [2, 3, 4, 5]);
});

test('data that the table does not have is refused', () => {
  using journal = open(temporaryFolder());
  const wrong: readonly unknown[] = [
    { name: 'clock-stepped', data: { from: START } },
    { name: 'clock-stepped', data: { from: START, to: START, by: 'me' } },
    { name: 'clock-stepped', data: { from: START, by: START } },
    { name: 'clock-stepped', data: { from: START, to: '2026-11-20' } },
    { name: 'network-lost', data: { reason: 1n } },
    { name: 'clock-stepped', consumer: 'alice', data: stepped.data },
    { name: 'read', data: read('alice', 1n).data },
  ];
  for (const event of wrong)
    assert.throws(() => journal.log(event as NewEvent), TypeError, JSON.stringify(event, text));
  assert.deepEqual([...journal.events.read({ book: 'calibration' })], []);
});

const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);

test('a full calibration book refuses changes of parameters, and says once that it is full', () => {
  const folder = temporaryFolder();
  {
    using journal = open(folder, { calibrationCapacity: 3 });
    journal.log(changed);
    journal.log(stepped);
    journal.assertRoomForChange();
    journal.log(changed);
    assert.throws(() => journal.assertRoomForChange(), { code: 'CALIBRATION_BOOK_FULL', fault: 'client' });
  }
  using journal = open(folder, { calibrationCapacity: 3 });
  assert.throws(() => journal.log(changed), { code: 'CALIBRATION_BOOK_FULL', fault: 'client' });
  assert.equal(journal.log(stepped), 5, 'what happens by itself is written all the same');
  const names = Array.from(journal.events.read({ book: 'calibration' }), ({ name }) => name);
  assert.deepEqual(names, [
    'parameter-changed',
    'clock-stepped',
    'parameter-changed',
    'calibration-book-full',
    'clock-stepped',
  ]);
});

test('what else was to be done with a refused change is not done either', () => {
  using journal = open(temporaryFolder(), { calibrationCapacity: 1 });
  journal.log(stepped);
  const change = (): void => {
    journal.log({ name: 'network-back', data: {} });
    journal.log(changed);
  };
  assert.throws(() => journal.together(change), { code: 'CALIBRATION_BOOK_FULL' });
  assert.deepEqual([...journal.events.read({ book: 'system' })], []);
});

test('the books are read while they grow', () => {
  using journal = open(temporaryFolder());
  journal.together(() => {
    for (let count = 0; count < 600; count += 1) journal.log(stepped);
  });
  let expected = 1;
  for (const { number } of journal.events.read({ book: 'calibration' })) {
    assert.equal(number, expected);
    expected += 1;
    if (number % 200 === 0) journal.log(stepped);
  }
  assert.equal(expected, 601);
});

for (const [what, statement] of Object.entries({
  'its time': 'UPDATE events SET at = at + 1 WHERE number = 2',
  'its code': 'UPDATE events SET code = 201 WHERE number = 2',
  'its data': "UPDATE events SET data = replace(data, '2026', '2025') WHERE number = 2",
  'its place': 'DELETE FROM events WHERE number = 2',
})) {
  test(`an event is not read once somebody has changed ${what}`, () => {
    const folder = temporaryFolder();
    {
      using journal = open(folder);
      for (let count = 0; count < 3; count += 1) journal.log(stepped);
    }
    tamper(folder, statement);
    using journal = open(folder);
    const seen: number[] = [];
    const reading = (): void => {
      for (const { number } of journal.events.read({ book: 'calibration' })) seen.push(number);
    };
    assert.throws(reading, { code: 'JOURNAL_DAMAGED', where: 'calibration 2' });
    assert.ok(!seen.includes(2));
  });
}

test('every event has a code of its own, in the range of its book', () => {
  const ranges = { system: [1, 99], consumer: [100, 199], calibration: [200, 299] } as const;
  for (const name of eventNames) {
    const { code, book, meaning } = eventRow(name);
    const [lowest, highest] = ranges[book];
    assert.ok(code >= lowest && code <= highest, `${name}: ${code}`);
    assert.equal(eventOfCode(code), name);
    assert.notEqual(meaning, '');
  }
});

test('only what touches measurement can be refused', () => {
  for (const name of eventNames.map(eventRow).filter(({ isChange }) => isChange === true)) {
    assert.equal(name.book, 'calibration');
  }
});
