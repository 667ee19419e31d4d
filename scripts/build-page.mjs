// Builds the page of the DAS: into dist/page, unless it was built there from the very same sources. verify.html is one
// file that holds all it needs, to be opened from disk.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './setup.mjs';

const source = join(root, 'src', 'das', 'page');

/** What the page is made of, and who makes it. */
const INGREDIENTS = [
  ...['core', 'cosem', 'crypto', 'das', 'pki', 'representation', 'signature'].map((room) => join('src', room)),
  'package-lock.json',
  join('scripts', 'build-page.mjs'),
];

/** Browsers of 2024 and newer: they know `light-dark()`. */
const TARGET = ['chrome123', 'firefox128', 'safari17.5'];

/** JSX as tsconfig.json has it; addresses are relative, so that the page can lie anywhere. */
const COMMON = {
  root: source,
  configFile: false,
  logLevel: 'warn',
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
};

export async function buildPage(folder) {
  const stamp = `${folder}.sources`;
  const wanted = digestOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('sealmeter: building the page of the DAS\n');
  // Only now: to load it takes longer than to find out that there is nothing to do.
  const { build } = await import('vite');
  rmSync(folder, { recursive: true, force: true });
  await build({
    ...COMMON,
    build: { outDir: folder, emptyOutDir: true, target: TARGET, modulePreload: false, assetsInlineLimit: 0 },
  });
  writeFileSync(join(folder, 'verify.html'), await offlinePage(build));
  writeFileSync(stamp, wanted);
}

function digestOfSources() {
  const hash = createHash('sha256');
  const files = INGREDIENTS.flatMap(filesBelow).toSorted((a, b) => (a < b ? -1 : 1));
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function filesBelow(path) {
  if (path.includes('.')) return [path];
  const entries = readdirSync(join(root, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/** Style and program go into the page itself; the policy allows those by their hashes and nothing else, no network at all. */
async function offlinePage(build) {
  const { output } = await build({
    ...COMMON,
    publicDir: false,
    build: {
      write: false,
      target: TARGET,
      rollupOptions: { input: join(source, 'offline.tsx') },
    },
  });
  const script = escapeForScript(output.find(({ type }) => type === 'chunk').code);
  const style = output.find(({ fileName }) => fileName.endsWith('.css')).source;
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  const head = `<meta http-equiv="Content-Security-Policy" content="${policy}" />\n    <style>${style}</style>`;
  return readFileSync(join(source, 'verify.html'), 'utf8')
    .replace('<meta charset="utf-8" />', () => `<meta charset="utf-8" />\n    ${head}`)
    .replace(/ *<script type="module" src="\.\/offline\.tsx"><\/script>\n/, '')
    .replace('</body>', () => `  <script type="module">${script}</script>\n  </body>`);
}

/** Within a script element these end it, or change how it is read. @see HTML, "Restrictions for contents of script elements" */
const escapeForScript = (code) => code.trim().replaceAll(/<(?=\/script|script|!--)/gi, '\\x3c');

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildPage(join(root, 'dist', 'page'));
