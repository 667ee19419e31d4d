import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stateTable } from '#cosem/state.ts';
import { queryParameters } from '#representation/query.ts';
import { tableOf } from '../support/mapping-page.ts';

test('the page has the bits of the state, each with its meaning and its error code', () => {
  assert.deepEqual(
    tableOf('bit', 'meaning', 'error-code'),
    stateTable.map(({ bit, meaning, error }) => [String(bit), meaning, error?.toString() ?? '']),
  );
});

test('the page has every parameter of selective access', () => {
  const written = tableOf('parameter', 'selects').flatMap(([names = '']) => names.match(/sa\.[a-z]+/g) ?? []);
  assert.deepEqual(new Set(written), new Set<string>(queryParameters.filter((name) => name.startsWith('sa.'))));
});
