import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { writeData } from '#representation/data-xml.ts';
import { writeTree } from '#representation/tree-xml.ts';
import { lxmlCanonical } from '../support/lxml.ts';
import { arbitraryData } from './arbitrary-data.ts';
import { everyTarget, exampleTree } from './every-target.ts';

/** What lxml makes of these documents: an implementation that shares nothing with ours. */
const canonical = (documents: readonly string[]): readonly string[] =>
  lxmlCanonical(documents.map((xml) => ({ xml, form: 'exclusive', path: [] })));

test('2,000 random values equal their exclusive C14N by lxml', () => {
  const documents = fc.sample(arbitraryData, { numRuns: 2_000, seed: 1 }).map(writeData);
  assert.deepEqual(canonical(documents), documents);
});

test('so does every answer', () => {
  const documents = [...new Set(everyTarget.map((target) => writeTree(exampleTree(target))))];
  assert.deepEqual(canonical(documents), documents);
});
