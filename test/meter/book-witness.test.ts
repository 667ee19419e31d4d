import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hours, Instant, Minutes } from '#core/time.ts';
import type { ReadAccess } from '#http/witness.ts';
import type { NewEvent } from '#journal/event-books.ts';
import { BookWitness } from '#meter/book-witness.ts';
import { METER_ID } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';

const OBJECT = `/cosem/ldevs/${METER_ID}/objects/3-0100010800ff`;
const access: ReadAccess = { client: 'das', ldev: METER_ID, resource: OBJECT, sealed: true, sample: 17n };

function witness() {
  const clock = new FakeClock();
  const events: NewEvent[] = [];
  const consumers = new Map([[METER_ID, 'alice']]);
  return { clock, events, told: new BookWitness({ consumers, note: (event) => events.push(event), clock }) };
}

test('who reads what of a consumer stands in the book of that consumer', () => {
  const { told, events } = witness();
  told.read(access);
  const data = { device: METER_ID, client: 'das', resource: OBJECT, sealed: 'yes', sample: 17n };
  assert.deepEqual(events, [{ name: 'read', consumer: 'alice', data }]);
});

test('what nobody is the consumer of stands nowhere', () => {
  const { told, events } = witness();
  told.read({ ...access, ldev: '1sie0087654321.sm' });
  assert.deepEqual(events, []);
});

test('reads every second are one event an hour, for each client, object and way', async () => {
  const { told, events, clock } = witness();
  const seconds = Array.from({ length: 30 }, (_, index) => BigInt(index));
  for (const sample of seconds) told.read({ ...access, sample });
  for (const sample of seconds) told.read({ ...access, sample, sealed: false });
  for (const sample of seconds) told.read({ ...access, sample, client: 'grid' });
  for (const sample of seconds) told.read({ ...access, sample, resource: `${OBJECT}/other` });
  assert.equal(events.length, 4);
  await clock.advance(Hours(1));
  for (const sample of seconds) told.read({ ...access, sample });
  assert.equal(events.length, 5);
});

test('the hour is that of the clock', async () => {
  const { told, events, clock } = witness();
  clock.set(Instant(Date.UTC(2026, 10, 20, 9, 59)));
  told.read(access);
  await clock.advance(Minutes(2));
  told.read(access);
  assert.equal(events.length, 2);
});

test('who is refused stands in the system book, once an hour for each reason', () => {
  const { told, events } = witness();
  for (let time = 0; time < 3; time += 1) told.refused('SIGNATURE_STALE', 'das');
  told.refused('client-unknown');
  assert.deepEqual(events, [
    { name: 'client-refused', data: { client: 'das', problem: 'SIGNATURE_STALE' } },
    { name: 'client-refused', data: { client: 'unknown', problem: 'client-unknown' } },
  ]);
});
