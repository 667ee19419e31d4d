// Builds dist/: the JavaScript of the published package and of the container. Development never needs it.
// Types are stripped as Node.js does when it runs src/, so that every line and column of dist/ is that of its source.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { buildPage } from './build-page.mjs';
import { root } from './setup.mjs';

/** A file of the same room, as an import names it. */
const SIBLING = /(?<=['"])(\.\/[\w./-]+)\.ts(?=['"])/g;

/** For browsers: bundled, not stripped. */
const PAGE = join('das', 'page');

const source = join(root, 'src');
const [dist = join(root, 'dist')] = process.argv.slice(2);
rmSync(dist, { recursive: true, force: true });
const isProgram = (file) => file.endsWith('.ts') && !file.startsWith(PAGE);
for (const name of readdirSync(source, { recursive: true }).filter(isProgram)) {
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

await buildPage(join(dist, 'page'));
declareLibrary();

/** Types of what others import, for editors and compilers. */
function declareLibrary() {
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  const { status } = spawnSync(compiler, ['-p', join(source, 'das', 'library'), '--outDir', dist], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
  for (const name of readdirSync(dist, { recursive: true }).filter((file) => file.endsWith('.d.ts'))) {
    const declarations = readFileSync(join(dist, name), 'utf8');
    writeFileSync(join(dist, name), declarations.replace(SIBLING, '$1.js'));
  }
}
