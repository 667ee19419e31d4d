import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Days, Instant } from '#core/time.ts';
import { backUpSqliteStore } from '#das/sqlite-backup.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { faultyDisk } from '../journal/support/faulty-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { judged, METER, MIDNIGHT, marks, numbersFrom } from './support/judged.ts';

const FAULT_WRITER = fileURLToPath(new URL('support/store-fault-writer.ts', import.meta.url));
const EVER = { from: Instant(0), to: Instant(Date.UTC(2100, 0)) };
const NOW = Instant(MIDNIGHT + Days(40));

const library = faultyDisk();

for (const kind of ['EIO', 'ENOSPC']) {
  test(`a disk that answers ${kind} at any moment loses nothing that was acknowledged, and the store goes on`, async (t) => {
    const folder = temporaryFolder(t);
    const faults = [1, 3].flatMap((count) => numbersFrom(0, 12).map((after) => `${kind} ${after} ${count}`));
    const { status, stdout, stderr } = spawnSync(process.execPath, [FAULT_WRITER, folder, ...faults], {
      env: { ...process.env, LD_PRELOAD: library, FAULTY_DISK: folder },
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' '));
    const codes = lines.filter(([what]) => what === 'failed').map(([, code]) => code);
    assert.ok(codes.length >= faults.length / 2, `${codes.length} failures`);
    assert.deepEqual([...new Set(codes)], ['DAS_STORE_WRITE_FAILED']);
    assert.equal(lines.filter(([what]) => what === 'recovered').length, faults.length);
    const kept = lines.filter(([what]) => what === 'kept').map(([, number]) => Number(number));
    await using store = await openSqliteStore(folder);
    const documents = await store.documents({ meter: METER, kind: 'capture', range: EVER, limit: 1_000 });
    assert.deepEqual(
      documents.map(({ number }) => Number(number)),
      kept,
    );
  });
}

test('a second process is refused, and says what to do', async (t) => {
  const folder = temporaryFolder(t);
  await using store = await openSqliteStore(folder);
  await assert.rejects(openSqliteStore(folder), {
    code: 'DAS_STORE_LOCKED',
    fault: 'configuration',
    mend: /folder of its own/,
  });
  await store.append([judged(1)]);
});

test('only the owner may read what is kept', async (t) => {
  const folder = join(temporaryFolder(t), 'das');
  await using store = await openSqliteStore(folder);
  await store.append([judged(1)]);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const file of ['das.db', 'das.db-wal', 'das.lock'])
    assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
});

test('what cannot be written, is no store or is one of tomorrow is refused', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  await assert.rejects(openSqliteStore(join(folder, 'file')), { code: 'DAS_STORE_UNWRITABLE' });
  writeFileSync(join(folder, 'das.db'), 'a diary, and a long one: '.repeat(100));
  await assert.rejects(openSqliteStore(folder), { code: 'DAS_STORE_FOREIGN' });
  const other = temporaryFolder(t);
  change(other, 'CREATE TABLE diary (day TEXT)');
  await assert.rejects(openSqliteStore(other), { code: 'DAS_STORE_FOREIGN' });
  const newer = temporaryFolder(t);
  await (await openSqliteStore(newer))[Symbol.asyncDispose]();
  change(newer, 'PRAGMA user_version = 99');
  await assert.rejects(openSqliteStore(newer), { code: 'DAS_STORE_NEWER' });
});

const DAMAGE: readonly { readonly what: string; readonly sql: string }[] = [
  { what: 'a document', sql: "UPDATE bodies SET bytes = CAST('<d/>' AS BLOB)" },
  { what: 'the body of a document', sql: 'DELETE FROM bodies' },
  { what: 'the layout of values', sql: 'DELETE FROM layouts' },
];

for (const { what, sql } of DAMAGE) {
  test(`${what} that was changed in the file is found and not shown`, async (t) => {
    const folder = temporaryFolder(t);
    await keepAndClose(folder, 3);
    change(folder, `PRAGMA foreign_keys = OFF; ${sql}`);
    await using store = await openSqliteStore(folder);
    const [entry] = await store.documents({ meter: METER, kind: 'capture', range: EVER, limit: 1 });
    assert.ok(entry !== undefined);
    await assert.rejects(store.document(entry.id), { code: 'DAS_STORE_DAMAGED', fault: 'evidence' });
  });
}

test('a pack that was changed in the file is found, and so is a file that was cut off', async (t) => {
  const folder = temporaryFolder(t);
  await keepAndClose(folder, 200, true);
  change(folder, "UPDATE packs SET data = CAST(substr(data, 1, length(data) / 2) || 'x' AS BLOB)");
  {
    await using store = await openSqliteStore(folder);
    const [entry] = await store.documents({ meter: METER, kind: 'capture', range: EVER, limit: 1 });
    await assert.rejects(store.document(entry?.id ?? ''), { code: 'DAS_STORE_DAMAGED' });
  }
  const file = join(folder, 'das.db');
  truncateSync(file, statSync(file).size - 3 * 4_096);
  await assert.rejects(openSqliteStore(folder), { code: 'DAS_STORE_DAMAGED', mend: /backup/ });
});

test('a backup is the store of one moment, while it goes on being written, and opens as a store', async (t) => {
  const folder = temporaryFolder(t);
  const copy = temporaryFolder(t);
  await using store = await openSqliteStore(folder);
  await store.append(numbersFrom(1, 2_000).map((number) => judged(number)));
  const backup = store.backup(join(copy, 'das.db'));
  // Each of these transactions takes longer than a step of the copy: it meets the writer in the midst of writing.
  const batches = numbersFrom(0, 20).map((batch) => numbersFrom(2_001 + batch * 100, 100));
  const appended = batches.map((batch) => store.append(batch.map((number) => judged(number))));
  await Promise.all([backup, ...appended]);
  await assert.rejects(store.backup(join(copy, 'das.db')), { code: 'DAS_BACKUP_EXISTS', fault: 'configuration' });
  assert.equal(existsSync(join(copy, 'das.db.unfinished')), false);
  await using restored = await openSqliteStore(copy);
  const [standing] = await restored.standings();
  assert.ok((standing?.highestNumber ?? 0n) >= 2_000n);
  assert.equal(standing?.missing, 0n);
});

test('another process copies a store that is being written, and the copy opens as a store', async (t) => {
  const folder = temporaryFolder(t);
  const [file, other] = [join(temporaryFolder(t), 'das.db'), temporaryFolder(t)];
  await using store = await openSqliteStore(folder);
  await store.append(numbersFrom(1, 100).map((number) => judged(number)));
  await backUpSqliteStore(folder, file);
  await store.append([judged(101)]);
  await using restored = await openSqliteStore(dirname(file));
  assert.equal((await restored.latest(METER, 'capture'))?.number, 100n);
  await assert.rejects(backUpSqliteStore(folder, file), { code: 'DAS_BACKUP_EXISTS' });
  await assert.rejects(backUpSqliteStore(other, join(other, 'copy.db')), { code: 'DAS_STORE_UNWRITABLE' });
});

test('a flood of rejections of one meter does not fill the disk', async (t) => {
  await using store = await openSqliteStore(temporaryFolder(t));
  const flood = numbersFrom(1, 1_100).map((number) =>
    store.quarantine({
      meter: METER,
      kind: 'live',
      receivedAt: Instant(number),
      bytes: Buffer.from(String(number)),
      marks,
      code: 'X',
      reason: 'x',
    }),
  );
  await Promise.all(flood);
  const kept = await store.quarantined({ limit: 10_000 });
  assert.deepEqual([kept.length, kept[0]?.receivedAt], [1_000, 1_100]);
});

test('similar documents take a small part of their size once they are packed', async (t) => {
  const folder = temporaryFolder(t);
  const filler = '<object class-id="3"><attributes></attributes></object>'.repeat(40);
  await using store = await openSqliteStore(folder);
  const documents = numbersFrom(0, 96 * 4).map((number) => judged(number, { content: filler }));
  await store.append(documents);
  await store.maintain(NOW, {});
  await store.backup(join(folder, 'copy.db'));
  const packed = new DatabaseSync(join(folder, 'copy.db')).prepare('SELECT sum(length(data)) AS size FROM packs').get();
  const size = documents.reduce((sum, { bytes }) => sum + bytes.length, 0);
  assert.ok(Number(packed?.['size']) < size / 20, `${String(packed?.['size'])} of ${size}`);
});

async function keepAndClose(folder: string, count: number, isPacked = false): Promise<void> {
  await using store = await openSqliteStore(folder);
  await store.append(numbersFrom(0, count).map((number) => judged(number)));
  if (isPacked) await store.maintain(NOW, {});
}

function change(folder: string, sql: string): void {
  const database = new DatabaseSync(join(folder, 'das.db'));
  database.exec(sql);
  database.close();
}

test('docs/das.md names every code of the store', () => {
  const page = readFileSync(new URL('../../docs/das.md', import.meta.url), 'utf8');
  const sources = ['store-errors.ts', 'store-worker.ts', 'document-writer.ts'];
  const codes = sources.flatMap((name) => {
    const source = readFileSync(new URL(`../../src/das/store/${name}`, import.meta.url), 'utf8');
    return [...source.matchAll(/'((?:DAS|DOCUMENT)_[A-Z_]+)'/g)].map(([, code = '']) => code);
  });
  assert.ok(codes.length > 8);
  for (const code of codes) assert.ok(page.includes(`\`${code}\``), code);
});

test('a document that cannot be kept does not keep those of others, which came with it, from the disk', async (t) => {
  await using store = await openSqliteStore(temporaryFolder(t));
  const outcomes = await Promise.allSettled([
    store.append([judged(1)]),
    store.append([judged(2)]),
    store.append([{ ...judged(3), number: -(2n ** 64n) }]),
    store.append([judged(4)]),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  const documents = await store.documents({ meter: METER, kind: 'capture', range: EVER, limit: 1_000 });
  assert.deepEqual(
    documents.map(({ number }) => number),
    [1n, 2n, 4n],
  );
});
