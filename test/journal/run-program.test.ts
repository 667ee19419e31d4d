import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const STOP_AT_ONCE = `
  import { systemClock } from '#core/clock.ts';
  import { Seconds } from '#core/time.ts';
  import { outputOf } from '#journal/clock/run-program.ts';
  const stop = new AbortController();
  const call = { program: 'no-such-program', args: [], timeout: Seconds(5), clock: systemClock, signal: stop.signal };
  const asked = outputOf(call);
  stop.abort();
  process.stdout.write(String(await asked));
`;

test('stopping while a program that is not there is asked for stops nobody else', () => {
  // In a group of its own: before it was mended, the signal went to the whole group.
  const ended = spawnSync('/usr/bin/setsid', [
    '--wait',
    process.execPath,
    '--input-type=module-typescript',
    '--eval',
    STOP_AT_ONCE,
  ]);
  assert.equal(ended.stdout.toString(), 'undefined', ended.stderr.toString());
  assert.equal(ended.status, 0);
});
