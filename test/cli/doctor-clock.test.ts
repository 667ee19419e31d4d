import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examineClock } from '#cli/doctor/clock.ts';
import { Milliseconds } from '#core/time.ts';
import type { ClockStatus } from '#journal/clock-status.ts';

const examine = (status: ClockStatus | undefined) => examineClock({ read: async () => status });

test('a clock that somebody vouches for is well', async () => {
  const { outcome, text } = await examine({
    synchronised: true,
    offset: Milliseconds(-1.25),
    source: 'chrony ntp.example',
  });
  assert.deepEqual([outcome, text], ['well', 'synchronised by chrony ntp.example, off by -1.3 ms']);
});

test('a clock that is not synchronised is wrong', async () => {
  const { outcome, mend } = await examine({ synchronised: false, offset: undefined, source: 'systemd' });
  assert.equal(outcome, 'wrong');
  assert.match(mend ?? '', /time server/);
});

test('a clock of which nobody tells is not known to be right', async () => {
  assert.equal((await examine(undefined)).outcome, 'unknown');
});
