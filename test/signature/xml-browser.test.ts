import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const source = new URL('../../src/', import.meta.url);

/** What the offline verifier of a browser imports. */
const FACES = [
  'das/verdict.ts',
  'signature/xml-strict-verifier.ts',
  'signature/xml-general-verifier.ts',
  'crypto/web-crypto.ts',
  'crypto/certificate-id.ts',
  'das/library/verify.ts',
];

for (const face of FACES) {
  test(`${face} runs in a browser: below it there is nothing of Node.js and no package`, () => {
    const files = filesBelow(new URL(face, source));
    assert.ok(files.has(new URL('core/bytes.ts', source).href), 'imports are followed');
    for (const file of files) {
      assert.ok(file.startsWith(source.href), `${file} is not of src/`);
      assert.doesNotMatch(readFileSync(new URL(file), 'utf8'), /\b(?:Buffer|process)\./, file);
    }
  });
}

const IMPORT = /^(?:import|export) (?!type )(?:[^;'=]*? from )?'([^']+)';$/gm;

/** The file and every file that it imports, at one or more removes, types aside. */
function filesBelow(file: URL, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(file.href)) return seen;
  seen.add(file.href);
  if (file.protocol !== 'file:') return seen;
  for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(IMPORT))
    filesBelow(resolve(specifier, file), seen);
  return seen;
}

function resolve(specifier: string, from: URL): URL {
  if (specifier.startsWith('#')) return new URL(specifier.slice(1), source);
  return specifier.startsWith('./') ? new URL(specifier, from) : new URL(`package:${specifier}`);
}
