// npm run check: types, lint, floors, formatting, unused code. npm run fix mends what a machine can mend.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environmentOf, provideNode, providePackages, root } from './setup.mjs';

const FIXES = [
  ['biome', 'check', '--write', '.'],
  ['oxlint', '--type-aware', '--fix'],
];

const CHECKS = [
  ['tsc', '--project', '.'],
  ['tsc', '--project', 'src/das/page'],
  ['oxlint', '--type-aware', '--deny-warnings'],
  ['biome', 'check', '--error-on-warnings', '.'],
  ['knip'],
];

/** Runs each check to its end and returns the names of those that failed. */
export function check(node, commands = CHECKS) {
  return commands
    .filter(([name, ...args]) => {
      process.stdout.write(`check: ${name} ${args.join(' ')}\n`);
      const tool = join(root, 'node_modules', '.bin', name);
      return spawnSync(tool, args, { cwd: root, stdio: 'inherit', env: environmentOf(node) }).status !== 0;
    })
    .map(([name]) => name);
}

export const numberOfChecks = CHECKS.length;

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const node = provideNode();
  providePackages();
  if (process.argv.includes('--fix')) check(node, FIXES);
  const failed = check(node);
  if (failed.length > 0) process.stderr.write(`failed: ${failed.join(', ')}\n`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
