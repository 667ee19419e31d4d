import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventNames, eventRow } from '#journal/event-codes.ts';

const CODE = fileURLToPath(new URL('../../src/', import.meta.url));

/** Where the tables stand that say what there is, and where nothing happens. */
const TABLES: ReadonlySet<string> = new Set([
  'journal/event-codes.ts',
  'cosem/events.ts',
  'cosem/state.ts',
  'core/sample.ts',
]);

const sources = readdirSync(CODE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !TABLES.has(name))
  .map((name) => readFileSync(join(CODE, name), 'utf8'))
  .join('\n');

/** How an event is told: by itself, by the attribute or the method that it is the event of, or for want of a reason. */
const isTold = (name: string): boolean => new RegExp(`(?:\\bname: |\\bevent: |\\?\\? )'${name}'`).test(sources);

test('every event is told by something', () => {
  assert.deepEqual(
    eventNames.filter((name) => !isTold(name)),
    [],
  );
  assert.equal(isTold('no-such-event'), false);
});

const BOOKS = { system: [1, 99], consumer: [100, 199], calibration: [200, 299] } as const;

test('every event has a code of its own, in the range of its book', () => {
  const codes = eventNames.map((name) => eventRow(name).code);
  assert.equal(new Set(codes).size, codes.length);
  for (const name of eventNames) {
    const { book, code } = eventRow(name);
    const [first, last] = BOOKS[book];
    assert.ok(code >= first && code <= last, name);
  }
});
