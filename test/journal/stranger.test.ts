import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Measured } from '#core/sample.ts';
import { Instant, Minutes } from '#core/time.ts';
import { backupJournal } from '#journal/backup.ts';
import { goodValues, METER_ID, START } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { program } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { timeOf } from './support/captures.ts';
import { documentOf, newCapture, open, seal } from './support/journals.ts';
import { tamper } from './support/tampering.ts';

const ORACLE = fileURLToPath(new URL('oracles/read_journal.py', import.meta.url));

interface Found {
  readonly chains: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly checkpoints: readonly { readonly text: string; readonly key: string }[];
}

/** What a program finds that knows of the journal only what its page says. */
function foundIn(file: string): { found?: Found; complaint: string } {
  const { status, stdout, stderr } = spawnSync(program('python3'), [ORACLE, file], { encoding: 'utf8' });
  return status === 0 ? { found: JSON.parse(stdout) as Found, complaint: '' } : { complaint: stderr };
}

const VALUES = [
  goodValues,
  { ...goodValues, energy: 2n ** 64n - 1n, power: -(2n ** 31n), voltage: 'unreachable' },
  { tariff: 'refused', energy: 'not-measured', voltage: 'out-of-range', power: 'input-missing', demand: 0n },
] as const;

/** With everything in it that a row can have. */
async function journalOfEverything(): Promise<string> {
  const folder = temporaryFolder();
  using journal = open(folder, { clock: new FakeClock(timeOf(4)) });
  for (const [index, values] of VALUES.entries()) {
    const capture = newCapture(index + 1, { values, state: index === 1 ? ['clock-set'] : [] });
    const measured = [...capture.snapshot.sample.values].map(([key, one], place): [string, Measured] => [
      key,
      one.kind === 'value' ? { ...one, readAt: Instant(one.readAt + (place % 3) * 1_000 - 1_500) } : one,
    ]);
    const sample = { ...capture.snapshot.sample, values: new Map(measured) };
    journal.capture({ ...capture, snapshot: { ...capture.snapshot, sample } });
  }
  journal.capture(newCapture(4, { document: undefined }));
  journal.log({ name: 'clock-stepped', data: { from: START, to: timeOf(2) } });
  const data = { device: METER_ID, client: 'das', resource: '/cosem', sealed: 'yes', sample: 2n };
  journal.log({ name: 'read', consumer: 'alice', data });
  await journal.checkpoint(seal);
  return folder;
}

test('a stranger reads everything out of a journal, and proves it', async () => {
  const folder = await journalOfEverything();
  const { found, complaint } = foundIn(join(folder, 'journal.db'));
  assert.equal(complaint, '');
  using journal = open(folder);
  const expected = Array.from(
    journal.captures.read({ device: METER_ID }),
    ({ number, sampleNumber, state, values }) => ({
      number,
      sample: Number(sampleNumber),
      state,
      document: number === 4 ? null : Buffer.from(documentOf(number)).toString(),
      values: Array.from(values, ([key, measured]) =>
        measured.kind === 'missing'
          ? [key, measured.reason]
          : [
              key,
              measured.quantity.value.toString(),
              measured.quantity.scaler,
              measured.quantity.unit.code,
              measured.readAt,
            ],
      ),
    }),
  );
  assert.equal(expected.length, 4);
  assert.deepEqual(found?.chains[`captures/${METER_ID}`], expected);
  assert.deepEqual(found?.chains['calibration'], [
    { number: 1, code: 202, data: { from: '2026-11-20T09:15:00.000Z', to: '2026-11-20T09:30:00.000Z' } },
  ]);
  assert.equal(found?.chains['consumer/alice']?.length, 1);
  assert.equal(found?.checkpoints.length, 1);
  assert.match(found?.checkpoints[0]?.text ?? '', /^sealmeter journal checkpoint 1\n/);
});

test('the same out of a backup, and of a journal that has let rows go', async () => {
  const folder = await journalOfEverything();
  {
    using journal = open(folder, { clock: new FakeClock(timeOf(4)) });
    await journal.retain({ captures: Minutes(15) }, seal);
  }
  const backup = join(temporaryFolder(), 'backup.db');
  backupJournal(folder, backup);
  const { found, complaint } = foundIn(backup);
  assert.equal(complaint, '');
  const numbers = found?.chains[`captures/${METER_ID}`]?.map(({ number }) => number);
  assert.deepEqual(numbers, [3, 4]);
});

test('a stranger finds out what was changed', async () => {
  const folder = await journalOfEverything();
  tamper(folder, "UPDATE captures SET state = '0000000000000001' WHERE number = 2");
  assert.match(foundIn(join(folder, 'journal.db')).complaint, /wrong: captures\/1sie0012345678\.sm 2: hash/);
});
