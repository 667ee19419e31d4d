import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { escapeAttribute, escapeText, writeCanonical } from '#representation/canonical-xml.ts';
import { writeData } from '#representation/data-xml.ts';
import { program } from '../support/programs.ts';
import { arbitraryData } from './arbitrary-data.ts';
import { arbitraryElement, writeCarelessly } from './arbitrary-xml.ts';

/** What lxml makes of these documents: an implementation that shares nothing with ours. */
function canonicaliseWithLxml(documents: readonly string[]): readonly string[] {
  const script = fileURLToPath(new URL('exclusive-c14n.py', import.meta.url));
  const { stdout, stderr, status } = spawnSync(program('python3'), [script], {
    input: JSON.stringify(documents),
    encoding: 'utf8',
    maxBuffer: 256 * 2 ** 20,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as readonly string[];
}

test('5,000 random documents equal their exclusive C14N by lxml, however they were written', () => {
  const elements = fc.sample(arbitraryElement, { numRuns: 5_000, seed: 20_261_120 });
  const written = elements.map((element) => writeCanonical(element));
  const careless = elements.map(writeCarelessly);
  const canonical = canonicaliseWithLxml([...written, ...careless]);
  assert.equal(canonical.length, 10_000);
  written.forEach((document, index) => {
    assert.equal(canonical[index], document);
    assert.equal(canonical[written.length + index], document, careless[index]);
  });
});

test('so do 2,000 random values', () => {
  const documents = fc.sample(arbitraryData, { numRuns: 2_000, seed: 1 }).map(writeData);
  assert.deepEqual(canonicaliseWithLxml(documents), documents);
});

test('texts and attributes are escaped each in their way', () => {
  const text = '& < > " \' \t \n \r';
  assert.equal(escapeText(text), '&amp; &lt; &gt; " \' \t \n &#xD;');
  assert.equal(escapeAttribute(text), "&amp; &lt; > &quot; ' &#x9; &#xA; &#xD;");
  assert.equal(escapeText('Zähler 𝛀'), 'Zähler 𝛀');
});

test('a character that XML cannot carry is refused', () => {
  for (const character of [
    '\u0000',
    '\u0008',
    '\u000b',
    '\u001f',
    '\ufffe',
    '\uffff',
    '\ud800',
    '\udc00',
    '\udc00\ud800',
  ]) {
    assert.throws(() => escapeText(`a${character}b`), { code: 'XML_CHARACTER_FORBIDDEN' });
    assert.throws(() => escapeAttribute(`a${character}b`), { code: 'XML_CHARACTER_FORBIDDEN' });
  }
});
