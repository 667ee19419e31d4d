import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { Instant } from '#core/time.ts';
import { AccessRefusal } from '#cosem/access-result.ts';
import { integerData, octetString, structure } from '#cosem/data-types.ts';
import { type Book, type BookEntry, cosemEvents, type EventBooks, type EventName } from '#cosem/events.ts';
import { allTime, type Order, type TimeSpan } from '#cosem/time-span.ts';
import { clientEventSink, eventSink, journaledBooks } from '#journal/cosem-events.ts';
import type { Journal } from '#journal/journal.ts';
import { MANAGEMENT_ID, METER_ID, START } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { open } from './support/journals.ts';

const OTHER_ID = '1sie0087654321.sm';

const at = (seconds: number): Instant => Instant(START + seconds * 1_000);

const data = structure(
  integerData('long-unsigned', 3n),
  octetString(Uint8Array.of(1, 0, 1, 8, 0, 255)),
  integerData('long64', -(2n ** 63n)),
);

function booksOf(journal: Journal): EventBooks {
  const consumers = new Map([[METER_ID, 'alice']]);
  const consumerOf = (ldev: string): string | undefined => consumers.get(ldev);
  return journaledBooks({ events: journal.events, management: MANAGEMENT_ID, consumerOf });
}

function shown(
  journal: Journal,
  ldev: string,
  book: Book,
  order: Order = 'oldest-first',
  span: TimeSpan = allTime,
): readonly BookEntry[] {
  return [...booksOf(journal).entries(ldev, book, span, order)];
}

test('what an object tells of stands in its book, with its time', () => {
  using journal = open(temporaryFolder());
  eventSink(journal).record({ name: 'parameter-changed', at: at(7), ldev: METER_ID, actor: 'technician', data });
  const [entry] = shown(journal, METER_ID, 'calibration');
  assert.equal(entry?.number, 1);
  assert.equal(entry?.at, at(7));
  assert.equal(entry?.code, 200);
  assert.deepEqual(JSON.parse(entry?.text ?? ''), {
    device: METER_ID,
    actor: 'technician',
    data:
      '{"type":"structure","value":[{"type":"long-unsigned","value":"3"},' +
      '{"type":"octet-string","value":"0100010800ff"},{"type":"long64","value":"-9223372036854775808"}]}',
  });
});

test('every event that an object can tell of has a place', () => {
  using journal = open(temporaryFolder());
  const names = Object.keys(cosemEvents) as EventName[];
  for (const name of names) {
    eventSink(journal).record({ name, at: START, ldev: METER_ID, actor: 'a', data: { type: 'null-data' } });
  }
  const books = ['system', 'calibration'] as const;
  assert.equal(books.flatMap((book) => shown(journal, METER_ID, book)).length, names.length);
});

test('a change is refused when the calibration book is full, in the words of COSEM', () => {
  using journal = open(temporaryFolder(), { calibrationCapacity: 1 });
  const record = (): void =>
    eventSink(journal).record({
      name: 'clock-set',
      at: START,
      ldev: METER_ID,
      actor: 'a',
      data: { type: 'null-data' },
    });
  record();
  assert.throws(record, (error) => error instanceof AccessRefusal && error.code === 'CALIBRATION_BOOK_FULL');
});

test('a device shows what concerns it, the management device shows everything', () => {
  using journal = open(temporaryFolder());
  journal.log({ name: 'device-unreachable', data: { device: METER_ID } }, at(1));
  journal.log({ name: 'device-unreachable', data: { device: OTHER_ID } }, at(2));
  journal.log({ name: 'network-back', data: {} }, at(3));
  const numbers = (ldev: string): readonly number[] => shown(journal, ldev, 'system').map(({ number }) => number);
  assert.deepEqual(numbers(METER_ID), [1, 3]);
  assert.deepEqual(numbers(OTHER_ID), [2, 3]);
  assert.deepEqual(numbers(MANAGEMENT_ID), [1, 2, 3]);
  const counts = [METER_ID, OTHER_ID, MANAGEMENT_ID].map((ldev) => booksOf(journal).count(ldev, 'system'));
  assert.deepEqual(counts, [2, 2, 3]);
});

test('the consumer book of a device is that of its consumer alone', () => {
  using journal = open(temporaryFolder());
  const read = (consumer: string, device: string): void => {
    journal.log({ name: 'read', consumer, data: { device, client: 'das', resource: '/', sealed: 'yes', sample: 1n } });
  };
  read('alice', METER_ID);
  read('bob', METER_ID);
  read('alice', OTHER_ID);
  assert.equal(shown(journal, METER_ID, 'consumer').length, 1);
  assert.equal(booksOf(journal).count(METER_ID, 'consumer'), 1);
  assert.deepEqual(shown(journal, OTHER_ID, 'consumer'), [], 'a device without a consumer has none');
  assert.equal(booksOf(journal).count(OTHER_ID, 'consumer'), 0);
});

test('events are shown in either order, and by time', () => {
  using journal = open(temporaryFolder());
  for (let second = 1; second <= 400; second += 1) journal.log({ name: 'network-back', data: {} }, at(second));
  const numbers = (order: Order, span?: TimeSpan): readonly number[] =>
    shown(journal, METER_ID, 'system', order, span).map(({ number }) => number);
  const all = Array.from({ length: 400 }, (_, index) => index + 1);
  assert.deepEqual(numbers('oldest-first'), all);
  assert.deepEqual(numbers('newest-first'), all.toReversed());
  assert.deepEqual(numbers('newest-first', { from: at(5), to: at(8) }), [7, 6, 5]);
  const [newest] = booksOf(journal).entries(METER_ID, 'system', allTime, 'newest-first');
  assert.equal(newest?.number, 400);
});

const member = { kind: 'method', classId: 70, logicalName: parseObis('0-0:96.3.10.255'), id: 1 } as const;
const order = { name: 'disconnect-ordered', at: at(3), actor: 'grid', data, member } as const;

test('what a client does at a metering point stands in the book of its consumer too', () => {
  using journal = open(temporaryFolder());
  const sink = clientEventSink(journal, (ldev) => (ldev === METER_ID ? 'alice' : undefined));
  sink.record({ ...order, ldev: METER_ID });
  sink.record({ ...order, ldev: OTHER_ID });
  sink.record({ name: 'order-failed', at: at(4), ldev: METER_ID, actor: 'grid', data });
  const [entry, ...more] = shown(journal, METER_ID, 'consumer');
  assert.deepEqual([entry?.at, entry?.code, more], [at(3), 101, []]);
  const resource = '70-000060030aff/methods/1';
  assert.deepEqual(JSON.parse(entry?.text ?? ''), { device: METER_ID, client: 'grid', resource });
  assert.equal(journal.events.count({ book: 'system' }), 3);
});

test('what is refused because a book is full stands in none', () => {
  using journal = open(temporaryFolder(), { calibrationCapacity: 1 });
  const sink = clientEventSink(journal, () => 'alice');
  sink.record({ ...order, name: 'parameter-changed', ldev: METER_ID });
  const again = () => sink.record({ ...order, name: 'parameter-changed', ldev: METER_ID });
  assert.throws(again, (error) => error instanceof AccessRefusal && error.code === 'CALIBRATION_BOOK_FULL');
  assert.equal(shown(journal, METER_ID, 'consumer').length, 1);
});
