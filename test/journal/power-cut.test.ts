import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { toHex } from '#core/bytes.ts';
import { openJournal } from '#journal/journal.ts';
import { SequenceNumbers } from '#journal/sequence-numbers.ts';
import { verifyJournal } from '#journal/verify.ts';
import { METER_ID } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { captureOf } from './support/captures.ts';
import { type Acknowledged, crashProofs, parseLife, WRITER } from './support/crash-lives.ts';
import { type DiskOperation, faultyDisk, readTrace } from './support/faulty-disk.ts';
import { DiskModel } from './support/power-cut.ts';
import { randomFrom } from './support/random.ts';

const CUTS = 150;

/** Everything that a writer does to its disk in several lives, the log being written back into the database in between. */
function recordedLives(): { folder: string; operations: readonly DiskOperation[] } {
  const place = temporaryFolder();
  const folder = join(place, 'journal');
  mkdirSync(folder);
  const trace = join(place, 'trace');
  const env = {
    ...process.env,
    LD_PRELOAD: faultyDisk(),
    FAULTY_DISK: folder,
    FAULTY_DISK_TRACE: trace,
    ACKNOWLEDGED: join(folder, 'acknowledged'),
  };
  for (const captures of ['3', '350', '20', '20']) {
    const { status, stderr } = spawnSync(process.execPath, [WRITER, folder, captures, '400000'], { env });
    assert.equal(status, 0, stderr.toString());
  }
  return { folder, operations: readTrace(trace) };
}

/** What had been acknowledged before an operation: whoever reads an acknowledgement relies on it, power or not. */
function acknowledgedBefore(operations: readonly DiskOperation[], cut: number): readonly Acknowledged[] {
  const said = operations
    .slice(0, cut)
    .filter(({ kind, path }) => kind === 'written' && basename(path) === 'acknowledged')
    .map(({ data }) => data.toString());
  return parseLife(said.join('')).captures;
}

async function assertIntact(folder: string, acknowledged: readonly Acknowledged[]): Promise<void> {
  {
    using journal = openJournal({ folder, clock: new FakeClock() });
    const kept = new Map(
      Array.from(journal.captures.read({ device: METER_ID }), ({ number, hash }) => [number, toHex(hash)]),
    );
    const [first = 0] = kept.keys();
    for (const { number, hash } of acknowledged.filter(({ number }) => number >= first)) {
      assert.equal(kept.get(number), hash, `capture ${number}`);
    }
    const last = acknowledged.at(-1) ?? { number: 0, sample: 0 };
    const sample = new SequenceNumbers(join(folder, 'sequence'), journal.samplesUsed(METER_ID)).next();
    assert.ok(sample > last.sample, `sample ${sample} after ${last.sample}`);
    assert.ok(journal.capture(captureOf(Number(sample), { document: undefined })) > last.number);
  }
  assert.equal((await verifyJournal(folder, crashProofs)).firstBad, undefined);
}

test(`after a power cut nothing acknowledged is lost, wherever it comes: ${CUTS} times`, {
  timeout: 240_000,
}, async (t) => {
  const { folder, operations } = recordedLives();
  const random = randomFrom(20_261_120);
  const place = temporaryFolder();
  const cuts = Array.from({ length: CUTS }, () => Math.floor(random() * operations.length)).sort((a, b) => a - b);
  const disk = new DiskModel(folder, random);
  let done = 0;
  for (const [index, cut] of cuts.entries()) {
    for (const operation of operations.slice(done, cut)) disk.apply(operation);
    done = cut;
    const after = join(place, `cut-${index}`);
    disk.cutPower(after);
    await assertIntact(after, acknowledgedBefore(operations, cut));
  }
  t.diagnostic(`${operations.length} operations`);
});
