import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMetricsServer } from '#cli/metrics-server.ts';
import { SealmeterError } from '#core/errors.ts';

const HERE = { host: '127.0.0.1', port: 0 };

test('whoever asks for metrics gets them, and for anything else nothing', async () => {
  await using server = await startMetricsServer(HERE, () => 'up 1\n');
  const url = `http://127.0.0.1:${server.port}`;
  const answer = await fetch(`${url}/metrics`);
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(await answer.text(), 'up 1\n');
  assert.equal((await fetch(`${url}/`)).status, 404);
  assert.equal((await fetch(`${url}/metrics`, { method: 'POST' })).status, 404);
});

test('a port that somebody has is told', async () => {
  await using server = await startMetricsServer(HERE, () => '');
  await assert.rejects(
    startMetricsServer({ ...HERE, port: server.port }, () => ''),
    (error) => error instanceof SealmeterError && error.code === 'PORT_TAKEN',
  );
});
