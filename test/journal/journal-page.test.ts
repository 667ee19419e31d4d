import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventNames, eventRow } from '#journal/event-codes.ts';
import { MIGRATIONS } from '#journal/sql/schema.ts';

const page = readFileSync(new URL('../../docs/journal.md', import.meta.url), 'utf8');

/** The rows of the table that has these columns. */
function tableOf(...columns: readonly string[]): readonly (readonly string[])[] {
  const [, after = ''] = page.split(`| ${columns.join(' | ')} |\n`);
  const lines = after.split('\n').slice(1);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end).map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}

test('the page has every event, with its code, its book, its meaning and its data', () => {
  const rows = eventNames
    .map((name) => ({ name, ...eventRow(name) }))
    .sort((a, b) => a.code - b.code)
    .map(({ code, name, book, meaning, fields, isChange }) => [
      String(code),
      name,
      book,
      meaning,
      Object.entries(fields)
        .map(([field, kind]) => `${field}: ${kind}`)
        .join(', '),
      isChange === true ? 'yes' : '',
    ]);
  assert.deepEqual(tableOf('code', 'event', 'book', 'meaning', 'data', 'change'), rows);
});

test('the page has every column of captures', () => {
  const [, definition = ''] = /CREATE TABLE captures \(([\s\S]*?)\n\) STRICT/.exec(MIGRATIONS.at(-1)?.sql ?? '') ?? [];
  const columns = [...definition.matchAll(/^ {2}([a-z_]+) (?:INTEGER|TEXT|BLOB)/gm)].map(([, column]) => column);
  const written = tableOf('column', 'what it holds').flatMap(([names = '']) =>
    [...names.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name),
  );
  const plumbing = ['id', 'chain', 'previous', 'hash'];
  assert.deepEqual(new Set(written), new Set(columns.filter((column) => !plumbing.includes(column ?? ''))));
});
