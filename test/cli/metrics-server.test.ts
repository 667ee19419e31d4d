import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMetricsServer } from '#cli/metrics-server.ts';
import { SealmeterError } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { RecordingLog } from '../http/support/recording-log.ts';

const HERE = { host: '127.0.0.1', port: 0 };

test('whoever asks for metrics gets them, and for anything else nothing', async () => {
  await using server = await startMetricsServer(HERE, () => 'up 1\n', silentLog);
  const url = `http://127.0.0.1:${server.port}`;
  const answer = await fetch(`${url}/metrics`);
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(await answer.text(), 'up 1\n');
  assert.equal((await fetch(`${url}/`)).status, 404);
  assert.equal((await fetch(`${url}/metrics`, { method: 'POST' })).status, 404);
});

test('a port that somebody has is told', async () => {
  await using server = await startMetricsServer(HERE, () => '', silentLog);
  await assert.rejects(
    startMetricsServer({ ...HERE, port: server.port }, () => '', silentLog),
    (error) => error instanceof SealmeterError && error.code === 'PORT_TAKEN',
  );
});

test('metrics that cannot be told are an error of this one answer, which the log names', async () => {
  const log = new RecordingLog();
  let journal = 'damaged';
  const metrics = (): string => {
    if (journal === 'damaged') throw new Error('the journal cannot be read');
    return 'up 1\n';
  };
  await using server = await startMetricsServer(HERE, metrics, log);
  const url = `http://127.0.0.1:${server.port}/metrics`;
  assert.equal((await fetch(url)).status, 500);
  assert.deepEqual(
    log.of('metrics.failed').map(({ reason }) => reason),
    ['the journal cannot be read'],
  );
  journal = 'good';
  assert.equal((await fetch(url)).status, 200);
});
