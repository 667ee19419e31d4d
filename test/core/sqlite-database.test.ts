import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { SqliteDatabase, type SqliteErrors } from '#core/sqlite-database.ts';
import { WRITER_SETTINGS } from '#core/sqlite-settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const asThrown = (_file: string, cause: unknown) => cause as never;
const ERRORS: SqliteErrors = {
  damaged: asThrown,
  locked: asThrown,
  unwritable: asThrown,
  'write-failed': asThrown,
  'no-database': asThrown,
};

test('a database is copied in the midst of a transaction of its own, as it was before that', async (t) => {
  const folder = temporaryFolder(t);
  const copy = join(folder, 'copy.db');
  using database = new SqliteDatabase(join(folder, 'original.db'), 'write', ERRORS);
  database.execute(`${WRITER_SETTINGS} CREATE TABLE numbers (number INTEGER NOT NULL) STRICT`);
  database.run('INSERT INTO numbers VALUES (1)');
  database.execute('BEGIN IMMEDIATE');
  database.run('INSERT INTO numbers VALUES (2)');
  await database.copyTo(copy);
  database.execute('COMMIT');
  using copied = new DatabaseSync(copy, { readOnly: true });
  assert.deepEqual(
    copied
      .prepare('SELECT number FROM numbers')
      .all()
      .map((row) => row['number']),
    [1],
  );
});
