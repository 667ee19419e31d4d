// node scripts/crash-journal.mjs [count]: kills writers of a journal with SIGKILL at random moments, 1,000 times unless
// another count is given, and checks after each that nothing acknowledged is lost and no number comes twice.
import { spawnSync } from 'node:child_process';
import { environmentOf, provideNode, providePackages, root } from './setup.mjs';

const node = provideNode();
providePackages();
const count = process.argv[2] ?? '1000';
const result = spawnSync(node, ['--test', '--test-reporter=spec', 'test/journal/crash.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...environmentOf(node), SEALMETER_CRASH_LIVES: count },
});
process.exitCode = result.status ?? 1;
