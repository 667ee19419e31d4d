import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('../../src/', import.meta.url);

/** The modules that one imports, without types: those are gone when it runs. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return [...text.matchAll(/^import (?!type )[^;]*? from '([^']+)';$/gms)].map(([, name = '']) =>
    name.startsWith('#') ? name.slice(1) : name.replace(/^\./, file.slice(0, file.lastIndexOf('/'))),
  );
}

test('the room runs in a browser: nothing that it imports, however far, is of Node.js or of a package', () => {
  const seen = new Set<string>();
  const queue = readdirSync(new URL('representation/', folder)).map((name) => `representation/${name}`);
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    assert.match(file, /^(?:representation|cosem|core)\/[a-z0-9-]+\.ts$/);
    queue.push(...importsOf(file));
  }
  assert.ok(seen.has('core/bytes.ts') && seen.has('cosem/data-types.ts'), 'imports were followed');
});
