import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { SQL } from '#das/store/statements.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { judged, numbersFrom } from './support/judged.ts';

test('a document is found by an index, never by a walk through all', async (t) => {
  const folder = temporaryFolder(t);
  await (await openSqliteStore(folder))[Symbol.asyncDispose]();
  using database = new DatabaseSync(join(folder, 'das.db'), { readOnly: true });
  for (const name of ['documentByHash', 'documentBySourceAndHash', 'documentByNumber', 'documents'] as const) {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${SQL[name]}`).all();
    const walks = steps.map(({ detail }) => String(detail)).filter((detail) => /^SCAN documents\b/.test(detail));
    assert.deepEqual(walks, [], name);
    assert.ok(
      steps.some(({ detail }) => String(detail).startsWith('SEARCH documents USING INDEX documents_by_')),
      name,
    );
  }
});

test('a document is found in whichever block of the index it stands, and told from others', async (t) => {
  const folder = temporaryFolder(t);
  const documents = numbersFrom(1, 4).map((number) => judged(number, { kind: number > 2 ? 'profile' : 'capture' }));
  const keep = async () => {
    await using store = await openSqliteStore(folder);
    return await store.append(documents);
  };
  const stored = await keep();
  {
    using database = new DatabaseSync(join(folder, 'das.db'));
    // As if tens of thousands of others stood between them, and the oldest were gone.
    for (const table of ['documents SET id = id', 'bodies SET document = document', 'sources SET last = last'])
      database.exec(`UPDATE ${table} * 20000`);
  }
  assert.deepEqual(
    (await keep()).map(({ outcome }) => outcome),
    ['known', 'known', 'known', 'known'],
  );
  await using store = await openSqliteStore(folder);
  for (const [index, { document }] of stored.entries())
    assert.deepEqual(Buffer.from((await store.document(document))?.bytes ?? []), documents[index]?.bytes);
  assert.equal(await store.document('0'.repeat(64)), undefined);
});
