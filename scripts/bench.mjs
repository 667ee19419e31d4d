// npm run bench: sets the clone up and runs the benchmarks.
import { spawnSync } from 'node:child_process';
import { environmentOf, provideNode, providePackages, providePrograms, root } from './setup.mjs';

const node = provideNode();
providePackages();
providePrograms();
const result = spawnSync(node, ['bench/main.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: environmentOf(node),
});
process.exitCode = result.status ?? 1;
