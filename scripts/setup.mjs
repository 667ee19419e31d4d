// Sets a clone up for whatever runs next. Plain JavaScript, because it has to run in the Node.js that is there
// before it can provide the one that the program needs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNewEnough, OLDEST_NODE } from '../bin/node-version.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The release that is installed where the machine's is too old. */
const NODE_TO_INSTALL = '24.21.0';

const say = (text) => process.stderr.write(`sealmeter: ${text}\n`);

/** Runs a program in the clone, its output on our stderr, and gives up with its own exit code if it fails. */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) {
    say(`\`${command} ${args.join(' ')}\` failed`);
    process.exit(result.status ?? 1);
  }
}

/** The path of a Node.js that is new enough: this one, or one installed from npm under .node/. */
export function provideNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const packageName = `node-${process.platform}-${process.arch}`;
  const installed = join(root, '.node', 'node_modules', packageName, 'bin', 'node');
  if (!existsSync(installed)) {
    say(
      `Node.js ${process.versions.node} is older than ${OLDEST_NODE}: installing ${NODE_TO_INSTALL} from npm into .node/`,
    );
    run('npm', [
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--prefix',
      '.node',
      `${packageName}@${NODE_TO_INSTALL}`,
    ]);
  }
  return installed;
}

/** Installs the packages that package-lock.json names, unless exactly those are there. */
export function providePackages() {
  const stamp = join(root, 'node_modules', '.sealmeter-packages');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('installing the npm packages of package-lock.json');
  // Not `npm ci`: it fails where a registry lacks the optional binaries of platforms that are not ours.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund']);
  writeFileSync(stamp, wanted);
}

/** Builds the page of the DAS, unless it is there as its sources are. */
export function providePage() {
  run(provideNode(), [join(root, 'scripts', 'build-page.mjs')]);
}

/** The programs of scripts/programs.json that tests run against. As root they are installed, otherwise named. */
export function providePrograms() {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const install = `apt-get install --yes ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) {
    say(`the tests need Debian packages that are missing. Run as root:\n\n  ${install}\n`);
    process.exit(1);
  }
  say(`installing what the tests need: ${install}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '--quiet'], { env: environment });
  run('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', ...missing], { env: environment });
  const still = missingPackages();
  if (still.length > 0) {
    say(`still missing after the installation: ${still.join(' ')}`);
    process.exit(1);
  }
}

function missingPackages() {
  const programs = JSON.parse(readFileSync(join(root, 'scripts', 'programs.json'), 'utf8'));
  const missing = Object.entries(programs).filter(([name, program]) => !isPresent(name, program));
  return [...new Set(missing.map(([, program]) => program.package))];
}

function isPresent(name, { path, file, alsoNeeds, pythonModule }) {
  if (pythonModule) return spawnSync('/usr/bin/python3', ['-c', `import ${pythonModule}`]).status === 0;
  if (path ?? file) return existsSync(path ?? file);
  return isInPath(name) && (alsoNeeds === undefined || isInPath(alsoNeeds));
}

const isInPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)));

/** The environment in which that Node.js also comes first for whatever is started by name. */
export function environmentOf(node) {
  return { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
}
