import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockSourceBy } from '#cli/clock-source.ts';
import { startSntpServer } from '../journal/support/sntp-server.ts';

const { signal } = new AbortController();

test('a time server that is named is the one that is asked', async () => {
  await using server = await startSntpServer(() => Date.now(), {});
  const source = clockSourceBy({ source: 'sntp', server: '127.0.0.1', port: server.port });
  const status = await source.read(signal);
  assert.deepEqual([status?.synchronised, status?.source], [true, 'sntp 127.0.0.1']);
  assert.equal(server.requests.length, 1);
});

test('where nobody vouches for the clock, nobody is asked', async () => {
  assert.equal(await clockSourceBy({ source: 'none' }).read(signal), undefined);
});
