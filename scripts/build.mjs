// Builds dist/: the JavaScript of the published package and of the container. Development never needs it.
// Types are stripped as Node.js does when it runs src/, so that every line and column of dist/ is that of its source.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { root } from './setup.mjs';

/** A file of the same room, as an import names it. */
const SIBLING = /(?<=['"])(\.\/[\w./-]+)\.ts(?=['"])/g;

const source = join(root, 'src');
const [dist = join(root, 'dist')] = process.argv.slice(2);
rmSync(dist, { recursive: true, force: true });
for (const name of readdirSync(source, { recursive: true }).filter((file) => file.endsWith('.ts'))) {
  const javaScript = module.stripTypeScriptTypes(readFileSync(join(source, name), 'utf8'));
  const target = join(dist, name.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, javaScript.replace(SIBLING, '$1.js'));
}

// #room/x.ts stays as it is written: within dist/, it leads to the JavaScript.
const { type, imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const built = Object.entries(imports).map(([name, target]) => [
  name.replace('*', '*.ts'),
  target.replace('./src/', './').replace('*', '*.js'),
]);
writeFileSync(join(dist, 'package.json'), `${JSON.stringify({ type, imports: Object.fromEntries(built) }, null, 2)}\n`);
