// npm run bench: sets the clone up and runs the benchmarks.
import { spawnSync } from 'node:child_process';
import { environmentOf, provideNode, providePackages, providePage, providePrograms, root } from './setup.mjs';

const node = provideNode();
providePackages();
providePage();
providePrograms();
const result = spawnSync(node, ['bench/main.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: environmentOf(node),
});
process.exitCode = result.status ?? 1;
