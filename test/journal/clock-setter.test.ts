import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '#core/clock.ts';
import { Minutes } from '#core/time.ts';
import { clockSetter } from '#journal/clock-setter.ts';
import { START } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

/** A program of the operator's that only writes down what it was told. */
function program(name: string, ending: string): { path: string; told: () => string | undefined } {
  const [path, note] = [join(folder, name), join(folder, `${name}.told`)];
  writeFileSync(path, `#!/bin/sh\nprintf '%s' "$*" > '${note}'\n${ending}\n`);
  chmodSync(path, 0o700);
  return { path, told: () => (existsSync(note) ? readFileSync(note, 'utf8') : undefined) };
}

const setterBy = (path: string) => clockSetter({ program: path, measuringPeriod: Minutes(15), clock: systemClock });

test('the program is told the time in UTC, and nothing else', async () => {
  const { path, told } = program('obeys', 'exit 0');
  await setterBy(path).set(START);
  assert.equal(told(), '2026-11-20T09:15:00.000Z');
});

test('a program that fails, or is not there, has not set the clock', async () => {
  const { path } = program('refuses', 'exit 3');
  for (const one of [path, join(folder, 'none')]) {
    await assert.rejects(setterBy(one).set(START), { fault: 'device', code: 'CLOCK_NOT_SET' });
  }
});
