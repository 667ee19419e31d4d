import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

import { RIGHTS } from '#das/server/rights.ts';
import { everyRoute } from './support/every-route.ts';

const page = readFileSync(new URL('../../../docs/das.md', import.meta.url), 'utf8');

/** The rows of the table under this heading, as cells without their marks. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const [table = ''] = /(?:^\|.*\n)+/m.exec(page.slice(page.indexOf(heading))) ?? [];
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

it('docs/das.md says who may do what', () => {
  const yes = (permitted: boolean): string => (permitted ? 'yes' : 'no');
  assert.deepEqual(
    tableUnder('### Who may do what'),
    Object.entries(RIGHTS).map(([operation, { per, viewer, operator, administrator }]) => [
      operation,
      per,
      ...[viewer, operator, administrator].map(yes),
    ]),
  );
});

it('docs/das.md has every route, with what it takes', () => {
  assert.deepEqual(
    tableUnder('## HTTP interface'),
    everyRoute().map(({ method, path, operation }) => [method, path, operation]),
  );
});
