import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { toHex } from '#core/bytes.ts';
import { openJournalReader } from '#journal/journal-reader.ts';
import { verifyJournal } from '#journal/verify.ts';
import { METER_ID } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { faultyDisk } from './support/faulty-disk.ts';
import { makeJournal, newCapture, open, proofs } from './support/journals.ts';

const WRITER = fileURLToPath(new URL('support/fault-writer.ts', import.meta.url));

const library = faultyDisk();

/** What a writer says whose disk fails in each of these ways, one after the other. */
function linesOf(folder: string, faults: readonly string[]): readonly (readonly string[])[] {
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, LD_PRELOAD: library, FAULTY_DISK: folder };
  const { status, stdout, stderr } = spawnSync(process.execPath, [WRITER, folder, ...faults], {
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
}

/** At each of the first writes and flushes of what the writer does, once and several times in a row. */
const faultsOf = (kind: string): readonly string[] =>
  [1, 4].flatMap((count) => Array.from({ length: 20 }, (_, after) => `${kind} ${after} ${count}`));

for (const kind of ['EIO', 'ENOSPC']) {
  test(`a disk that answers ${kind} at any moment loses nothing that was acknowledged`, async (t) => {
    const folder = join(temporaryFolder(), 'journal');
    const faults = faultsOf(kind);
    const lines = linesOf(folder, faults);
    const failures = lines.filter(([what]) => what === 'failed').map(([, code = '']) => code);
    assert.ok(failures.length >= faults.length, `${failures.length} failures`);
    for (const code of failures) assert.ok(['JOURNAL_WRITE_FAILED', 'JOURNAL_UNWRITABLE'].includes(code), code);
    assert.equal(lines.filter(([what]) => what === 'recovered').length, faults.length);
    assertNumbered(lines);
    assertKept(folder, lines);
    assert.equal((await verifyJournal(folder, proofs)).firstBad, undefined);
    t.diagnostic(`${failures.length} failures`);
  });
}

/** Numbers grow by one for each capture, and for each attempt that failed after it was committed. */
function assertNumbered(lines: readonly (readonly string[])[]): void {
  let last = 0;
  let failed = 0;
  for (const [what, number] of lines) {
    if (what === 'failed') failed += 1;
    if (what !== 'capture') continue;
    const skipped = Number(number) - last - 1;
    assert.ok(skipped >= 0 && skipped <= failed, `capture ${number} after ${last} and ${failed} failures`);
    last = Number(number);
    failed = 0;
  }
}

function assertKept(folder: string, lines: readonly (readonly string[])[]): void {
  using reader = openJournalReader(folder);
  const kept = new Map(
    Array.from(reader.captures.read({ device: METER_ID }), ({ number, hash }) => [number, toHex(hash)]),
  );
  for (const [, number, , hash] of lines.filter(([what]) => what === 'capture')) {
    assert.equal(kept.get(Number(number)), hash);
  }
}

test('on a file system where nothing can be written a writer says so, and goes on when it can be', () => {
  const folder = join(temporaryFolder(), 'journal');
  const lines = linesOf(folder, ['EROFS 0 0']).map((line) => line.join(' '));
  assert.ok(lines.includes('failed JOURNAL_UNWRITABLE'), lines.join('\n'));
  assert.equal(lines.at(-1), 'recovered');
});

const READ = `
  import { openJournalReader } from '#journal/journal-reader.ts';
  import { writeFileSync } from 'node:fs';
  writeFileSync(process.argv[1] + '/.arm', 'EROFS 0 0');
  try {
    using reader = openJournalReader(process.argv[1]);
    console.log(Array.from(reader.captures.read({ device: process.argv[2] })).length);
  } catch (error) {
    console.log(error.code);
  }
`;

function readOnReadOnlyFileSystem(folder: string): string {
  const env = { ...process.env, LD_PRELOAD: library, FAULTY_DISK: folder };
  const args = ['--input-type=module-typescript', '--eval', READ, folder, METER_ID];
  return spawnSync(process.execPath, args, { env, encoding: 'utf8' }).stdout.trim();
}

test('a journal that was closed in order can be read where nothing can be written', () => {
  const folder = temporaryFolder();
  makeJournal(folder, 3);
  assert.equal(readOnReadOnlyFileSystem(folder), '3');
});

test('a journal that was not closed in order is not read there: its last rows are still in the log', () => {
  const folder = temporaryFolder();
  const killed = join(temporaryFolder(), 'killed');
  using journal = open(folder);
  journal.capture(newCapture(1));
  cpSync(folder, killed, { recursive: true, filter: (path) => !path.endsWith('-shm') });
  assert.equal(readOnReadOnlyFileSystem(killed), 'JOURNAL_UNWRITABLE');
});
