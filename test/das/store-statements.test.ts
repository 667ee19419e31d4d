import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { SQL } from '#das/store/statements.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

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
