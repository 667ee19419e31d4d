import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Seconds } from '#core/time.ts';
import type { NewEvent } from '#journal/event-books.ts';
import { type LocalAddress, NetworkWatch } from '#meter/network-watch.ts';
import { FakeClock } from '../support/fake-clock.ts';

const loopback: LocalAddress = { address: '127.0.0.1', internal: true };
const ethernet: LocalAddress = { address: '192.0.2.7', internal: false };
const other: LocalAddress = { address: '198.51.100.7', internal: false };

/** What a watch tells that looks at these addresses, one list after the other. */
async function told(host: string, ...states: readonly (readonly LocalAddress[])[]): Promise<readonly NewEvent[]> {
  const clock = new FakeClock();
  const events: NewEvent[] = [];
  let looks = 0;
  const addresses = (): readonly LocalAddress[] => states[looks++] ?? [];
  const watch = new NetworkWatch({ host, clock, addresses, onEvent: (event) => events.push(event) });
  while (looks < states.length) await clock.advance(Seconds(10));
  watch[Symbol.dispose]();
  assert.equal(clock.waiting, 0);
  return events;
}

const lost = (reason: string): NewEvent => ({ name: 'network-lost', data: { reason } });
const back: NewEvent = { name: 'network-back', data: {} };
const NONE = 'this machine has no address but its own loopback';

test('a machine that loses its only address has lost the network, and tells it once', async () => {
  assert.deepEqual(await told('0.0.0.0', [loopback, ethernet], [loopback], [loopback]), [lost(NONE)]);
});

test('it has the network again with any address, where clients come in by any', async () => {
  const states = [[loopback], [loopback, other], [loopback, other]];
  for (const host of ['::', 'localhost']) assert.deepEqual(await told(host, ...states), [lost(NONE), back]);
});

test('where clients come in by one address, another one does not help', async () => {
  const reason = '192.0.2.7 is no address of this machine';
  assert.deepEqual(await told('192.0.2.7', [ethernet], [loopback, other], [ethernet, other]), [lost(reason), back]);
});

test('a machine that is reached is not told of', async () => {
  assert.deepEqual(await told('127.0.0.1', [loopback], [loopback, ethernet], [loopback]), []);
});

test('the addresses of this machine are those that it has', () => {
  const events: NewEvent[] = [];
  new NetworkWatch({ host: '127.0.0.1', clock: new FakeClock(), onEvent: (event) => events.push(event) })[
    Symbol.dispose
  ]();
  assert.deepEqual(events, []);
});
